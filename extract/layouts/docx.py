"""Word documents (.docx): paragraphs as lines, tables as rows of cells in a grid.

Belongs here: what is printed of a document's body, and where its cells stand. Doesn't belong here:
unpacking (``extract.layouts.archive``), and what isn't in the body's text: headers, footers, notes,
comments, the numbers of automatic lists, text that only a style hides.
"""

import re
from collections.abc import Iterable, Iterator

from extract.layouts.archive import Element, Package
from extract.layouts.stream import PrintedCell, Refused, cell_of, joined

#: A document whose tables have more columns than this, or that has more cells and lines, is refused.
MOST_COLUMNS, MOST_CELLS = 1_000, 500_000

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATHEMATICS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

_BODY, _PARAGRAPH, _TABLE, _ROW, _CELL = (_WORD + name for name in ("body", "p", "tbl", "tr", "tc"))
_RUN, _TEXT, _TAB, _SYMBOL, _HYPHEN = (_WORD + name for name in ("r", "t", "tab", "sym", "noBreakHyphen"))
_RUN_PROPERTIES, _PARAGRAPH_PROPERTIES, _ROW_PROPERTIES = (_WORD + name for name in ("rPr", "pPr", "trPr"))
_CELL_PROPERTIES = _WORD + "tcPr"
_COLUMNS_BEFORE, _COLUMNS = _WORD + "gridBefore", _WORD + "gridSpan"
_VERTICAL_MERGE, _HORIZONTAL_MERGE = _WORD + "vMerge", _WORD + "hMerge"
_VALUE, _CODE = _WORD + "val", _WORD + "char"
_TEXT_BOX, _HIDDEN = _WORD + "txbxContent", _WORD + "vanish"
_ALTERNATIVES, _CHOICE = _COMPATIBILITY + "AlternateContent", _COMPATIBILITY + "Choice"
#: Deleted text and its twin, text at the place that it was moved away from.
_DELETIONS = (_WORD + "del", _WORD + "moveFrom")
#: Never printed in the line: the reading above a word, and properties as they were before a revision.
_ASIDES = tuple(_WORD + name for name in ("rt", "pPrChange", "rPrChange", "tcPrChange", "trPrChange"))
#: Marks a cell whose content was moved out of its row.
_CONTAINER = "container"

_BREAKS = (_WORD + "br", _WORD + "cr")
_TABS = (_TAB, _WORD + "ptab")
_TEXTS = (_TEXT, _MATHEMATICS + "t")
_IN_LINE = (*_TEXTS, *_TABS, *_BREAKS, _SYMBOL, _HYPHEN)
#: What every table has, and what it may have besides.
_USUAL = (_TEXT, _CELL, _PARAGRAPH)
_UNUSUAL = (*_IN_LINE[1:], _COLUMNS_BEFORE, _COLUMNS, _VERTICAL_MERGE, _HORIZONTAL_MERGE, _CONTAINER)
_CODE_OF_SYMBOL = re.compile("[0-9A-Fa-f]{1,4}")
#: A break of line in a text: a letter that XML doesn't allow.
_BREAK = "\v"
_SPACES = str.maketrans("\t\r\n", "   ")


def cells(content: bytes) -> Iterator[PrintedCell]:
    """The cells of a Word document, in reading order; each line of a paragraph and each row of a table counts.

    Text boxes come as lines after the paragraph or row that they hang on. A cell that holds a table
    is no cell: after the other cells of its row its paragraphs come as lines, its table as a table.

    Raises:
        Refused: no Word document, a damaged or encrypted one, or one beyond the bounds.

    """
    package = Package(content)
    part = package.main_part("word/document.xml")
    body = package.xml(part).find(_BODY)
    if body is None:
        raise Refused("unreadable", f"no body of a Word document in {part}")
    _remove_unprinted(body)
    _flatten(body)
    reader = _BodyReader({element.tag for element in body.iter(*_UNUSUAL)})
    reader.read(body, set())
    return iter(reader.cells)


# -- the tree as printed ----------------------------------------------------------------------


