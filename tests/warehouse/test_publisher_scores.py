"""Publishers' scores against the sample reports, worked out from identities and staging without the model."""

from pathlib import Path

import duckdb
import pytest

from dagster_project.settings import SAMPLE_REPORTS

#: Cells that the form has.
FORM_CELLS = {"2019": 198, "2021": 200}


def rows(warehouse: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_each_agency_and_year_has_its_score(sample_warehouse: Path) -> None:
    expected = rows(
        sample_warehouse,
        "select agency_id, report_year, count(distinct report_id), count(*) filter (status = 'pass'), "
        "count(*) filter (status = 'fail'), count(*) filter (origin = 'printed'), count(*) filter (origin = 'reading') "
        "from marts.dim_report left join (from quality.identity_results where is_enforced) using (report_id) "
        "where is_current and report_year is not null group by all order by all",
    )
    columns = "identities_passed, identities_failed, failed_as_printed, failed_by_reading"
    found = f"select agency_id, report_year, reports, {columns} from quality.publisher_scores order by all"
    assert rows(sample_warehouse, found) == expected
    assert (
        rows(
            sample_warehouse,
            "select 1 from quality.publisher_scores where identities_assessed != identities_passed + identities_failed "
            "or failures_located > identities_failed or missing_cells > form_cells",
        )
        == []
    )


def test_missing_cells_are_those_of_the_form_without_a_figure(sample_warehouse: Path) -> None:
    missing = rows(
        sample_warehouse,
        "select form, form_cells, missing_cells, count(value) from quality.publisher_scores "
        "join marts.dim_report using (agency_id, report_year) left join staging.cells "
        'on dim_report.report_id = cells.report_id and line is not null and "column" is not null '
        "where is_current and reports = 1 group by form, form_cells, missing_cells, dim_report.report_id",
    )
    assert len(missing) > 1
    assert {(form, cells) for form, cells, _, _ in missing} == set(FORM_CELLS.items())
    assert [cells - empty for _, cells, empty, _ in missing] == [printed for *_, printed in missing]


def test_a_located_failure_has_one_explanation(sample_warehouse: Path) -> None:
    """The forestry bureau's three failures, in two tables: each of one cell."""
    assert (SAMPLE_REPORTS / "liuxi_forestry_bureau_2022.txt").is_file()
    score = rows(
        sample_warehouse,
        "select identities_failed, failures_located, pass_share from quality.publisher_scores "
        "join marts.dim_agency using (agency_id) where agency_name = '柳溪市林业局'",
    )
    assert score == [(3, 3, pytest.approx(39 / 42))]
    ties = rows(sample_warehouse, "select count(*) from quality.suspect_cells where explanations_for_part > 1")
    assert ties == [(0,)]
