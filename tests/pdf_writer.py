"""PDF documents for the tests: the same blocks as word processors and browsers print them.

Belongs here: pages, rules drawn in several ways, cells merged over rows that a page break parts. Doesn't
belong here: the statutory form (``tests.report_writer``) or reading.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.grid import Block, GridCell, Table, positions

#: A font for Chinese that readers have, so that none is needed here.
FONT = "STSong-Light"
#: In points: the margin of a page, the height of letters, of a line, the space inside a cell.
MARGIN, SIZE, LINE, PADDING = 60.0, 10.0, 14.0, 4.0

#: Between the columns of a table without rules.
COLUMN_GAP = 18.0
#: The widest that a column wants to be.
WIDEST = 120.0

#: How rules are drawn: each cell's frame (so that neighbours' rules lie twice, slightly off), each border
#: as a filled rectangle, whole rows and columns of dots, or two thin rules for one.
Drawing = Literal["frames", "rectangles", "dots", "double"]

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


@dataclass(frozen=True)
class Printing:
    """How pages and rules are printed.

    ``drawing`` says how rules are drawn, ``is_open`` leaves out those at the left and right of tables.
    ``turned`` turns what is printed, in degrees; ``letter_spacing`` is in points.
    """

    width: float = 595.0
    drawing: Drawing = "frames"
    is_open: bool = False
    shaded: bool = False
    in_form: bool = False
    turned: Literal[0, 90, 180, 270] = 0
    letter_spacing: float = 0.0


AS_USUAL = Printing()


def pdf(
    blocks: Sequence[Block],
    *,
    ruled: bool = True,
    height: float = 842.0,
    page_numbers: bool = False,
    printing: Printing = AS_USUAL,
) -> bytes:
    """A PDF of paragraphs and tables; a table goes on at the next page between two of its rows.

    A cell breaks its line at ``\\n`` and where it is full. A cell merged over rows that a page break
    parts has all its text before the break.

    Args:
        blocks: paragraphs and tables.
        ruled: False prints the text of tables in aligned columns, without rules.
        height: of the page, in points; a small one breaks tables.
        page_numbers: ``- 3 -`` below each page.
        printing: how pages and rules are printed.

    """
    writer = _Writer(ruled, height, page_numbers, printing)
    for block in blocks:
        if isinstance(block, str):
            writer.paragraph(block)
        elif any(block):
            writer.table(block)
    return writer.finished()


@dataclass(frozen=True)
class _Placed:
    """A cell at its place: grid rows and columns from … to before …, and its lines."""

    top: int
    left: int
    bottom: int
    right: int
    lines: list[str]


class _Writer:
    def __init__(self, ruled: bool, height: float, page_numbers: bool, printing: Printing) -> None:
        self.ruled, self.height, self.page_numbers, self.printing = ruled, height, page_numbers, printing
        self.padding = PADDING if ruled else COLUMN_GAP / 2
        self.buffer = io.BytesIO()
        size = (height, printing.width) if printing.turned in (90, 270) else (printing.width, height)
        self.canvas = Canvas(self.buffer, pagesize=size, invariant=1)
        self.number = 0
        self._begin_page()

    # -- pages --------------------------------------------------------------------------------

    def _begin_page(self) -> None:
        self.number += 1
        self.y = self.height - MARGIN
        if self.printing.in_form:
            self.canvas.beginForm(f"page{self.number}")
        if self.printing.turned == 90:
            self.canvas.transform(0, 1, -1, 0, self.height, 0)
        elif self.printing.turned == 180:
            self.canvas.transform(-1, 0, 0, -1, self.printing.width, self.height)
        elif self.printing.turned == 270:
            self.canvas.transform(0, -1, 1, 0, 0, self.printing.width)
        self.canvas.setFont(FONT, SIZE)

    def _end_page(self) -> None:
        if self.page_numbers:
            self._write(self.printing.width / 2, MARGIN / 2, f"- {self.number} -")
        if self.printing.in_form:
            self.canvas.endForm()
            # drawn at another place than it was made for
            self.canvas.translate(7, 5)
            self.canvas.doForm(f"page{self.number}")
        self.canvas.showPage()

    def finished(self) -> bytes:
        self._end_page()
        self.canvas.save()
        return self.buffer.getvalue()

    def _make_room(self, height: float) -> bool:
        """Begin a new page where the height is not left on this; say whether one was begun."""
        if self.y - height >= MARGIN or self.y == self.height - MARGIN:
            return False
        self._end_page()
        self._begin_page()
        return True

    # -- blocks -------------------------------------------------------------------------------

    def paragraph(self, text: str) -> None:
        for line in wrapped(text, self.printing.width - 2 * MARGIN):
            self._make_room(LINE)
            self.y -= LINE
            self._write(MARGIN, self.y + PADDING, line)
        self.y -= LINE

    def table(self, table: Table) -> None:
        edges = column_edges(table, self.padding, self.printing.width)
        placed = [
            self._placed(cell, row, column, table, edges)
            for row, columns in enumerate(positions(table))
            for cell, column in zip(table[row], columns, strict=True)
        ]
        heights = [
            max([len(cell.lines) for cell in placed if cell.top == row] + [1]) * LINE + 2 * PADDING
            for row in range(len(table))
        ]
        begin = 0
        while begin < len(table):
            self._make_room(heights[begin])
            end, left = begin + 1, self.y - MARGIN - heights[begin]
            while end < len(table) and heights[end] <= left:
                left -= heights[end]
                end += 1
            self._part(placed, heights, begin, end, edges)
            self.y -= sum(heights[begin:end])
            begin = end
        self.y -= LINE

    def _placed(self, cell: GridCell, row: int, column: int, table: Table, edges: list[float]) -> _Placed:
        after = column + cell.columns
        lines = wrapped(cell.text, edges[after] - edges[column] - 2 * self.padding)
        return _Placed(row, column, min(row + cell.rows, len(table)), after, lines)

    def _part(self, placed: list[_Placed], heights: list[float], begin: int, end: int, edges: list[float]) -> None:
        """The rows of a table from ``begin`` to before ``end``, on this page."""
        levels = [self.y]
        for height in heights[begin:end]:
            levels.append(levels[-1] - height)
        for cell in placed:
            top, bottom = max(cell.top, begin), min(cell.bottom, end)
            if top >= bottom:
                continue
            left, right = edges[cell.left], edges[cell.right]
            y_top, y_bottom = levels[top - begin], levels[bottom - begin]
            if self.ruled:
                is_open = self.printing.is_open
                sides = not (is_open and cell.left == 0), not (is_open and right == edges[-1])
                self._rules(left, y_top, right, y_bottom, sides)
            if cell.top >= begin:
                for number, line in enumerate(cell.lines):
                    self._write(left + self.padding, y_top - PADDING - LINE * number - SIZE, line)

    # -- marks --------------------------------------------------------------------------------

    def _write(self, x: float, y: float, text: str) -> None:
        self.canvas.drawString(x, y, text, charSpace=self.printing.letter_spacing)

    def _rules(self, left: float, top: float, right: float, bottom: float, sides: tuple[bool, bool]) -> None:
        if self.printing.shaded:
            self.canvas.setFillGray(0.9)
            self.canvas.rect(left + 1, bottom + 1, right - left - 2, top - bottom - 2, stroke=0, fill=1)
            self.canvas.setFillGray(0)
        if self.printing.drawing == "frames" and all(sides):
            # a little off its neighbours
            self.canvas.rect(left + 0.2, bottom - 0.2, right - left, top - bottom - 0.3)
            return
        self._rule(left, top, right, top)
        self._rule(left, bottom, right, bottom)
        for x, is_drawn in zip((left, right), sides, strict=True):
            if is_drawn:
                self._rule(x, top, x, bottom)

    def _rule(self, x: float, y: float, other_x: float, other_y: float) -> None:
        if self.printing.drawing == "rectangles":
            self.canvas.rect(x, other_y, other_x - x + 0.5, y - other_y + 0.5, stroke=0, fill=1)
        elif self.printing.drawing == "dots":
            # dots of the size of the rule, as word processors print dotted borders
            steps = int(max(other_x - x, y - other_y) / 1.5)
            for step in range(steps + 1):
                self.canvas.rect(
                    x + (other_x - x) * step / steps, y + (other_y - y) * step / steps, 0.5, 0.5, stroke=0, fill=1
                )
        elif self.printing.drawing == "double":
            across, down = (0.0, 2.0) if y == other_y else (2.0, 0.0)
            self.canvas.line(x, y, other_x, other_y)
            self.canvas.line(x + across, y + down, other_x + across, other_y + down)
        else:
            self.canvas.line(x, y, other_x, other_y)


def column_edges(table: Table, padding: float = PADDING, width: float = AS_USUAL.width) -> list[float]:
    """Where columns begin and end on a page of some width: each is as wide as its longest figure, the rest by its text."""
    cells = [
        (column, cell)
        for row, columns in zip(table, positions(table), strict=True)
        for column, cell in zip(columns, row, strict=True)
    ]
    count = max(column + cell.columns for column, cell in cells)
    needed, wanted = [SIZE + 1] * count, [SIZE] * count
    for column, cell in cells:
        if cell.columns == 1:
            pieces = [piece for line in cell.text.split("\n") for piece in _pieces(line)]
            needed[column] = max([needed[column], *(_width(piece) + 1 for piece in pieces)])
            wanted[column] = max(wanted[column], min(_width(cell.text), WIDEST))
    spare = width - 2 * MARGIN - sum(needed) - 2 * padding * count
    edges = [MARGIN]
    for need, want in zip(needed, wanted, strict=True):
        edges.append(edges[-1] + need + 2 * padding + max(spare, 0) * want / sum(wanted))
    return edges


def wrapped(text: str, width: float) -> list[str]:
    """The lines of a text, full lines broken between any two letters but within no figure."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and _width(line + piece) > width:
                lines.append(line)
                line = ""
            line += piece
        lines.append(line)
    return lines


def _width(text: str) -> float:
    return pdfmetrics.stringWidth(text, FONT, SIZE)


def _pieces(text: str) -> list[str]:
    """What a line may be broken between: single letters, and figures and words with their points."""
    pieces: list[str] = []
    for letter in text:
        if pieces and pieces[-1][-1].isascii() and letter.isascii():
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces
