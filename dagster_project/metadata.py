"""What a materialisation shows of a table: its row count and a small table of its first rows."""

from typing import Any

import dagster as dg

from dagster_project.build_database import TablePreview

#: Longer texts are cut in the small table.
LONGEST_TEXT = 40
#: What a document says is text: no tag, entity, link, picture, code or column of the table.
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;"} | {letter: f"\\{letter}" for letter in "\\|[`"})


def table_metadata(preview: TablePreview) -> dict[str, Any]:
    """Row count and first rows as Dagster metadata."""
    return {"dagster/row_count": preview.row_count, "preview": dg.MetadataValue.md(markdown_table(preview.head))}


def markdown_table(rows: list[dict[str, Any]]) -> str:
    """Rows as a Markdown table; "no rows" for none."""
    if not rows:
        return "no rows"
    header = [f"| {' | '.join(rows[0])} |", f"|{' --- |' * len(rows[0])}"]
    return "\n".join([*header, *(f"| {' | '.join(map(_text, row.values()))} |" for row in rows)])


def _text(value: object) -> str:
    text = "" if value is None else " ".join(str(value).splitlines())
    text = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    return text.translate(ESCAPES)
