"""Identities that compare a report with the same agency's of the year before."""

from pathlib import Path

import duckdb
import pytest

from tests.builds import build
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import LAYOUTS
from tests.warehouse.test_identities import fully_printed

#: Year: what the report says otherwise than others; 2024 is missing.
YEARS = {
    2022: {},
    2023: {("carried_in", "natural_person"): "7", ("regulation", "repealed"): "0"},
    2025: {},
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, writer: ReportWriter) -> Path:
    """One agency's reports of three years, the last after a gap."""
    folder = tmp_path_factory.mktemp("years")
    reports = folder / "reports"
    reports.mkdir()
    for year, changed in YEARS.items():
        figures = fully_printed(writer) | {("normative_document", "in_force"): str(year - 2020)} | changed
        figures |= {("normative_document", "issued"): "1", ("normative_document", "repealed"): "0"}
        period = f"根据规定编制本报告,统计期限为{year}年1月1日至{year}年12月31日。"
        written = Written(figures, title=f"青石县水务局{year}年政府信息公开工作年度报告", opening=(period,))
        (reports / f"{year}.txt").write_text(writer.text(written, LAYOUTS["pipe_row"]), encoding="utf-8")
    return build(reports, folder / "years.duckdb")


def results(warehouse: Path, identity: str) -> dict[tuple[int, str], tuple[str, str | None]]:
    """Status and year compared with, by year and scope."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select own.report_year, results.scope, results.status, compared.report_year "
            "from quality.identity_results as results join marts.dim_report as own using (report_id) "
            "left join marts.dim_report as compared on results.compared_report_id = compared.report_id "
            "where identity = ?",
            [identity],
        ).fetchall()
    return {(year, scope): (status, compared) for year, scope, status, compared in rows}


def test_carried_in_is_what_was_carried_forward(warehouse: Path) -> None:
    found = results(warehouse, "carry_forward")
    assert found[2023, "natural_person"] == ("fail", 2022)
    assert found[2023, "research_institution"] == ("pass", 2022)
    assert {year for year, _ in found} == {2023, 2025}, "the first report has none to compare with"


def test_a_gap_is_named(warehouse: Path) -> None:
    assert results(warehouse, "carry_forward")[2025, "total"] == ("not_assessable", None)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        said = connection.execute(
            "select distinct explanation from quality.identity_results join marts.dim_report using (report_id) "
            "where identity = 'carry_forward' and report_year = 2025"
        ).fetchall()
    assert said == [("no report of 2024 is known",)]


def test_documents_in_force_roll_forward(warehouse: Path) -> None:
    found = results(warehouse, "documents_roll")
    assert found[2023, "normative_document"] == ("pass", 2022)
    assert found[2023, "regulation"][0] == "fail"
    assert results(warehouse, "items_roll") == {}, "the form of 2021 has no such items"


def test_they_don_t_make_a_report_inconsistent(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        kinds = connection.execute(
            "select distinct is_enforced from quality.identity_results where identity in "
            "('carry_forward', 'documents_roll', 'items_roll')"
        ).fetchall()
    assert kinds == [(False,)]


def test_missing_years_are_listed(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        missing = connection.execute(
            "select report_year, published_again_in, years_missing from quality.missing_reports"
        ).fetchall()
    assert missing == [(2024, 2025, 1)]
