"""Incomplete and odd tables: what sums to what, what stays unknown, and that none of it stops a build."""

from decimal import Decimal

import duckdb
import pytest

from tests.builds import build
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import LAYOUTS

Figures = dict[tuple[str, str], str]


def only_totals(writer: ReportWriter, form: str) -> Figures:
    """Each line of section 3 and 4 prints its total and nothing else; the totals add up."""
    figures = {key: "" if writer.catalogue.section_of_line(key[0]) > 2 else "1" for key in writer.keys(form)}
    outcomes = [line for line, column in figures if column == "total" and is_outcome(writer, line)]
    figures |= {(line, "total"): str(number) for number, line in enumerate(outcomes)}
    processed = sum(range(len(outcomes)))
    totals = {"new_received": processed, "carried_in": 2, "processed": processed, "carried_forward": 2}
    figures |= {(line, "total"): str(value) for line, value in totals.items()}
    return figures | {(line.line, "total"): "6" for line in writer.catalogue.lines_of_section(4)}


def is_outcome(writer: ReportWriter, line: str) -> bool:
    return writer.catalogue.line_of[line].dimension == "outcome"


def natural_persons_and_totals(writer: ReportWriter) -> Figures:
    figures = only_totals(writer, "2021")
    return figures | {(line, "natural_person"): figures[line, "total"] for line, column in figures if column == "total"}


def lines_lost(writer: ReportWriter) -> Figures:
    """Fully printed, but the lines of two outcomes are blank throughout."""
    figures = dict.fromkeys(writer.keys("2021"), "1")
    outcomes = [line for line, column in figures if column == "total" and is_outcome(writer, line)]
    figures |= {(line, "total"): "6" for line, column in figures if column == "total"}
    figures |= {("processed", column): str(len(outcomes)) for line, column in figures if line == "processed"}
    figures["processed", "total"] = str(6 * len(outcomes))
    return {key: "" if key[0] in ("granted", "rejected_duplicate") else text for key, text in figures.items()}


def too_small_a_total(writer: ReportWriter) -> Figures:
    figures = only_totals(writer, "2021")
    return figures | {("granted", "natural_person"): "9", ("granted", "total"): "4"}


def odd(writer: ReportWriter) -> Figures:
    """Fractions, negative, huge and wordy figures: the publisher's business, kept as printed."""
    figures = natural_persons_and_totals(writer)
    return figures | {
        ("granted", "natural_person"): "2.5",
        ("partially_granted", "natural_person"): "-3",
        ("denied_state_secret", "natural_person"): "9" * 15,
        ("denied_state_secret", "total"): "9" * 15,
        ("denied_prohibited_by_law", "natural_person"): "3万元",
        ("denied_third_party_rights", "commercial_enterprise"): "本项无法统计",
        ("unavailable_not_held", "natural_person"): "9" * 40,
        ("carried_in", "total"): "1.5",
        ("administrative_licensing", "decisions"): "0.5",
    }


CASES = {
    "only_totals_2021": ("2021", lambda writer: only_totals(writer, "2021")),
    "only_totals_2019": ("2019", lambda writer: only_totals(writer, "2019")),
    "natural_persons": ("2021", natural_persons_and_totals),
    "lines_lost": ("2021", lines_lost),
    "too_small": ("2021", too_small_a_total),
    "odd": ("2021", odd),
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, writer: ReportWriter) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("remainders")
    reports = folder / "reports"
    reports.mkdir()
    for name, (form, figures) in CASES.items():
        title = f"青石县{name}局2023年政府信息公开工作年度报告"
        text = writer.text(Written(figures(writer), form, title=title), LAYOUTS["fenced_row"])
        (reports / f"{name}.txt").write_text(text, encoding="utf-8")
    return duckdb.connect(str(build(reports, folder / "w.duckdb")), read_only=True)


def of_report(warehouse: duckdb.DuckDBPyConnection, name: str, query: str) -> list[tuple]:
    report = f"(select report_id from marts.dim_report where parse_filename(source_uri, true) = '{name}')"
    return warehouse.execute(f"{query} where report_id = {report} group by all order by all").fetchall()


