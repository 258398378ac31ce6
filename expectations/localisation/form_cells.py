"""The terms of the enforced identities, and the cells that a report's form has: both from the catalogue.

Belongs here: what the warehouse has in ``int_identity_scopes`` and ``int_applicable_lines``, for those who
work without one. Doesn't belong here: anything about figures.
"""

from collections.abc import Mapping

import polars as pl

from extract.catalogue.model import Catalogue

TERM_SCHEMA = pl.Schema(
    {
        "identity": pl.String,
        "scope": pl.String,
        "section": pl.Int32,
        "tolerance": pl.Int32,
        "sign": pl.Int32,
        "line": pl.String,
        "column": pl.String,
        "line_order": pl.Int32,
        "column_order": pl.Int32,
    }
)


def enforced_terms(catalogue: Catalogue) -> pl.DataFrame:
    """One row per enforced identity within a report, scope and term; ``sign`` is the term's weight in left minus right.

    ``line_order`` and ``column_order`` are the places of the term's cell on the form.
    """
    order = {(row.sub_table, row.column): row.position for row in catalogue.sub_table_columns}
    across_years = {term.identity for term in catalogue.identity_terms if term.year_offset}
    rows = []
    for identity in (i for i in catalogue.identities if i.is_enforced and i.identity not in across_years):
        for scope in catalogue.scopes_of(identity):
            for term in (term for term in catalogue.identity_terms if term.identity == identity.identity):
                line, column = term.line or scope, term.column or scope
                sign = term.weight if term.side == "left" else -term.weight
                of_line = catalogue.line_of[line]
                places = (of_line.sort_order, order[of_line.sub_table, column])
                rows.append(
                    (identity.identity, scope, identity.section, identity.tolerance, sign, line, column, *places)
                )
    return pl.DataFrame(rows, schema=TERM_SCHEMA, orient="row")


def cells_on_form(catalogue: Catalogue, cells: pl.DataFrame, forms: Mapping[str, str | None]) -> pl.DataFrame:
    """One row per report and cell that its form has, with the printed value or NULL.

    ``cells`` has ``report_id, line, column, value, reading`` as ``staging.cells``; ``forms`` gives the form of
    each report. Of a line that stands for several (one 其他处理) and those lines only one way is on the form:
    the several where they have figures, else the one where it has or the form's version says so.
    """
    keys = enforced_terms(catalogue).select("section", "line", "column").unique()
    placed = cells.filter(pl.col("line").is_not_null() & pl.col("column").is_not_null())
    with_figures = placed.filter(pl.col("reading") != "blank").group_by("report_id").agg(pl.col("line").unique())
    lines_of = {report: set(lines) for report, lines in with_figures.iter_rows()}
    left_out = pl.DataFrame(
        [(r, line) for r, form in forms.items() for line in _left_out(catalogue, lines_of.get(r, set()), form)],
        schema={"report_id": pl.String, "line": pl.String},
        orient="row",
    )
    reports = pl.DataFrame({"report_id": list(forms)}, schema={"report_id": pl.String})
    values = placed.select("report_id", "line", "column", pl.col("value").alias("printed_value"))
    return (
        reports.join(keys, how="cross")
        .join(left_out, on=["report_id", "line"], how="anti")
        .join(values, on=["report_id", "line", "column"], how="left")
    )


def _left_out(catalogue: Catalogue, printed: set[str], form: str | None) -> set[str]:
    """The lines that a report with figures in these lines doesn't have."""
    found: set[str] = set()
    for subtotal in (line for line in catalogue.lines if line.role == "subtotal"):
        parts = {line.line for line in catalogue.lines if line.parent_line == subtotal.line}
        is_one_line = not parts & printed and (subtotal.line in printed or subtotal.form == form)
        found |= parts if is_one_line else {subtotal.line}
    return found
