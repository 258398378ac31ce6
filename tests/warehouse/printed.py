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


class Printed:
    """The sample reports as staging has them: current copies by the latest publication, and their totals."""

    def __init__(self, warehouse: Path) -> None:
        everything = frame(warehouse, REPORTS).sort("published_on", nulls_last=False)
        named = everything.filter(pl.col("agency_name").is_not_null())
        self.copies = everything
        self.reports = pl.concat(
            [
                named.unique(["agency_name", "report_year"], keep="last"),
                everything.filter(pl.col("agency_name").is_null()),
            ]
        )
        self.all_cells = frame(warehouse, CELLS)
        self.cells = self.all_cells.join(self.reports, on="report_id", how="semi")
        self.totals = line_totals(self.cells)
        self.denials = seed("catalogue_lines").filter(pl.col("outcome_category") == "denied")["line"].to_list()

    def by(self, agency: str | None = None, scope: str | None = None) -> list[dict]:
        """The current reports of an agency or a scope, by year."""
        rows = self.reports.sort("report_year").to_dicts()
        return [
            row
            for row in rows
            if (agency is None or row["agency_name"] == agency) and (scope is None or row["reporting_scope"] == scope)
        ]

    def figure(self, report: str, line: str, column: str = "total") -> float | None:
        """A figure of a report; a total that isn't printed is the sum of its leaves."""
        if column == "total" and (report, line) in self.totals:
            return self.totals[report, line]
        found = self.all_cells.filter(
            (pl.col("report_id") == report) & (pl.col("line") == line) & (pl.col("column") == column)
        )["figure"]
        return found[0] if len(found) else None

    def denied(self, report: str) -> float | None:
        """All denials of a report, NULL where one ground is unknown."""
        figures = [self.figure(report, line) for line in self.denials]
        known = [figure for figure in figures if figure is not None]
        return sum(known) if len(known) == len(figures) else None
