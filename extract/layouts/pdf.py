"""PDF documents: ruled tables as rows of cells in a grid, all other text as lines.

Belongs here: opening and closing a document, and putting its pages in order. Doesn't belong here: what
stands on a page (``extract.layouts.pdf_page``), where cells and lines are (``extract.layouts.ruled_grid``,
``extract.layouts.character_lines``), and what isn't printed text: pictures, annotations, form fields.
"""

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from operator import itemgetter
from threading import Lock
from typing import NamedTuple

import pypdfium2.raw as pdfium

from extract.layouts.allowance import Allowance
from extract.layouts.character_lines import Character, Level, cell_text, line_text, lines
from extract.layouts.confined import confined
from extract.layouts.pdf_font import stand_in_for_missing_fonts
from extract.layouts.pdf_page import Marks, marks
from extract.layouts.pdf_streams import check_unpacked_size
from extract.layouts.plain_text import line_cells
from extract.layouts.ruled_grid import Grid, grids
from extract.layouts.stream import PrintedCell, Refused, cell_of

#: Bounds of a document: beyond them it is refused.
MOST_PAGES, MOST_CHARACTERS, MOST_DRAWING_STEPS, MOST_GRID_SLOTS = 300, 500_000, 500_000, 200_000
#: … and so wide or high, in points, is a page: the standard's bound is 14,400. pdfium looks at each point of a line.
LARGEST_PAGE = 20_000
#: … and so often a character is looked for in a grid.
MOST_COMPARISONS = 3_000_000
#: Edges of columns on two pages are one within so many points.
SAME_EDGE = 2.0
#: A document with fewer letters and digits than this is taken for scanned pictures.
FEWEST_LETTERS = 20

stand_in_for_missing_fonts()
#: pdfium is not safe for threads: one document at a time in a process.
_ONE_AT_A_TIME = Lock()
_ERRORS = {
    pdfium.FPDF_ERR_PASSWORD: "encrypted: it opens with a password only",
    pdfium.FPDF_ERR_SECURITY: "encrypted in an unsupported way",
}


class _Row(NamedTuple):
    """The cells that begin in one row of a grid: first column and text; ``edges`` are those of the grid's columns."""

    cells: list[tuple[int, str]]
    edges: list[float]


#: pdfium follows forms that draw forms without end. This is their name, letter by letter as it is or as its number,
#: or a kind of stream that isn't named where it belongs.
_MAY_DRAW_FORMS = re.compile(
    rb"/(?:(?:F|#46)(?:o|#6[fF])(?:r|#72)(?:m|#6[dD])"
    rb"|(?:S|#53)(?:u|#75)(?:b|#62)(?:t|#74)(?:y|#79)(?:p|#70)(?:e|#65)\s{0,20}+[^\s/])"
)

_COLUMN = itemgetter(0)
#: What stands on a page, from top to bottom.
_Block = _Row | str


def cells(content: bytes) -> Iterator[PrintedCell]:
    """The cells of the ruled tables and the lines of all other text, in reading order.

    A line is parted into cells where the print leaves a wide gap, or ends in figures. Each line and each row of a table
    counts for ``source_line``. A table that goes on after a page break goes on here, its page number between.

    Raises:
        Refused: no PDF, a damaged or encrypted one, one without text, or one beyond the bounds.

    """
    check_unpacked_size(content)
    with _ONE_AT_A_TIME:
        blocks = confined(_all_blocks, content) if _MAY_DRAW_FORMS.search(content) else _all_blocks(content)
    if _is_without_text(blocks):
        raise Refused("needs_ocr", f"fewer than {FEWEST_LETTERS} letters and digits of text: probably scanned pictures")
    columns = _columns_of_tables({id(b.edges): b.edges for b in blocks if not isinstance(b, str)}.values())
    for number, block in enumerate(blocks, start=1):
        if isinstance(block, str):
            yield from (cell._replace(layout="spaced") for cell in line_cells(block, number))
        else:
            own = columns[id(block.edges)]
            for column, text in block.cells:
                yield cell_of((text, number, "pdf_text", True, number, own[column], None))


def _columns_of_tables(grids_in_order: Iterable[list[float]]) -> dict[int, list[int]]:
    """The columns of each grid (by identity) in the widest of those that follow each other as one table.

    A table that goes on after a page break has another grid there, with fewer columns or with more: the
    merged cells of its header don't go on.
    """
    tables: list[list[list[float]]] = []
    widest: list[float] = []
    for edges in grids_in_order:
        if not (_columns_among(edges, widest) or _columns_among(widest, edges)):
            tables.append([])
            widest = []
        tables[-1].append(edges)
        widest = max(widest, edges, key=len)
    whole = [max(table, key=len) for table in tables]
    return {id(e): _columns_among(e, w) or list(range(len(e))) for t, w in zip(tables, whole, strict=True) for e in t}


