"""Which cells of a row stand for its columns: only where their count, or the grid, leaves no doubt.

Belongs here: counting a row's cells against its columns, beside the other rows of its table. Doesn't
belong here: what the columns are (``extract.alignment``), or the identities (``extract.inference``).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from extract.labels import is_numbered
from extract.table_rows import Entry, Row

_HAN = re.compile(r"[\u3400-\u9fff]")

#: So many rows of a table must have the same length before empty cells in front are taken for columns.
ROWS_OF_EVIDENCE = 3
#: Rows stand beside each other on lines next to each other, or with a rule between.
LONGEST_GAP = 2


class TableRows:
    """The rows under one header, of so many columns; what they tell of each other is found once."""

    def __init__(self, rows: Sequence[Row], width: int) -> None:
        self.rows, self.width = rows, width

    @cached_property
    def full(self) -> list[Row]:
        """The rows whose first cells are one figure or text for each column, and no others."""
        return [row for row in self.rows if _is_full(row.entries, self.width)]

    @cached_property
    def columns(self) -> set[tuple[int, ...]]:
        """Where in the grid the rows with one figure for each column have them."""
        return {tuple(_positions(row.entries)) for row in self.rows if _has_all(row.entries, self.width)}

    @cached_property
    def full_ends(self) -> set[int | None]:
        """The columns of the grid in which those rows end."""
        return {row.entries[-1].cell.position for row in self.rows if _has_all(row.entries, self.width)}

    @cached_property
    def positions(self) -> set[int]:
        """The columns of the grid in which anything is printed behind a label."""
        return {position for row in self.rows for position in _positions(row.entries)}

    @cached_property
    def ends(self) -> set[int | None]:
        """The columns of the grid in which the rows end."""
        return {row.entries[-1].cell.position for row in self.rows if row.entries}

    @cached_property
    def lengths(self) -> set[int]:
        """How many cells the rows have in which anything is printed."""
        return {len(row.entries) for row in self.rows if row.has_figures}

    @cached_property
    def has_shifted_row(self) -> bool:
        """Whether a row has a cell too many before its figures."""
        return any(_printed(row.entries) >= self.width and not _is_full(row.entries, self.width) for row in self.rows)

    @cached_property
    def ends_together(self) -> bool:
        """Whether the last figure of every row is the one of the last column."""
        return all(_last_printed(row) == self.width for row in self.rows if row.has_figures)


def fitting_entries(row: Row, table: TableRows) -> Sequence[Entry]:
    """The entries of a row that stand for its columns, one for each; empty where the count doesn't fit.

    ``table`` are all rows under the same header: where cells may be missing or additional, they tell.
    """
    width = table.width
    printed = [entry for entry in row.entries if entry.cell.text]
    if len(printed) == width and all(entry.figure for entry in printed) and _is_run(row.entries, width):
        return printed
    if row.entries and row.entries[0].cell.position is not None:
        return _in_grid(row, table)
    return row.entries[:width] if _fits(row, table) else ()


def _is_run(entries: Sequence[Entry], width: int) -> bool:
    """Whether the figures follow each other; where cells stand in rows, empty ones between them hold no column."""
    filled = [number for number, entry in enumerate(entries) if entry.cell.text]
    return filled[-1] - filled[0] == width - 1 or entries[0].cell.row is not None


def _in_grid(row: Row, table: TableRows) -> Sequence[Entry]:
    """Of a row whose empty cells are all there: those in the columns of the full rows, or all when they are as many."""
    if row.interruption:
        return ()
    columns, width = table.columns, table.width
    ends_there = not columns or row.entries[-1].cell.position in table.full_ends
    for full in (columns or _header_positions(row, table)) if ends_there else ():
        chosen = [entry for entry in row.entries if entry.cell.position in full]
        others = [entry for entry in row.entries if entry.cell.position not in full and entry.cell.text]
        if len(columns) <= 1 and len(chosen) == width and not others:
            return chosen
    is_sure = not columns or bool(row.entries[0].cell.text) or _is_shifted(row, columns)
    is_read = all(entry.figure for entry in row.entries)
    return row.entries if is_sure and is_read and len(row.entries) == width else ()


def _header_positions(row: Row, table: TableRows) -> set[tuple[int, ...]]:
    """Where the header has its columns, when each has a place of its own and no figure stands beside them."""
    found = {cell.position for cell in row.header if cell.match and cell.position is not None}
    is_regular = table.positions <= found and len(table.ends) == 1
    return {tuple(sorted(found))} if len(found) == table.width and is_regular else set()


def _is_shifted(row: Row, columns: Collection[tuple[int, ...]]) -> bool:
    """Whether the row's cells are as far apart as a full row's, in a table whose merged cells don't line up.

    A row that begins to the left of the only full rows there are may begin with a label's empty cell.
    """
    own = [entry.cell.position or 0 for entry in row.entries]
    shifts = {own[0] - full[0] for full in columns if [p - own[0] for p in own] == [p - full[0] for p in full]}
    return bool(shifts) and (len(columns) > 1 or min(shifts) >= 0)


def _positions(entries: Sequence[Entry]) -> list[int]:
    return [entry.cell.position or 0 for entry in entries if entry.cell.text]


def _has_all(entries: Sequence[Entry], width: int) -> bool:
    printed = [entry for entry in entries if entry.cell.text]
    return len(printed) == width and all(entry.figure for entry in printed)


def _fits(row: Row, table: TableRows) -> bool:
    """Whether the row's cells are one for each column.

    A row of figures fits when it has as many as there are columns; what comes after them must be empty.
    An empty cell may be a column's own, or what a merged cell left behind, and a text may be the label
    of a sub-row: then the rest of the table must tell (``_fits_in_row``, ``_fits_on_lines``).
    """
    entries, width = row.entries, table.width
    if len(entries) < width or any(entry.cell.text for entry in entries[width:]):
        return False
    if all(entry.figure and entry.cell.text for entry in entries[:width]):
        return True
    if row.interruption or (entries[0].figure is None and _is_word(entries[0].cell.text)):
        return False
    if entries[0].cell.row is not None:
        return _fits_in_row(row, table)
    return _fits_on_lines(row, table)


def _fits_in_row(row: Row, table: TableRows) -> bool:
    """Where rows stand one a line: the row is as long as every full row beside it; without one, as the header.

    Empty cells in front may belong to a label that is merged over several columns, unless all rows of
    the table are of one length, or the row has no label.
    """
    entries = row.entries
    beside = {id(other) for other in _beside(row, table.rows)}
    lengths = {len(other.entries) for other in table.full if id(other) in beside} or {
        len(other.entries) for other in table.full
    }
    is_header_length = len(entries) == table.width and bool(entries[-1].cell.text)
    is_long_enough = lengths == {len(entries)} if lengths else is_header_length
    if not is_long_enough or entries[0].cell.text or row.label is None:
        return is_long_enough
    filled = sum(1 for other in table.rows if other.has_figures)
    return filled >= ROWS_OF_EVIDENCE and table.lengths == {len(entries)}


def _beside(row: Row, table: Sequence[Row]) -> Iterator[Row]:
    """The rows of the table that stand on the lines next to the row's, and next to those, without a gap."""
    own = next(number for number, other in enumerate(table) if other is row)
    for step, numbers in ((-1, range(own - 1, -1, -1)), (1, range(own + 1, len(table)))):
        line = row.entries[0].cell.source_line
        for other in (table[number] for number in numbers):
            if not other.entries or not 0 <= step * (other.entries[0].cell.source_line - line) <= LONGEST_GAP:
                break
            line = other.entries[0].cell.source_line
            yield other


def _fits_on_lines(row: Row, table: TableRows) -> bool:
    """Where cells stand one a line: merged cells leave theirs at the end of the row, so the last column is a figure.

    No row of the table may have one cell too many before its figures; a row without a label, which may
    begin with what is left of another, must also begin with a figure.
    """
    entries = row.entries
    begins_well = row.line is not None or bool(entries[0].cell.text)
    is_readable = all(entry.figure for entry in entries) and bool(entries[table.width - 1].cell.text)
    is_marked = entries[0].cell.is_closed or table.ends_together
    return is_readable and begins_well and is_marked and not table.has_shifted_row


def _printed(entries: Sequence[Entry]) -> int:
    return sum(1 for entry in entries if entry.cell.text)


def _last_printed(row: Row) -> int:
    return max((n for n, entry in enumerate(row.entries, start=1) if entry.cell.text), default=0)


def _is_full(entries: Sequence[Entry], width: int) -> bool:
    return _printed(entries) == width and all(entry.cell.text for entry in entries[:width])


def _is_word(text: str) -> bool:
    """Whether a text may be a label or its number, and not a figure that can't be read."""
    return bool(_HAN.search(text)) or is_numbered(text)
