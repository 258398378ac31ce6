"""A walk through the elements of a web page: paragraphs become lines, rows of tables become cells in a grid.

Belongs here: where lines, tables, rows and cells begin and end. Doesn't belong here: from bytes to elements
(``extract.layouts.web_page``), columns of merged cells (``extract.layouts.web_table``).
"""

import re
from collections.abc import Collection, Sequence

from selectolax.lexbor import LexborNode

from extract.layouts import plain_text
from extract.layouts.stream import PrintedCell, Refused, cell_of, joined
from extract.layouts.templates import FilledTemplate
from extract.layouts.web_elements import BLOCKS, META_NAMES, STRUCK, UNPRINTED, is_hidden, is_in_line, sole_text
from extract.layouts.web_guard import MOST_ELEMENTS
from extract.layouts.web_known import MARK
from extract.layouts.web_table import OpenCell, OpenTable, spans

#: Tables nested deeper than this are no statutory tables.
DEEPEST_NESTING = 50
#: A cell with more letters than this holds a text, not a figure or a label: its paragraphs come as lines.
LONGEST_CELL = 300
#: Elements that most often hold nothing but a text.
_PARAGRAPHS = frozenset({"p", "div", "li", "title", "h1", "h2", "h3"})
_SPACE = re.compile(r"[ \t\r\n\f]+")


