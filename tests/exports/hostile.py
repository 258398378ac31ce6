"""Texts that spreadsheets, browsers and readers of files might take for more than text."""

from pathlib import Path

import duckdb

FORMULA, SCRIPT = '=HYPERLINK("http://x")', "<script>alert(1)</script>"
HOSTILE = [
    FORMULA,
    SCRIPT,
    "+1",
    "-1+1",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠a",
    "\t=1",
    "\r=1",
    "\n=1",
    "'=1",
    "''",
    "",
    'a;=1,"b"\n=c\r\n=d',
    "\"><img src=x onerror=alert(1)>{{ 7 * 7 }}&amp;'",
    "http://x",
    "_x0041_",
    "012",
    "1e5",
    "TRUE",
    "#REF!",
]


def make_hostile(warehouse: Path) -> None:
    """Put the texts into a warehouse as names of agencies and regions, as titles, addresses and printed cells."""
    values = ", ".join(f"({number}, '{text.replace(chr(39), 2 * chr(39))}')" for number, text in enumerate(HOSTILE))
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"create temp table texts as select * from (values {values}) as t(number, said)")
        for table, column, kept in (
            ("marts.dim_agency", "agency_name", "true"),
            ("marts.dim_report", "agency_name", "true"),
            ("marts.dim_report", "title", "true"),
            ("marts.dim_region", "region_name", "admin_level = 'province'"),
            ("quality.figure_sources", "raw_text", "true"),
            ("quality.suspect_cells", "raw_text", "true"),
        ):
            connection.execute(
                f"update {table} as changed set {column} = texts.said from texts "
                f"where {kept} and texts.number = changed.rowid % {len(HOSTILE)}"
            )
        connection.execute("update quality.suspect_cells set raw_text = ?", [SCRIPT])
        connection.execute("update marts.dim_report set source_uri = 'file:///' || ?", [SCRIPT])
        connection.execute("update marts.fct_applications set report_year = null where report_year = 2022")
