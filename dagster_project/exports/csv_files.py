r"""CSV files that spreadsheets open as they are: UTF-8 with its mark, and no text that one takes for a formula.

A text that begins with ``=``, ``+``, ``-``, ``@``, their full-width forms, a tab or a line break gets an apostrophe
before it, and so does one that begins with an apostrophe: whoever takes one leading apostrophe off each text has the
text as it is. All texts stand in quotation marks, so that no separator in one begins a cell; an empty field without
them is NULL.
"""

from pathlib import Path

import duckdb

from dagster_project.exports.tables import Table, batches

#: What spreadsheets read as the beginning of a formula, or skip before one (OWASP, CSV Injection); and the mark itself.
DANGEROUS = "=+\\-@＝＋－＠\\t\\r\\n'"
#: An SQL expression of a column of text; ``read_back`` is its inverse.
ESCAPE = "case when regexp_matches({0}, '^[" + DANGEROUS.replace("'", "''") + "]') then '''' || {0} else {0} end"


def write_csv(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Write a table with a line of names."""
    with path.open("wb") as file:
        for number, frame in enumerate(batches(connection, table.select(ESCAPE))):
            first = number == 0
            frame.write_csv(
                file, include_bom=first, include_header=first, quote_style="non_numeric", line_terminator="\r\n"
            )


def read_back(text: str | None) -> str | None:
    """The text behind a field of the file."""
    return text.removeprefix("'") if text else text