class Walk:
    """Walks the elements of one page without recursion: hostile pages nest deep."""

    def __init__(
        self,
        root: LexborNode,
        known: Sequence[FilledTemplate],
        spanning: Collection[int],
        unplain: Collection[int],
        *,
        shows_hidden: bool = False,
    ) -> None:
        """Begin a page.

        ``known`` are the tables that marks in the page stand for; ``met`` are those that the walk came to. ``spanning``
        are the cells that cover several columns or rows, ``unplain`` the elements of which one may be hidden, struck
        out or an input (``unplain_elements``).
        """
        self._root, self._known, self._spanning = root, known, spanning
        self.cells: list[PrintedCell] = []
        self.met: list[FilledTemplate] = []
        self.has_hidden = self.has_table = False
        self._unplain, self._shows_hidden = unplain, shows_hidden
        self._line = 0
        #: Lines that are printed before the next row.
        self._lines: list[str] = []
        self._paragraph: list[str] = []
        self._tables: list[OpenTable] = []
        self._open: list[OpenCell] = []
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
                    self._flush()
                    return self._print()
                node, tag = ancestors.pop()
                self._leave(tag)
                node = node.next
                continue
            tag = node.tag or ""
            if tag == "-text":
                text = node.text_content or ""
                if self._paragraph or self._preformatted or not text.isspace():
                    self._paragraph.append(text)
            elif tag in _PARAGRAPHS and self._take_text(node):
                pass
            elif not tag.startswith(("-", "!")) and tag not in UNPRINTED and self._enter(tag, node):
                ancestors.append((node, tag))
                node = node.child
                continue
            node = node.next
        raise Refused("too_large", f"more than {MOST_ELEMENTS} elements")

    # -- elements -----------------------------------------------------------------------------

    def _enter(self, tag: str, node: LexborNode) -> bool:
        """Take note of an element that begins; return whether to go into it."""
        if self._is_unplain(node) and self._is_unseen(tag, node):
            return False
        if tag in ("td", "th") and self._tables:
            return self._begin_cell(node)
        if tag == "tr" and self._tables:
            self._flush()
            self._tables[-1].begin_row()
            return not self._take_row(node)
        if tag == "table":
            self._flush()
            if len(self._tables) == DEEPEST_NESTING:
                return False
            if self._open:
                self._open[-1].has_table = True
                self._leave_lines(self._open[-1])
            if self._known and (mark := node.attrs.get(MARK)):
                self._take_known(self._known[int(mark)])
                return False
            self._tables.append(OpenTable())
        elif tag == "meta":
            self._meta(node)
            return False
        elif tag == "br":
            self._flush()
            return False
        elif tag in BLOCKS:
            self._flush()
            self._preformatted += tag == "pre"
        return True

    def _take_text(self, node: LexborNode) -> bool:
        """Take a paragraph that holds nothing but text, maybe in elements in a line."""
        inner = node.child
        if inner is None or self._preformatted or self._is_unplain(node):
            return False
        if inner.tag == "-text" and inner.next is None:
            text = inner.text_content or ""
        elif is_in_line(node):
            text = node.text(deep=True)
        else:
            return False
        if self._paragraph:
            self._flush()
        if not text.isspace():
            self._end_line(_with_single_spaces(text))
        return True

    def _is_unplain(self, node: LexborNode) -> bool:
        return bool(self._unplain) and node.mem_id in self._unplain

    def _is_unseen(self, tag: str, node: LexborNode) -> bool:
        """Whether an element is hidden, struck out or a note's mark; an input shows its value."""
        if tag == "input" and (node.attrs.get("type") or "text").lower() in ("text", "number"):
            self._paragraph.append(node.attrs.get("value") or "")
        if not is_hidden(node):
            return tag in STRUCK
        self.has_hidden = True
        return tag in STRUCK or not self._shows_hidden

    def _leave(self, tag: str) -> None:
        if tag in ("td", "th") and self._open:
            self._end_cell(self._open.pop())
        elif tag == "tr" and self._tables:
            self._end_row(self._tables[-1])
        elif tag == "table":
            self._flush()
            self._end_row(self._tables.pop())
        elif tag in BLOCKS:
            self._flush()
            self._preformatted -= tag == "pre"

    def _take_known(self, table: FilledTemplate) -> None:
        self._print()
        self.has_table = True
        self.met.append(table)
        self.cells.append(table.stand_in(self._line + 1))
        self._line += table.template.lines

    def _take_row(self, row: LexborNode) -> bool:
        """Take a row none of whose cells holds more than a text; else nothing of it is taken."""
        if self._is_unplain(row):
            return False
        found: list[tuple[LexborNode, str]] = []
        cell = row.child
        while cell is not None:
            if cell.tag in ("td", "th"):
                text = sole_text(cell, LONGEST_CELL)
                if text is None:
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

    def _place(self, table: OpenTable, cell: LexborNode) -> int:
        """The column at which a cell begins."""
        if not self._spanning or cell.mem_id not in self._spanning:
            return table.place()
        return table.place(*spans(cell))

    def _begin_cell(self, node: LexborNode) -> bool:
        """Begin a cell; one that holds nothing but a text is done with, and not gone into."""
        self._flush()
        table = self._tables[-1]
        position = self._place(table, node)
        text = None if self._is_unplain(node) else sole_text(node, LONGEST_CELL)
        if text is None or self._preformatted:
            self._open.append(OpenCell(position))
            return True
        table.cells.append((" ".join(text.split()), position))
        return False

    def _end_cell(self, cell: OpenCell) -> None:
        cell.lines.append(self._taken())
        if cell.has_table or sum(map(len, cell.lines)) > LONGEST_CELL:
            self._leave_lines(cell)
        elif self._tables:
            self._tables[-1].cells.append((joined(" ".join(line.split()) for line in cell.lines), cell.position))

    def _end_row(self, table: OpenTable) -> None:
        if table.cells:
            self._print()
            self.has_table = True
            self._line += 1
            line = self._line
            self.cells += [
                cell_of((text, line, "html_table", True, line, position, None)) for text, position in table.cells
            ]
            table.cells = []

    def _meta(self, node: LexborNode) -> None:
        name, content = node.attributes.get("name") or "", node.attributes.get("content") or ""
        if name.lower() in META_NAMES and content.strip():
            self._lines.append(f"{name}: {' '.join(content.split())}")

    # -- text ---------------------------------------------------------------------------------

    def _flush(self) -> None:
        """A block ends: its text is a line of the open cell, or of the page."""
        if self._paragraph:
            self._end_line(self._taken())

    def _end_line(self, line: str) -> None:
        if self._open and len(self._open) >= len(self._tables):
            self._open[-1].lines.append(line)
        else:
            self._lines.append(line)

    def _taken(self) -> str:
        text = "".join(self._paragraph)
        self._paragraph.clear()
        return text if self._preformatted else _with_single_spaces(text)

    def _leave_lines(self, cell: OpenCell) -> None:
        self._lines += cell.lines
        cell.lines = []

    def _print(self) -> None:
        """Print the lines that wait for a row, or for the end."""
        if self._lines:
            lines = [line for line in "\n".join(self._lines).split("\n") if line and not line.isspace()]
            self.cells += plain_text.cells_of_lines(lines, self._line + 1)
            self._line += len(lines)
            self._lines.clear()


def _with_single_spaces(text: str) -> str:
    """A text with one space for each stretch of white space that HTML doesn't print."""
    return text if text.isprintable() and "  " not in text else _SPACE.sub(" ", text)
