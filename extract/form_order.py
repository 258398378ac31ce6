"""Rows whose label stands apart from their figures, or was torn off.

Belongs here: joining such a row with its label above, or with the form's next line where the labelled
rows around it leave one way. Doesn't belong here: columns (``extract.alignment``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from extract.catalogue.model import Catalogue, Line
from extract.table_rows import Row

#: The mark of a row that has its line by the order of the form.
FORM_ORDER = "form_order"


def with_torn_labels(rows: Sequence[Row], catalogue: Catalogue) -> list[Row]:
    """The rows, with a line for those of which the labels or the form's order tell it.

    In a section in which every row without a label follows a label without figures, and every such
    label is followed by such a row, the two belong together. Else the rows of section 3 without a label
    take the missing lines, when they are as many, between two labelled rows.
    """
    result = list(rows)
    groups = {line.line for line in catalogue.lines if line.role == "subtotal"}
    for section in sorted({row.section for row in rows if _is_torn(row)} - {4}):
        result = _paired(result, section, groups) or _in_form_order(result, section, catalogue)
    return result


def _is_torn(row: Row) -> bool:
    """Whether the row has figures, and no label in its own line of the layout."""
    has_label = row.label is not None and row.label.row == row.physical_row
    return row.line is None and row.physical_row is not None and row.has_figures and not has_label


def _is_waiting(row: Row) -> bool:
    """Whether the row is a label without a cell behind it."""
    return row.line is not None and not row.entries


def _paired(rows: Sequence[Row], section: int, groups: set[str]) -> list[Row]:
    """The rows with each label joined to the row below; empty where they don't pair throughout the section."""
    own = [row for row in rows if row.section == section and not (row.line in groups and _is_waiting(row))]
    pairs = {id(below): above for above, below in pairwise(own) if _is_waiting(above) and _is_torn(below)}
    waiting, torn = sum(map(_is_waiting, own)), sum(map(_is_torn, own))
    if not len(pairs) == waiting == torn:
        return []
    return [_labelled(row, pairs.get(id(row))) for row in rows if not (row.section == section and _is_waiting(row))]


def _labelled(row: Row, above: Row | None) -> Row:
    if above is None:
        return row
    return replace(row, line=above.line, label=above.label, label_distance=above.label_distance, header=above.header)


def _in_form_order(rows: Sequence[Row], section: int, catalogue: Catalogue) -> list[Row]:
    """The rows, with the missing lines for those without a label between two labelled ones that they fill exactly."""
    if section != 3:
        return list(rows)
    sub_tables = {line.sub_table for line in catalogue.lines_of_section(section)}
    width = len(catalogue.column_sets[sub_tables.pop()][None])
    anchors = [n for n, row in enumerate(rows) if row.section == section and row.line and _printed(row) == width]
    lines: dict[int, str] = {}
    for first, last in pairwise(anchors):
        torn = [n for n in range(first + 1, last) if _is_torn(rows[n]) and _printed(rows[n]) == width]
        missing = _missing(rows[first].line or "", rows[last].line or "", len(torn), catalogue)
        lines.update(zip(torn, missing, strict=False))
    placed = set(lines.values())
    return [
        _in_line(row, lines.get(n), placed) for n, row in enumerate(rows) if n in lines or not _is_moot(row, placed)
    ]


def _printed(row: Row) -> int:
    return sum(1 for entry in row.entries if entry.cell.text)


def _is_moot(row: Row, placed: set[str]) -> bool:
    """Whether the row is the label that a row got without it."""
    return row.line in placed and not row.entries


def _in_line(row: Row, line: str | None, placed: set[str]) -> Row:
    """The row in its line; a lone figure behind a label that another row took has none."""
    if line:
        return replace(row, line=line, label=None, inference=FORM_ORDER)
    return replace(row, line=None) if row.line in placed else row


def _missing(first: str, last: str, count: int, catalogue: Catalogue) -> list[str]:
    """The lines of the form between two lines, when they are ``count`` in one way; else none."""
    lines = catalogue.lines_of_section(catalogue.section_of_line(first))
    codes = [line.line for line in lines]
    between = lines[codes.index(first) + 1 : codes.index(last)]
    ways = [way for way in _ways(between, lines[codes.index(first)], lines[codes.index(last)]) if len(way) == count]
    return ways[0] if len(ways) == 1 else []


def _ways(between: Sequence[Line], first: Line, last: Line) -> Iterator[list[str]]:
    """The lines as a report prints them: a line for the whole of a group, or the lines of the group."""
    groups = {line.line for line in between if line.role == "subtotal"}
    outside = {line.parent_line for line in (first, last)} | {line.line for line in (first, last)}
    with_parts = [line.line for line in between if line.line not in groups]
    yield with_parts
    parts = [line for line in between if line.parent_line in groups]
    if groups and not groups & outside and parts:
        yield [line.line for line in between if line not in parts]
