"""Sums over the facts against printed totals, and rates against their definition: worked out in polars from staging."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from dagster_project.settings import DBT_DIRECTORY
from extract import Catalogue
from tests.builds import build
from tests.conftest import shared
from tests.warehouse.printed import current_cells, frame, line_totals, seed

METRICS = DBT_DIRECTORY / "models" / "marts" / "report_rates_metrics.yml"
OTHER_PARTS = {"other_not_corrected_in_time", "other_fee_unpaid", "other_misc"}
LEAVES = {
    "fct_applications": "select report_id, is_consistent, outcome as line, applications as figure from marts.fct_applications",
    "fct_application_flows": "select report_id, is_consistent, line, figure from marts.fct_application_flows unpivot include "
    "nulls (figure for line in (new_received, carried_in, processed, carried_forward))",
    "fct_reviews_litigation": "select report_id, is_consistent, procedure as line, cases as figure "
    "from marts.fct_reviews_litigation",
}
SECTION_2 = {
    "fct_enforcement_decisions": ("decision_type", {m: m for m in ("decisions", "items_prior_year", "items_change")}),
    "fct_normative_documents": (
        "document_type",
        {m: m for m in ("issued", "repealed", "in_force", "newly_made", "newly_disclosed", "total_disclosed")},
    ),
    "fct_fees": (
        "fees",
        {"amount": "amount_yuan", "items_prior_year": "items_prior_year", "items_change": "items_change"},
    ),
    "fct_procurement": ("procurement", {"projects": "projects", "amount": "amount_yuan"}),
}


@pytest.fixture(scope="module")
def reports_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(shared("reports"), tmp_path_factory.mktemp("reports") / "reports.duckdb")


@pytest.fixture(scope="module", params=["sample", "seeds", "reports"])
def warehouse(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(f"{request.param}_warehouse")


@pytest.mark.parametrize("fact", LEAVES)
def test_leaves_add_up_to_printed_totals(warehouse: Path, fact: str) -> None:
    """Each line of each report whose section is consistent: leaves and ``not_broken_down`` are the printed total."""
    facts = frame(warehouse, LEAVES[fact]).filter(pl.col("is_consistent"))
    lines = set(seed("catalogue_lines")["line"])
    found: dict[tuple[str, str], float] = defaultdict(float)
    for report, line, figure in facts.select("report_id", "line", "figure").iter_rows():
        found[report, line if line in lines else "processed"] += figure or 0
    totals = line_totals(current_cells(warehouse))
    wrong = {
        key: (total, totals[key])
        for key, total in found.items()
        if key[1] != "processed" and totals.get(key) not in (None, total)
    }
    assert found
    assert wrong == {}


def test_sum_of_applications_is_the_sum_of_printed_totals(warehouse: Path) -> None:
    """A sum over the whole fact, remainders and all, is what the reports print as processed: nothing counts twice."""
    totals = line_totals(current_cells(warehouse))
    facts = frame(warehouse, LEAVES["fct_applications"]).filter(pl.col("is_consistent"))
    reports = {report for report in facts["report_id"] if totals.get((report, "processed")) is not None}
    assert reports
    expected = sum(total or 0 for (report, line), total in totals.items() if report in reports and line == "processed")
    assert facts.filter(pl.col("report_id").is_in(list(reports)))["figure"].sum() == expected


@pytest.mark.parametrize("fact", ["fct_application_flows", "fct_reviews_litigation"])
def test_sum_of_other_facts_of_leaves(warehouse: Path, fact: str) -> None:
    totals = line_totals(current_cells(warehouse))
    facts = frame(warehouse, LEAVES[fact]).filter(pl.col("is_consistent"))
    keys = {key for key in facts.select("report_id", "line").iter_rows() if totals.get(key) is not None}
    assert keys
    expected = sum(totals[key] or 0 for key in keys)
    found = sum(
        figure or 0
        for report, line, figure in facts.select("report_id", "line", "figure").iter_rows()
        if (report, line) in keys
    )
    assert found == expected


@pytest.mark.parametrize("fact", SECTION_2)
def test_sum_of_section_2_is_the_sum_of_printed_cells(warehouse: Path, fact: str) -> None:
    dimension, measures = SECTION_2[fact]
    lines = seed("catalogue_lines").filter(pl.col("dimension") == dimension)["line"].to_list()
    cells = current_cells(warehouse).filter(pl.col("line").is_in(lines))
    facts = frame(warehouse, f"from marts.{fact}")
    for column, measure in measures.items():
        unit = "yuan" if column == "amount" else "count"
        printed = cells.filter((pl.col("column") == column) & (pl.col("unit") == unit))["figure"]
        assert float(facts[measure].sum() or 0) == pytest.approx(printed.sum()), (fact, measure)
        assert facts[measure].count() == printed.count(), (fact, measure)


def measures_of_reports(warehouse: Path) -> dict[str, dict[str, float | None]]:
    """Each measure of sections 3 and 4 by report: the sum of its parts, NULL where one is unknown."""
    cells = current_cells(warehouse)
    totals = line_totals(cells)
    leaves = {
        (report, line, column): figure
        for report, line, column, figure in cells.select("report_id", "line", "column", "figure").iter_rows()
    }
    printed = set(cells.filter(pl.col("reading") != "blank").select("report_id", "line").iter_rows())
    parts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for measure, line, column in seed("measure_parts").iter_rows():
        parts[measure].append((line, column))
    measured: dict[str, dict[str, float | None]] = {}
    for report in cells["report_id"].unique():
        dropped = {"other_all"} if any((report, line) in printed for line in OTHER_PARTS) else OTHER_PARTS
        measured[report] = {}
        for measure, keys in parts.items():
            known = [
                totals.get((report, line)) if column == "total" else leaves.get((report, line, column))
                for line, column in keys
                if line not in dropped
            ]
            figures = [figure for figure in known if figure is not None]
            measured[report][measure] = sum(figures) if known and len(figures) == len(known) else None
    return measured


def ratio(metric: dict[str, Any], measures: dict[str, float | None]) -> float | None:
    numerator, denominator = (measures[metric["type_params"][side]] for side in ("numerator", "denominator"))
    return None if numerator is None or not denominator else numerator / denominator


def test_rates_are_what_their_metrics_say(warehouse: Path) -> None:
    """Every ratio of the semantic layer for every report, against ``fct_report_rates``: NULL where a part is unknown."""
    metrics = [m for m in yaml.safe_load(METRICS.read_text(encoding="utf-8"))["metrics"] if m["type"] == "ratio"]
    measured = measures_of_reports(warehouse)
    rows = {row["report_id"]: row for row in frame(warehouse, "from marts.fct_report_rates").to_dicts()}
    assert metrics
    assert set(measured) <= set(rows)
    for report, measures in measured.items():
        for metric in metrics:
            expected = ratio(metric, measures)
            found = rows[report][metric["name"]]
            assert (found is None) == (expected is None), (report, metric["name"], found, expected)
            assert found is None or found == pytest.approx(expected), (report, metric["name"])


def test_measures_cover_the_form(catalogue: Catalogue, sample_warehouse: Path) -> None:
    """Every cell of sections 2 to 4 is part of a measure, but for the breakdown by applicant, which the facts hold."""
    parts = set(seed("measure_parts").select("line", "column").iter_rows())
    of_form = {
        (line.line, column)
        for line in catalogue.lines
        if line.role != "heading"
        for form, columns in catalogue.column_sets[line.sub_table].items()
        if line.form in (None, form) or form is None
        for column in columns
    }
    applicants = {column.column for column in catalogue.columns if column.dimension == "applicant_type"}
    assert parts <= of_form
    assert {column for _, column in of_form - parts} == applicants
    members = frame(sample_warehouse, "select measure from marts.dim_measure")["measure"]
    assert set(members) == set(seed("measure_parts")["measure"])
