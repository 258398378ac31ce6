"""Web pages: paragraphs as lines, tables as rows of cells in a grid.

Belongs here: what HTML says of blocks, rows and merged cells. Doesn't belong here: what the words
mean, or where cells begin in plain text (``extract.layouts.plain_text``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from extract.layouts import plain_text
from extract.layouts.stream import PrintedCell, Refused, cell_of, joined
from extract.layouts.web_guard import MOST_ELEMENTS, harmless
from extract.source_text import decode, without_embedded

#: A cell may cover so many columns and rows; what a page says beyond that is cut.
WIDEST_SPAN, LONGEST_SPAN = 100, 1000
#: A row with more columns than this, or tables nested deeper than this, is no statutory table.
WIDEST_ROW, DEEPEST_NESTING = 400, 50
#: A cell with more letters than this holds a text, not a figure or a label: its paragraphs come as lines.
LONGEST_CELL = 300
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_TABLE_EDGE = re.compile(r"<table\b|</table\s*>", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_META_NAMES = frozenset(
    {"articletitle", "pubdate", "sitename", "contentsource", "keywords", "description", "author", "columnname"}
)
_UNPRINTED = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "object", "iframe", "select", "textarea", "button"}
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "title",
        "ul",
    ]
)

#: Elements whose text is struck out, or marks a note: no part of a figure.
_STRUCK = frozenset({"s", "strike", "del", "sup"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
#: Signs of hidden elements in a page in small letters, and what is quickly looked for before them.
_SIGNS_OF_HIDDEN = {
    b"display": re.compile(rb"display\s*:\s*none"),
    b"hidden": re.compile(rb"visibility\s*:\s*hidden|hidden[\s>=/]"),
}
#: No page prints this character: it parts the texts of a cell's elements.
_APART = "\x1f"
_PARAGRAPHS = frozenset({"p", "div"})
#: Elements in a cell that part its text, or whose text isn't printed.
_PARTING = (_BLOCKS | _UNPRINTED | {"br", "table", "tr", "td"}) - _PARAGRAPHS


@dataclass
class _Cell:
    """An open cell of a table: its column, and the text in it, a break as an empty line."""

    position: int
    lines: list[str] = field(default_factory=lambda: [""])
    has_table: bool = False


@dataclass
class _Table:
    """An open table: the row being read, and for each column how many rows its last cell still covers."""

    row: int = 0
    column: int = 0
    covered: list[int] = field(default_factory=list)
    #: Text and column of the cells of the row.
    cells: list[tuple[str, int]] = field(default_factory=list)

    def begin_row(self) -> None:
        self.covered = [max(0, rows - 1) for rows in self.covered]
        self.column = 0

    def place(self, columns: int, rows: int) -> int:
        """The column at which a cell of this size begins, beside the cells that reach into the row."""
        while self.column < len(self.covered) and self.covered[self.column]:
            self.column += 1
        begin = self.column
        if columns == rows == 1 and begin < len(self.covered):
            self.covered[begin], self.column = 1, begin + 1
            return begin
        self.column = min(begin + columns, WIDEST_ROW)
        self.covered.extend([0] * (self.column - len(self.covered)))
        self.covered[begin : self.column] = [rows] * (self.column - begin)
        return begin


def cells(content: bytes) -> Iterator[PrintedCell]:
    """The cells of a web page, in reading order; each paragraph and each row of a table counts as a line."""
    declared = _CHARSET.search(content[:4096])
    text = decode(content, declared[1].decode("ascii") if declared else None)
    if text is None:
        raise Refused("unreadable", "the page isn't text in UTF-8, UTF-16 or the charset that it names")
    yield from page_cells(text)


def text_file_cells(content: bytes) -> Iterator[PrintedCell]:
    """The cells of a text file, also of one with tables in HTML, as converters of PDF to Markdown write them."""
    text = decode(content)
    if text is None:
        raise Refused("unreadable", "the file isn't text in UTF-8, UTF-16 or GB18030")
    text = without_embedded(text)
    parts = _tables_apart(text)
    if len(parts) == 1:
        return plain_text.text_cells(text)
    return page_cells("".join(part if i % 2 else part.replace("\n", "<br>\n") for i, part in enumerate(parts)))


def _tables_apart(text: str) -> list[str]:
    """The text between tables and the tables in turn; a table ends at the first end of one."""
    parts: list[str] = []
    begin = first = 0
    is_in_table = False
    for edge in _TABLE_EDGE.finditer(text):
        is_end = edge[0].startswith("</")
        if is_end and is_in_table:
            parts += [text[begin:first], text[first : edge.end()]]
            begin, is_in_table = edge.end(), False
        elif not is_end and not is_in_table:
            first, is_in_table = edge.start(), True
    return [*parts, text[begin:]]


def page_cells(text: str) -> Iterator[PrintedCell]:
    """The cells of a page in HTML.

    Raises:
        Refused: the page is beyond the bounds.

    """
    markup = harmless(without_embedded(text)).encode("utf-8", "replace")
    root = LexborHTMLParser(markup).root
    if root is None:
        return iter(())
    page = _Page(root, is_plain=not _has_unseen(markup.lower(), root))
    page.read()
    if page.has_hidden and not page.has_table:
        # tables that only a script would show are better than none
        page = _Page(root, is_plain=False, shows_hidden=True)
        page.read()
    return iter(page.cells)


def _has_unseen(lowered: bytes, root: LexborNode) -> bool:
    """Whether something on a page, in small letters, may be hidden, struck out, a note's mark or an input."""
    is_hidden = any(word in lowered and sign.search(lowered) for word, sign in _SIGNS_OF_HIDDEN.items())
    return is_hidden or bool(root.css(",".join([*_STRUCK, "input"])))


