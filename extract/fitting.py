"""Which cells of a row stand for its columns: only where their count, or the grid, leaves no doubt.

Belongs here: counting a row's cells against its columns, beside the other rows of its table. Doesn't
belong here: what the columns are (``extract.alignment``), or the identities (``extract.inference``).
"""

import re
from collections.abc import Collection, Sequence

from extract.tables import Entry, Row

#: So many rows of a table must have the same length before empty cells in front are taken for columns.
ROWS_OF_EVIDENCE = 3
#: Rows stand beside each other on lines next to each other, or with a rule between.
LONGEST_GAP = 2

_HAN = re.compile(r"[\u3400-\u9fff]")


def fitting_entries(row: Row, width: int, table: Sequence[Row]) -> Sequence[Entry]:
    """The entries of a row that stand for its columns, one for each; empty where the count doesn't fit.

    ``table`` are all rows under the same header: where cells may be missing or additional, they tell.
    """
    printed = [entry for entry in row.entries if entry.cell.text]
    if len(printed) == width and all(entry.figure for entry in printed) and _is_run(row.entries, width):
        return printed
    if row.entries and row.entries[0].cell.position is not None:
        return _in_grid(row, width, table)
    return row.entries[:width] if _fits(row, width, table) else ()


def _is_run(entries: Sequence[Entry], width: int) -> bool:
    """Whether the figures follow each other; where cells stand in rows, empty ones between them hold no column."""
    filled = [number for number, entry in enumerate(entries) if entry.cell.text]
    return filled[-1] - filled[0] == width - 1 or entries[0].cell.row is not None


def _in_grid(row: Row, width: int, table: Sequence[Row]) -> Sequence[Entry]:
    """Of a row whose empty cells are all there: those in the columns of the full rows, or all when they are as many."""
    if row.interruption:
        return ()
    columns = {tuple(_positions(other.entries)) for other in table if _has_all(other.entries, width)}
    for full in columns or _header_positions(row, width, table):
        chosen = [entry for entry in row.entries if entry.cell.position in full]
        others = [entry for entry in row.entries if entry.cell.position not in full and entry.cell.text]
        if len(columns) <= 1 and len(chosen) == width and not others:
            return chosen
    is_sure = not columns or bool(row.entries[0].cell.text) or _is_shifted(row, columns)
    return row.entries if is_sure and len(row.entries) == width and row.entries[0].figure else ()


def _header_positions(row: Row, width: int, table: Sequence[Row]) -> set[tuple[int, ...]]:
    """Where the header has its columns, when each has a place of its own and no figure stands beside them."""
    found = {cell.position for cell in row.header if cell.match and cell.position is not None}
    is_beside = any(set(_positions(other.entries)) - found for other in table)
    return {tuple(sorted(found))} if len(found) == width and not is_beside else set()


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


def _fits(row: Row, width: int, table: Sequence[Row]) -> bool:
    """Whether the row's cells are one for each column.

    A row of figures fits when it has as many as there are columns; what comes after them must be empty.
    An empty cell may be a column's own, or what a merged cell left behind, and a text may be the label
    of a sub-row: then the rest of the table must tell (``_fits_in_row``, ``_fits_on_lines``).
    """
    entries = row.entries
    if len(entries) < width or any(entry.cell.text for entry in entries[width:]):
        return False
    if all(entry.figure and entry.cell.text for entry in entries[:width]):
        return True
    if row.interruption or (entries[0].figure is None and _HAN.search(entries[0].cell.text)):
        return False
    if entries[0].cell.row is not None:
        return _fits_in_row(row, width, table)
    return _fits_on_lines(row, width, table)


def _fits_in_row(row: Row, width: int, table: Sequence[Row]) -> bool:
    """Where rows stand one a line: the row is as long as every full row; without one, as the header.

    Empty cells in front may belong to a label that is merged over several columns, unless all rows of
    the table are of one length, or the row has no label.
    """
    entries = row.entries
    full = [other for other in table if _is_full(other.entries, width)]
    lengths = {len(other.entries) for other in _beside(row, table) if other in full} or {len(o.entries) for o in full}
    is_long_enough = lengths == {len(entries)} if lengths else len(entries) == width and bool(entries[-1].cell.text)
    if not is_long_enough or entries[0].cell.text:
        return is_long_enough
    filled = [other for other in table if other.has_figures]
    return row.label is None or (
        len(filled) >= ROWS_OF_EVIDENCE and {len(other.entries) for other in filled} == {len(entries)}
    )


def _beside(row: Row, table: Sequence[Row]) -> list[Row]:
    """The rows of the table that stand on the lines next to the row's, and next to those, without a gap."""
    lines = [other.entries[0].cell.source_line if other.entries else -LONGEST_GAP for other in table]
    own = first = last = table.index(row)
    while first > 0 and lines[first] - lines[first - 1] <= LONGEST_GAP:
        first -= 1
    while last + 1 < len(table) and 0 <= lines[last + 1] - lines[last] <= LONGEST_GAP:
        last += 1
    return [other for number, other in enumerate(table[first : last + 1], start=first) if number != own]


def _fits_on_lines(row: Row, width: int, table: Sequence[Row]) -> bool:
    """Where cells stand one a line: merged cells leave theirs at the end of the row, so the last column is a figure.

    No row of the table may have one cell too many before its figures; a row without a label, which may
    begin with what is left of another, must also begin with a figure.
    """
    entries = row.entries
    begins_well = row.line is not None or bool(entries[0].cell.text)
    shifted = any(_printed(other.entries) >= width and not _is_full(other.entries, width) for other in table)
    is_readable = all(entry.figure for entry in entries)
    if not entries[0].cell.is_closed and any(_last_printed(other) != width for other in table if other.has_figures):
        return False
    return is_readable and begins_well and bool(entries[width - 1].cell.text) and not shifted


def _printed(entries: Sequence[Entry]) -> int:
    return sum(1 for entry in entries if entry.cell.text)


def _last_printed(row: Row) -> int:
    return max((n for n, entry in enumerate(row.entries, start=1) if entry.cell.text), default=0)


def _is_full(entries: Sequence[Entry], width: int) -> bool:
    return _printed(entries) == width and all(entry.cell.text for entry in entries[:width])