@pytest.mark.parametrize("name", ["only_totals_2021", "only_totals_2019", "natural_persons"])
def test_sums_equal_the_printed_totals(warehouse: duckdb.DuckDBPyConnection, writer: ReportWriter, name: str) -> None:
    _, figures = CASES[name]
    printed = {line: int(text) for (line, column), text in figures(writer).items() if column == "total"}
    found = dict(of_report(warehouse, name, "select outcome, sum(applications)::int from marts.fct_applications"))
    found |= dict(of_report(warehouse, name, "select procedure, sum(cases)::int from marts.fct_reviews_litigation"))
    for flow in ("new_received", "carried_in", "processed", "carried_forward"):
        ((found[flow],),) = of_report(warehouse, name, f"select sum({flow})::int from marts.fct_application_flows")
    assert found == printed


def test_blank_leaves_stay_unknown(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Of a total of 0 every part is 0: that one line is inferred, and marked."""
    by_applicant = of_report(
        warehouse,
        "only_totals_2021",
        "select applicant_type, count(applications)::int, count(*)::int from marts.fct_applications",
    )
    known = {applicant: known for applicant, known, _ in by_applicant}
    assert known.pop("not_broken_down") == 20
    assert (len(known), set(known.values())) == (6, {1})
    inferred = "select outcome, sum(applications) filter (where is_inferred)::int from marts.fct_applications"
    assert {total for _, total in of_report(warehouse, "only_totals_2021", inferred)} == {None, 0}


def test_lost_lines_go_to_their_applicant(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Two of 21 outcomes are blank: each applicant's processed total leaves 2, and all sums to the grand total."""
    lost = of_report(
        warehouse,
        "lines_lost",
        "select applicant_type, sum(applications) filter (where outcome = 'not_broken_down')::int, "
        "sum(applications)::int from marts.fct_applications",
    )
    assert {rest for _, rest, _ in lost} == {2}
    assert sum(total for _, _, total in lost) == 6 * 21


def test_negative_remainder_is_unknown_and_listed(warehouse: duckdb.DuckDBPyConnection) -> None:
    listed = warehouse.execute(
        'select line, "column", total, known, remainder from quality.remainders '
        "join marts.dim_report using (report_id) where is_negative and parse_filename(source_uri, true) = 'too_small'"
    ).fetchall()
    assert listed == [("granted", "not_broken_down", 4, 9, -5)]
    figures = of_report(
        warehouse,
        "too_small",
        "select applicant_type, any_value(applications) filter (where outcome = 'granted') from marts.fct_applications",
    )
    assert dict(figures)["not_broken_down"] is None


def test_odd_figures_are_kept_as_printed(warehouse: duckdb.DuckDBPyConnection) -> None:
    cells = warehouse.execute(
        "select line, value, unit, reading from staging.cells join marts.dim_report using (report_id) "
        "where parse_filename(source_uri, true) = 'odd' and section = 3 and "
        "\"column\" = if(line = 'denied_third_party_rights', 'commercial_enterprise', 'natural_person')"
    ).fetchall()
    found = {line: rest for line, *rest in cells}
    assert found["granted"] == [Decimal("2.5"), "count", "read"]
    assert found["partially_granted"] == [Decimal(-3), "count", "read"]
    assert found["denied_prohibited_by_law"] == [Decimal(30000), "yuan", "read"]
    assert found["denied_third_party_rights"] == [None, None, "unreadable"]
    assert found["unavailable_not_held"] == [None, None, "unreadable"]


def test_counts_are_whole(warehouse: duckdb.DuckDBPyConnection) -> None:
    """What isn't a whole count is unknown in the facts; it stays in staging."""
    decisions = of_report(
        warehouse, "odd", "select decision_type, any_value(decisions) from marts.fct_enforcement_decisions"
    )
    assert dict(decisions)["administrative_licensing"] is None
    granted = of_report(warehouse, "odd", "select outcome, count(applications)::int from marts.fct_applications")
    assert dict(granted)["granted"] == 1


def test_blank_is_zero_is_said_beside(warehouse: duckdb.DuckDBPyConnection) -> None:
    statuses = of_report(
        warehouse, "natural_persons", "select identity, status, holds_if_blank_is_zero from quality.identity_results"
    )
    assert ("applicants_sum", "not_assessable", True) in statuses
    assert ("applications_balance", "pass", True) in statuses
    assert not [row for row in statuses if row[1] == "fail"]
