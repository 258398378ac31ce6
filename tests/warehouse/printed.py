"""What reports print, straight from ``staging``: figures and sums worked out in polars, without dbt's models.

Belongs here: reading ``staging.cells``, ``staging.reports`` and the seeds for tests that compare the marts with them.
Doesn't belong here: what is compared.
"""

from pathlib import Path

import duckdb
import polars as pl

from dagster_project.settings import SEEDS_DIRECTORY

Key = tuple[str, str]

CELLS = """
select report_id, line, "column", section, unit, coalesce(value, inferred_value)::double as figure, reading
from staging.cells where line is not null and "column" is not null
"""
REPORTS = """
select report_id, agency_name, report_year, form, reporting_scope, published_on, parse_filename(source_uri) as document
from staging.reports
"""


def frame(warehouse: Path, query: str) -> pl.DataFrame:
    """The rows that a query gives."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.sql(query).pl()


def seed(name: str) -> pl.DataFrame:
    """The rows of a seed, all columns as text."""
    return pl.read_csv(SEEDS_DIRECTORY / f"{name}.csv", infer_schema=False)


def current_cells(warehouse: Path) -> pl.DataFrame:
    """Figures of current copies by report, line and column; NULL where a count isn't whole or a unit isn't known."""
    current = frame(warehouse, "select report_id from marts.dim_report where is_current")
    figure = pl.col("figure")
    whole = (pl.col("unit") == "count") & (figure == figure.floor())
    known = pl.when(whole | (pl.col("unit") == "yuan")).then(figure)
    return frame(warehouse, CELLS).join(current, on="report_id", how="semi").with_columns(figure=known)


def leaf_columns(sub_table: str) -> list[str]:
    """The columns of a table of section 3 or 4, the total left out."""
    columns = seed("catalogue_sub_table_columns").filter(pl.col("sub_table") == sub_table)["column"].to_list()
    return [column for column in columns if column != "total"]


def line_totals(cells: pl.DataFrame) -> dict[tuple[str, str], float | None]:
    """The total of each report's lines of sections 3 and 4: as printed, else the sum of leaves that are all known."""
    leaves = {3: leaf_columns("applications"), 4: leaf_columns("reviews")}
    totals: dict[tuple[str, str], float | None] = {}
    for (report, line, section), rows in cells.filter(pl.col("section") > 2).group_by("report_id", "line", "section"):
        figures = dict(zip(rows["column"], rows["figure"], strict=True))
        known = [figures.get(column) for column in leaves[int(str(section))]]
        summed = None if None in known else sum(figure for figure in known if figure is not None)
        total = figures.get("total")
        totals[str(report), str(line)] = summed if total is None else total
    return totals
