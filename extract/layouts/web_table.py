"""Tables of a web page while they are read: at which column a cell begins, beside the cells that reach into its row.

Belongs here: merged cells. Doesn't belong here: where a table, a row or a cell begins and ends
(``extract.layouts.web_walk``).
"""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

#: A cell may cover so many columns and rows; what a page says beyond that is cut.
WIDEST_SPAN, LONGEST_SPAN = 100, 1000
#: A row with more columns than this is no statutory table.
WIDEST_ROW = 400


@dataclass
class OpenCell:
    """An open cell of a table: its column, and the text in it, a break as an empty line."""

    position: int
    lines: list[str] = field(default_factory=lambda: [""])
    has_table: bool = False


@dataclass
class OpenTable:
    """An open table: the row being read, and for each column how many rows its last cell still covers."""

    row: int = 0
    column: int = 0
    covered: list[int] = field(default_factory=list)
    #: Text and column of the cells of the row.
    cells: list[tuple[str, int]] = field(default_factory=list)

    def begin_row(self) -> None:
        """The cells of the rows before reach one row less into this one."""
        if any(self.covered):
            self.covered = [rows - 1 if rows else 0 for rows in self.covered]
        self.column = 0

    def place(self, columns: int = 1, rows: int = 1) -> int:
        """The column at which a cell of this size begins, beside the cells that reach into the row."""
        covered, begin = self.covered, self.column
        while begin < len(covered) and covered[begin]:
            begin += 1
        self.column = min(begin + columns, WIDEST_ROW)
        if columns > 1 or rows > 1:
            covered.extend([0] * (self.column - len(covered)))
            covered[begin : self.column] = [rows] * (self.column - begin)
        return begin


def spans(cell: LexborNode) -> tuple[int, int]:
    """How many columns and rows a cell covers."""
    attributes = cell.attrs
    return _span(attributes.get("colspan"), WIDEST_SPAN), _span(attributes.get("rowspan"), LONGEST_SPAN)


def _span(value: str | None, most: int) -> int:
    if value is None:
        return 1
    digits = value.strip()
    return min(int(digits[:6]), most) or 1 if digits[:6].isdecimal() else 1