def _remove_unprinted(body: Element) -> None:
    """Take out what isn't printed; from the end, since a paragraph without its end goes on in the next."""
    for element in reversed(list(body.iter(*_DELETIONS, *_ASIDES, _HIDDEN, _ALTERNATIVES))):
        if element.tag in _DELETIONS:
            _delete(element)
        elif element.tag == _ALTERNATIVES:
            _choose(element)
        elif element.tag in _ASIDES:
            _remove(element)
        elif element.get(_VALUE) not in ("0", "false", "off"):
            _remove(_owner(element, _RUN_PROPERTIES, _RUN))


def _delete(deletion: Element) -> None:
    """Carry a revision out: it deletes what it holds, or, as a property, a row or the end of a paragraph."""
    of_paragraph = _owner(deletion, _RUN_PROPERTIES, _PARAGRAPH_PROPERTIES)
    if of_paragraph is not None:
        _join_with_next(of_paragraph.getparent())
    else:
        row = _owner(deletion, _ROW_PROPERTIES, _ROW)
        _remove(deletion if row is None else row)


def _owner(element: Element, properties: str, owner: str) -> Element | None:
    """The element of kind ``owner`` that this one is a property of; None when it is none of such a property."""
    parent = element.getparent()
    grandparent = parent.getparent() if parent is not None and parent.tag == properties else None
    return grandparent if grandparent is not None and grandparent.tag == owner else None


def _remove(element: Element | None) -> None:
    parent = None if element is None else element.getparent()
    if parent is not None:
        parent.remove(element)


def _choose(alternatives: Element) -> None:
    """Of several ways to show one thing keep the first choice, or the fallback where there is no choice."""
    choice = alternatives.find(_CHOICE)
    if choice is not None:
        for other in [child for child in alternatives if child is not choice]:
            alternatives.remove(other)


def _join_with_next(paragraph: Element) -> None:
    following = paragraph.getnext()
    if following is None or following.tag != _PARAGRAPH:
        return
    # counting the children would take ever longer where many paragraphs join
    first = next(iter(following), None)
    place = 1 if first is not None and first.tag == _PARAGRAPH_PROPERTIES else 0
    for child in reversed([child for child in paragraph if child.tag != _PARAGRAPH_PROPERTIES]):
        following.insert(place, child)
    _remove(paragraph)


def _flatten(body: Element) -> None:
    """Move text boxes behind what they hang on, and what a cell with a table holds behind its row."""
    for element in reversed(list(body.iter(_TEXT_BOX, _TABLE))):
        if element.tag == _TEXT_BOX:
            _move_behind(_support(element), list(element))
        elif (cell := next(element.iterancestors(_CELL, _TABLE, _BODY, _TEXT_BOX), body)).tag == _CELL:
            blocks = [block for block in cell if block.tag != _CELL_PROPERTIES]
            _move_behind(next(cell.iterancestors(_ROW), None), blocks)
            cell.append(cell.makeelement(_CONTAINER))


def _support(text_box: Element) -> Element | None:
    """The row that the text box hangs on, or the paragraph."""
    for element in (text_box, *text_box.iterancestors()):
        parent = element.getparent()
        if parent is not None and (element.tag == _ROW or parent.tag in (_BODY, _TEXT_BOX)):
            return element
    return None


def _move_behind(place: Element | None, blocks: list[Element]) -> None:
    if place is not None:
        for block in reversed(blocks):
            place.addnext(block)


# -- cells ------------------------------------------------------------------------------------


class _Cell:
    """A cell of a row as the file has it: what it prints, the columns it covers, how it is merged."""

    __slots__ = ("columns", "horizontal_merge", "is_container", "printed", "vertical_merge")

    def __init__(self) -> None:
        self.printed = ""
        self.columns = 1
        self.vertical_merge: str | None = None
        self.horizontal_merge: str | None = None
        self.is_container = False

    @property
    def text(self) -> str:
        text = self.printed.strip()
        return text if text.isprintable() else joined(_lines(text))


class _BodyReader:
    """Reads the flattened body of one document into ``cells``.

    ``unusual`` names the elements that it has: each name that is looked for slows all down.
    """

    def __init__(self, unusual: set[str]) -> None:
        self.cells: list[PrintedCell] = []
        self._in_line = tuple(tag for tag in _IN_LINE if tag == _TEXT or tag in unusual)
        self._in_row = (*_USUAL, *unusual)
        self._line = 0

    def read(self, container: Element, open_merges: set[int]) -> None:
        """Read what a body, a table or anything inside them holds.

        ``open_merges`` has the columns at which merged cells of the table come down from the row above.
        """
        for child in container:
            if child.tag == _PARAGRAPH:
                self._read_paragraph(child)
            elif child.tag == _ROW:
                self._read_row(child, open_merges)
            else:
                self.read(child, set() if child.tag == _TABLE else open_merges)
            if max(len(self.cells), self._line) > MOST_CELLS:
                raise Refused("too_large", f"more than {MOST_CELLS} cells and lines")

    def _read_paragraph(self, paragraph: Element) -> None:
        text = "".join([_printed(element, "  ") for element in paragraph.iter(*self._in_line)])
        for line in _lines(text):
            self._line += 1
            if stripped := line.strip():
                self.cells.append(PrintedCell(stripped, self._line, "cell_per_line", is_closed=False))

    def _read_row(self, row: Element, open_merges: set[int]) -> None:
        self._line = line = self._line + 1
        column, row_cells = _cells_of(row.iter(*self._in_row))
        going_on: set[int] = set()
        is_merging = False
        for cell in row_cells:
            vertical, horizontal = cell.vertical_merge, cell.horizontal_merge
            continues = False
            if vertical or horizontal or is_merging:
                continues_above = vertical == "continue" and column in open_merges
                continues_left = horizontal == "continue" and is_merging
                is_merging = horizontal == "restart" or continues_left
                continues = continues_above or continues_left
                if vertical == "restart" or continues_above:
                    going_on.add(column)
            text = cell.text
            # a cell that only continues another holds no text; where it does, the text isn't to be lost
            if not cell.is_container and (text or not continues):
                self.cells.append(cell_of((text, line, "docx_table", True, line, column, None)))
            column += cell.columns
            if column > MOST_COLUMNS:
                raise Refused("too_large", f"a table with more than {MOST_COLUMNS} columns")
        open_merges.clear()
        open_merges.update(going_on)


def _cells_of(elements: Iterable[Element]) -> tuple[int, list[_Cell]]:
    """The column at which a row begins, and its cells, from what is in it; one pass, for speed."""
    column = 0
    found: list[_Cell] = []
    cell = _Cell()
    for element in elements:
        tag = element.tag
        if tag == _TEXT:
            cell.printed += element.text or ""
        elif tag == _CELL:
            cell = _Cell()
            found.append(cell)
        elif tag == _PARAGRAPH:
            # the first one of a cell begins it
            if cell.printed:
                cell.printed += _BREAK
        elif tag == _COLUMNS_BEFORE:
            column = _count(element)
        elif tag == _COLUMNS:
            cell.columns = _count(element) or 1
        elif tag == _VERTICAL_MERGE:
            cell.vertical_merge = element.get(_VALUE, "continue")
        elif tag == _HORIZONTAL_MERGE:
            cell.horizontal_merge = element.get(_VALUE, "continue")
        elif tag == _CONTAINER:
            cell.is_container = True
        else:
            cell.printed += _printed(element, " ")
    return column, found


def _lines(text: str) -> list[str]:
    """The lines of a text; breaks of line in the file itself are mere spaces."""
    return text.translate(_SPACES).split(_BREAK)


def _printed(element: Element, tab: str) -> str:
    """What an element in a line prints; a break as ``_BREAK``."""
    tag = element.tag
    if tag in _TEXTS:
        return element.text or ""
    if tag in _TABS:
        # elsewhere the same name stands for the definition of a tab stop
        return tab if element.getparent().tag == _RUN else ""
    if tag in _BREAKS:
        return _BREAK
    return "-" if tag == _HYPHEN else _symbol(element.get(_CODE, ""))


def _symbol(code: str) -> str:
    """A character of a symbol font, by its hexadecimal code; what isn't one prints as a character unknown."""
    number = int(code, 16) if _CODE_OF_SYMBOL.fullmatch(code) else 0
    return "\ufffd" if number < 32 or 0xD800 <= number < 0xE000 else chr(number)


def _count(element: Element) -> int:
    """A number of columns; what isn't a number counts as none, and what is too large stays too large."""
    digits = element.get(_VALUE, "")[:6]
    return int(digits) if digits.isdecimal() else 0