def _columns_among(edges: list[float], others: list[float]) -> list[int]:
    """The columns of a grid in another one that has all of them; empty where it hasn't."""
    found = [n for edge in edges for n, other in enumerate(others) if abs(edge - other) <= SAME_EDGE]
    return found if len(found) == len(edges) == len(set(found)) else []


def _is_without_text(blocks: Iterable[_Block]) -> bool:
    texts = (text for block in blocks for text in ([block] if isinstance(block, str) else [t for _, t in block.cells]))
    letters = (character for text in texts for character in text if character.isalnum())
    return sum(1 for _ in islice(letters, FEWEST_LETTERS)) < FEWEST_LETTERS


# -- the document -----------------------------------------------------------------------------


@contextmanager
def _opened(content: bytes) -> Generator[object]:
    document = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    if not document:
        raise Refused("unreadable", _ERRORS.get(pdfium.FPDF_GetLastError(), "not a PDF document, or a damaged one"))
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


def _all_blocks(content: bytes) -> list[_Block]:
    return list(_blocks(content))


def _blocks(content: bytes) -> Iterator[_Block]:
    characters = Allowance(MOST_CHARACTERS, "characters")
    steps = Allowance(MOST_DRAWING_STEPS, "steps of drawing")
    slots = Allowance(MOST_GRID_SLOTS, "slots of grids")
    comparisons = Allowance(MOST_COMPARISONS, "comparisons of characters with grids")
    with _opened(content) as document:
        count = pdfium.FPDF_GetPageCount(document)
        if count > MOST_PAGES:
            raise Refused("too_large", f"more than {MOST_PAGES} pages")
        for number in range(count):
            _check_size(document, number)
            page = pdfium.FPDF_LoadPage(document, number)
            if not page:
                raise Refused("unreadable", f"page {number + 1} is damaged")
            try:
                printed = marks(page, characters, steps)
            finally:
                pdfium.FPDF_ClosePage(page)
            yield from _ordered(printed, slots, comparisons)


def _check_size(document: object, number: int) -> None:
    size = pdfium.FS_SIZEF()
    if pdfium.FPDF_GetPageSizeByIndexF(document, number, size) and not max(size.width, size.height) <= LARGEST_PAGE:
        raise Refused("too_large", f"page {number + 1} is more than {LARGEST_PAGE} points wide or high")


# -- a page -----------------------------------------------------------------------------------


def _ordered(printed: Marks, slots: Allowance, comparisons: Allowance) -> list[_Block]:
    """The lines and the rows of tables of a page, from top to bottom."""
    found = grids(printed.horizontal, printed.vertical, printed.tolerance, slots)
    loose = printed.levels
    placed: list[tuple[float, float, list[_Block]]] = []
    for grid in found:
        comparisons.spend(sum(map(len, loose)))
        contents, loose = _shared_out(loose, grid)
        placed.append((grid.y_lines[0], grid.x_lines[0], _rows(grid, contents)))
    for line in lines(loose):
        placed.append((line[0].baseline - line[0].size / 3, line[0].left, [line_text(line)]))
    placed.sort(key=lambda block: block[:2])
    return [block for _, _, blocks in placed for block in blocks]


def _shared_out(loose: list[Level], grid: Grid) -> tuple[list[list[Character]], list[Level]]:
    """The characters of each cell, by where their centres are, and those outside all cells."""
    contents: list[list[Character]] = [[] for _ in grid.cells]
    rest: list[Level] = []
    table_top, table_bottom = grid.y_lines[0], grid.y_lines[-1]
    number = None
    first_x = end_x = first_y = end_y = 0.0
    put: Callable[[Character], None] = list[Character]().append
    for level in loose:
        y = (level[0].top + level[0].bottom) / 2
        if not table_top <= y <= table_bottom:
            rest.append(level)
            continue
        if number is None or not first_y <= y < end_y:
            first_x = end_x = 0.0
        outside: Level = []
        for character in level:
            x = (character[1] + character[3]) / 2
            # most stand in the slot of the one before
            if not first_x <= x < end_x:
                number, (first_x, end_x, first_y, end_y) = grid.slot_at(x, y)
                put = (outside if number is None else contents[number]).append
            put(character)
        if outside:
            rest.append(outside)
    return contents, rest


def _rows(grid: Grid, contents: list[list[Character]]) -> list[_Block]:
    rows: dict[int, list[tuple[int, str]]] = {}
    for (row, column), characters in zip(grid.cells, contents, strict=True):
        rows.setdefault(row, []).append((column, cell_text(characters)))
    return [_Row(sorted(rows[row], key=_COLUMN), grid.x_lines) for row in sorted(rows)]
