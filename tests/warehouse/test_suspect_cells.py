"""From a page with a wrong figure to suspect and reconciled cells: the localisation inside a real build."""

from pathlib import Path
from random import Random

import duckdb
import pytest

from tests.builds import build
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import LAYOUTS

WRONG = ("carried_in", "natural_person")
TITLE = "青石县水务局{}年政府信息公开工作年度报告"


def two_years(writer: ReportWriter) -> tuple[dict, dict]:
    """A year, and the next one, which carries in what the first carried forward."""
    columns = writer.catalogue.column_sets["applications"][None]
    first, second = writer.balanced("2021", Random(3)), writer.balanced("2021", Random(4), least=1)
    for column in columns:
        carried, old = first["carried_forward", column], second["carried_in", column]
        second["carried_in", column] = carried
        second["new_received", column] = str(int(second["new_received", column]) + int(old) - int(carried))
    return first, second


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, writer: ReportWriter) -> Path:
    """2022 as it should be; 2023 with a carried-in figure and the total of one procedure wrong, another procedure tied."""
    folder = tmp_path_factory.mktemp("suspects")
    reports = folder / "reports"
    reports.mkdir()
    first, second = two_years(writer)
    results = dict.fromkeys(("upheld", "corrected", "other", "pending"), "0")
    second |= {("administrative_review", c): f for c, f in (results | {"upheld": "10", "corrected": "1"}).items()}
    second |= {("litigation_direct", c): f for c, f in (results | {"upheld": "5"}).items()}
    second |= {("administrative_review", "total"): "0", ("litigation_direct", "total"): "0"}
    second[WRONG] = str(int(second[WRONG]) + 40)
    for year, figures in ((2022, first), (2023, second)):
        period = f"根据规定编制本报告,统计期限为{year}年1月1日至{year}年12月31日。"
        written = Written(figures, title=TITLE.format(year), opening=(period,))
        (reports / f"{year}.txt").write_text(writer.text(written, LAYOUTS["pipe_row"]), encoding="utf-8")
    return build(reports, folder / "suspects.duckdb")


def rows(warehouse: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_suspect_cells(warehouse: Path, writer: ReportWriter) -> None:
    meant = int(two_years(writer)[1][WRONG])
    found = rows(
        warehouse,
        'select report_year, part_no, explanation_no, line, "column", printed, proposed, is_tie, evidence_rank '
        "from quality.suspect_cells join marts.dim_report using (report_id) order by part_no, explanation_no",
    )
    assert found == [
        (2023, 1, 1, *WRONG, meant + 40, meant, False, 1),
        (2023, 2, 2, "administrative_review", "total", 0, 11, False, 1),
        (2023, 3, 3, "litigation_direct", "upheld", 5, 0, True, 1),
        (2023, 3, 4, "litigation_direct", "total", 0, 5, True, 1),
    ]


def test_last_year_speaks_for_the_figure_carried_in(warehouse: Path) -> None:
    assert "last_year_agrees" in rows(warehouse, "select evidence from quality.suspect_cells where part_no = 1")[0][0]


def test_reconciled_figures_stand_beside_the_printed_ones(warehouse: Path, writer: ReportWriter) -> None:
    meant = int(two_years(writer)[1][WRONG])
    changed = rows(
        warehouse,
        'select line, "column", printed_value, reconciled_value, identities from marts.fct_applications_reconciled '
        "where is_changed",
    )
    proof = "applications_balance:natural_person; applicants_sum:carried_in"
    assert [(*row[:4], set(row[4].split("; "))) for row in changed] == [
        (*WRONG, meant + 40, meant, set(proof.split("; ")))
    ]
    reviews = rows(
        warehouse,
        'select "column", printed_value, reconciled_value, is_changed from marts.fct_reviews_reconciled '
        "where line = 'administrative_review' and (is_changed or \"column\" = 'upheld') order by 1",
    )
    assert reviews == [("total", 0, 11, True), ("upheld", 10, 10, False)]
    assert rows(warehouse, "select distinct line from marts.fct_reviews_reconciled") == [("administrative_review",)]


def test_every_enforced_identity_holds_with_the_reconciled_figures(warehouse: Path) -> None:
    """Whole tables, evaluated term by term; the printed facts keep what is printed."""
    broken = rows(
        warehouse,
        "with cells as (from marts.fct_applications_reconciled union all by name from marts.fct_reviews_reconciled) "
        "select report_id, identity, scope, sum(sign * reconciled_value) as balance from cells "
        'join intermediate.int_localisation_terms using (line, "column") group by all having balance != 0',
    )
    assert broken == []
    assert rows(warehouse, "select count(*) from marts.fct_applications_reconciled") == [(25 * 7,)]
    printed = rows(
        warehouse, "select carried_in from marts.fct_application_flows where applicant_type = 'natural_person'"
    )
    reconciled = rows(
        warehouse,
        "select printed_value from marts.fct_applications_reconciled where line = 'carried_in' "
        "and \"column\" = 'natural_person'",
    )
    assert {int(row[0]) for row in reconciled} <= {int(row[0]) for row in printed}