class _Page:
    """Walks the elements of one page without recursion: hostile pages nest deep."""

    def __init__(self, root: LexborNode, *, is_plain: bool, shows_hidden: bool = False) -> None:
        """Begin a page; ``is_plain`` says that nothing on it is hidden, struck out or an input."""
        self._root = root
        #: Cells that cover several columns or rows.
        self._spanning = {node.mem_id for node in root.css("[colspan],[rowspan]")}
        self.cells: list[PrintedCell] = []
        self.has_hidden = self.has_table = False
        self._is_plain, self._shows_hidden = is_plain, shows_hidden
        self._line = 0
        self._paragraph: list[str] = []
        self._tables: list[_Table] = []
        self._open: list[_Cell] = []
        self._preformatted = 0

    def read(self) -> None:
        """Walk through all elements.

        Raises:
            Refused: there are too many.

        """
        node: LexborNode | None = self._root
        ancestors: list[tuple[LexborNode, str]] = []
        for _ in range(MOST_ELEMENTS):
            if node is None:
                if not ancestors:
                    return self._flush()
                node, tag = ancestors.pop()
                self._leave(tag)
                node = node.next
                continue
            tag = node.tag or ""
            if tag == "-text":
                text = node.text_content or ""
                if self._paragraph or self._preformatted or not text.isspace():
                    self._paragraph.append(text)
            elif not tag.startswith(("-", "!")) and tag not in _UNPRINTED and self._enter(tag, node):
                ancestors.append((node, tag))
                node = node.child
                continue
            node = node.next
        raise Refused("too_large", f"more than {MOST_ELEMENTS} elements")

    # -- elements -----------------------------------------------------------------------------

    def _enter(self, tag: str, node: LexborNode) -> bool:
        """Take note of an element that begins; return whether to go into it."""
        if not self._is_plain and self._is_unseen(tag, node):
            return False
        if tag in ("td", "th") and self._tables:
            return self._begin_cell(node)
        if tag == "tr" and self._tables:
            self._flush()
            self._tables[-1].begin_row()
            return not (self._is_plain and self._take_row(node))
        if tag == "table":
            self._flush()
            if len(self._tables) == DEEPEST_NESTING:
                return False
            if self._open:
                self._open[-1].has_table = True
                self._print_lines(self._open[-1])
            self._tables.append(_Table())
        elif tag == "meta":
            self._meta(node)
            return False
        elif tag == "br":
            self._flush()
            return False
        elif tag in _BLOCKS:
            self._flush()
            self._preformatted += tag == "pre"
        return True

    def _is_unseen(self, tag: str, node: LexborNode) -> bool:
        """Whether an element is hidden, struck out or a note's mark; an input shows its value."""
        attributes = node.attrs
        if tag == "input" and (attributes.get("type") or "text").lower() in ("text", "number"):
            self._paragraph.append(attributes.get("value") or "")
        is_hidden = "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))
        self.has_hidden |= is_hidden
        return tag in _STRUCK or (is_hidden and not self._shows_hidden)

    def _leave(self, tag: str) -> None:
        if tag in ("td", "th") and self._open:
            self._end_cell(self._open.pop())
        elif tag == "tr" and self._tables:
            self._end_row(self._tables[-1])
        elif tag == "table":
            self._flush()
            self._end_row(self._tables.pop())
        elif tag in _BLOCKS:
            self._flush()
            self._preformatted -= tag == "pre"

    def _take_row(self, row: LexborNode) -> bool:
        """Take a row none of whose cells holds more than a text; else nothing of it is taken."""
        found: list[tuple[LexborNode, str]] = []
        cell = row.child
        while cell is not None:
            if cell.tag in ("td", "th"):
                text = _sole_text(cell)
                if text is None or len(text) > LONGEST_CELL:
                    return False
                found.append((cell, text))
            elif cell.tag != "-text" or not (cell.text_content or "").isspace():
                return False
            cell = cell.next
        if self._preformatted:
            return False
        table = self._tables[-1]
        table.cells += [(" ".join(text.split()), self._place(table, cell)) for cell, text in found]
        self._end_row(table)
        return True

    def _place(self, table: _Table, cell: LexborNode) -> int:
        """The column at which a cell begins."""
        if cell.mem_id not in self._spanning:
            return table.place(1, 1)
        attributes = cell.attrs
        columns, rows = attributes.get("colspan"), attributes.get("rowspan")
        return table.place(_span(columns, WIDEST_SPAN), _span(rows, LONGEST_SPAN))

    def _begin_cell(self, node: LexborNode) -> bool:
        """Begin a cell; one that holds nothing but a text is done with, and not gone into."""
        self._flush()
        table = self._tables[-1]
        position = self._place(table, node)
        text = _sole_text(node) if self._is_plain else None
        if text is None or len(text) > LONGEST_CELL or self._preformatted:
            self._open.append(_Cell(position))
            return True
        table.cells.append((" ".join(text.split()), position))
        return False

    def _end_cell(self, cell: _Cell) -> None:
        self._paragraph_ends(cell)
        if cell.has_table or sum(map(len, cell.lines)) > LONGEST_CELL:
            self._print_lines(cell)
        elif self._tables:
            self._tables[-1].cells.append((joined(cell.lines), cell.position))

    def _end_row(self, table: _Table) -> None:
        if table.cells:
            self.has_table = True
            self._line += 1
            line = self._line
            self.cells += [
                cell_of((text, line, "html_table", True, line, position, None)) for text, position in table.cells
            ]
            table.cells = []

    def _meta(self, node: LexborNode) -> None:
        name, content = node.attributes.get("name") or "", node.attributes.get("content") or ""
        if name.lower() in _META_NAMES and content.strip():
            self._print(f"{name}: {' '.join(content.split())}")

    # -- text ---------------------------------------------------------------------------------

    def _flush(self) -> None:
        """A block ends: its text is a line of the open cell, or of the page."""
        if not self._paragraph:
            return
        if self._open and len(self._open) >= len(self._tables):
            self._paragraph_ends(self._open[-1])
        else:
            self._print(self._taken())

    def _paragraph_ends(self, cell: _Cell) -> None:
        cell.lines.append(self._taken())

    def _taken(self) -> str:
        text = "".join(self._paragraph)
        self._paragraph.clear()
        return text if self._preformatted or text.isalnum() else _SPACE.sub(" ", text)

    def _print_lines(self, cell: _Cell) -> None:
        for line in cell.lines:
            self._print(line)
        cell.lines = []

    def _print(self, text: str) -> None:
        for line in text.split("\n"):
            if line.strip():
                self._line += 1
                self.cells += plain_text.line_cells(line, self._line)


def _sole_text(node: LexborNode) -> str | None:
    """The text of an element that holds no more than one, in one paragraph or in none; None where there is more."""
    text = node.text(deep=True)
    printed = text.strip()
    if not printed or (printed.isdecimal() and (len(printed) == 1 or _is_in_one_piece(node))):
        return printed
    paragraphs = []
    for inner in islice(node.traverse(), 1, None):
        tag = inner.tag
        if tag in _PARAGRAPHS:
            paragraphs.append(inner)
        elif tag in _PARTING:
            return None
    if len(paragraphs) > 1 or (paragraphs and paragraphs[0].text(deep=True).strip() != printed):
        return None
    return text


def _is_in_one_piece(node: LexborNode) -> bool:
    """Whether the text of an element is in one of the elements within it, or between them."""
    pieces = node.text(deep=True, separator=_APART).split(_APART)
    return sum(1 for piece in pieces if piece and not piece.isspace()) == 1


def _span(value: str | None, most: int) -> int:
    if value is None:
        return 1
    digits = value.strip()
    return min(int(digits[:6]), most) or 1 if digits[:6].isdecimal() else 1
