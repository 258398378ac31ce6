"""Reports, cells and rejections as polars frames: the columns of the staging tables.

Belongs here: column names and types, once, for the warehouse and for files. Doesn't belong here:
writing them anywhere.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

import polars as pl

from extract.cells import Cells
from extract.documents import Cell, Rejection, Report

#: The type of all figures in staging: room for ``extract.figures.MAX_WHOLE_DIGITS`` and places.
FIGURE = pl.Decimal(24, 6)

CELL_SCHEMA = pl.Schema(
    {
        "report_id": pl.String,
        "cell_number": pl.Int32,
        "section": pl.Int32,
        "line": pl.String,
        "column": pl.String,
        "value": FIGURE,
        "inferred_value": FIGURE,
        "inference": pl.String,
        "unit": pl.String,
        "raw_text": pl.String,
        "reading": pl.String,
        "remark": pl.String,
        "source_line": pl.Int32,
        "line_label": pl.String,
        "label_distance": pl.Int32,
    }
)

REPORT_SCHEMA = pl.Schema(
    {
        "report_id": pl.String,
        "source_uri": pl.String,
        "content_sha256": pl.String,
        "title": pl.String,
        "agency_name": pl.String,
        "report_year": pl.Int32,
        "published_on": pl.Date,
        "signed_on": pl.Date,
        "index_number": pl.String,
        "reporting_scope": pl.String,
        "form": pl.String,
        "layout": pl.String,
        "script": pl.String,
        "tables_read": pl.Boolean,
    }
)

UNMAPPED_ROW_SCHEMA = pl.Schema(
    {
        "report_id": pl.String,
        "section": pl.Int32,
        "label": pl.String,
        "raw_text": pl.String,
        "figures": pl.Int32,
        "source_line": pl.Int32,
    }
)

PROSE_FIGURE_SCHEMA = pl.Schema(
    {
        "report_id": pl.String,
        "section": pl.Int32,
        "line": pl.String,
        "column": pl.String,
        "value": FIGURE,
        "unit": pl.String,
        "raw_text": pl.String,
        "source_line": pl.Int32,
        "sentence_number": pl.Int32,
    }
)

REJECTION_SCHEMA = pl.Schema(dict.fromkeys(Rejection._fields, pl.String))


def cells_frame(reports: Iterable[Report]) -> pl.DataFrame:
    """One row per cell of the reports, numbered from 1 in each report.

    Made column by column, which takes half as long as row by row.
    """
    of_reports = [report.cells for report in reports]
    cells = Cells.joined(of_reports)
    values = {name: tuple(cells.column(name)) for name in Cell._fields}
    values["cell_number"] = tuple(chain.from_iterable(range(1, 1 + len(cells)) for cells in of_reports))
    return pl.DataFrame([pl.Series(name, values[name], dtype=kind) for name, kind in CELL_SCHEMA.items()])


def reports_frame(reports: Iterable[Report]) -> pl.DataFrame:
    """One row per report, with its header."""
    return pl.DataFrame((_report_row(report) for report in reports), schema=REPORT_SCHEMA, orient="row")


def _report_row(report: Report) -> tuple[object, ...]:
    own = vars(report) | {"tables_read": report.tables_read}
    return tuple(own[name] if name in own else getattr(report.header, name) for name in REPORT_SCHEMA)


def unmapped_rows_frame(reports: Iterable[Report]) -> pl.DataFrame:
    """One row per row of a table that the catalogue doesn't know."""
    rows = (row for report in reports for row in report.unmapped_rows)
    return pl.DataFrame(rows, schema=UNMAPPED_ROW_SCHEMA, orient="row")


def prose_figures_frame(reports: Iterable[Report]) -> pl.DataFrame:
    """One row per figure of the form that the prose states."""
    rows = (figure for report in reports for figure in report.prose_figures)
    return pl.DataFrame(rows, schema=PROSE_FIGURE_SCHEMA, orient="row")


def rejections_frame(rejections: Iterable[Rejection]) -> pl.DataFrame:
    """One row per rejected document."""
    return pl.DataFrame(rejections, schema=REJECTION_SCHEMA, orient="row")


#: The staging tables that hold what a report says: their columns, and how their rows are made.
REPORT_TABLES: dict[str, tuple[pl.Schema, Callable[[Sequence[Report]], pl.DataFrame]]] = {
    "reports": (REPORT_SCHEMA, reports_frame),
    "cells": (CELL_SCHEMA, cells_frame),
    "unmapped_rows": (UNMAPPED_ROW_SCHEMA, unmapped_rows_frame),
    "prose_figures": (PROSE_FIGURE_SCHEMA, prose_figures_frame),
}
