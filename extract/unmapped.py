"""Rows of the statutory tables that the catalogue doesn't know: kept, so that nothing is lost in silence.

Belongs here: what is kept of them. Doesn't belong here: how rows are found (``extract.tables``).
"""

from collections.abc import Iterator, Sequence

from extract.documents import UnmappedRow
from extract.table_rows import Row


def unmapped_rows(report_id: str, rows: Sequence[Row]) -> Iterator[UnmappedRow]:
    """The rows with figures but without a line; section 4's single row has none by its nature."""
    for row in rows:
        figures = sum(1 for entry in row.entries if entry.figure and not entry.figure.is_blank)
        if row.line is None and row.section != 4 and figures:
            yield UnmappedRow(
                report_id=report_id,
                section=row.section,
                label=row.label.raw_text if row.label else None,
                raw_text=" | ".join(entry.cell.raw_text for entry in row.entries),
                figures=figures,
                source_line=row.entries[0].cell.source_line,
            )
