"""Rollups over a county with its organs, its townships and what lies above: no two reports of a sum overlap."""

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import polars as pl
import pytest

from extract import Catalogue
from tests.builds import build
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import PrintedRow, pipe_row
from tests.warehouse.printed import frame, seed

WHOLE, OWN, SILENT = "whole_jurisdiction", "own_organ", None
PROVINCE, PREFECTURE, COUNTY = "430000", "430600", "430626"
COUNTED = {
    "全省": WHOLE,
    "全市": WHOLE,
    "全县": WHOLE,
    "全镇": WHOLE,
    "我局": OWN,
    "我厅": OWN,
    "我单位": OWN,
    "": SILENT,
}


@dataclass(frozen=True)
class Case:
    """A report: who publishes, whose applications it counts, and the rows of which regions hold it, by scope."""

    agency: str
    counted: str
    regions: tuple[str, ...] = ()
    scope: str | None = None
    form: str = "2021"


#: The form prints fees in 万元.
YUAN_IN_10_000 = 10_000

UP = (COUNTY, PREFECTURE, PROVINCE)
CASES = (
    Case("湖南省教育厅", "我厅", (PROVINCE,), OWN),
    Case("岳阳市人民政府", "全市", (PREFECTURE,), WHOLE),
    Case("岳阳市教育局", "我局", (PREFECTURE, PROVINCE), OWN),
    Case("平江县人民政府", "全县", (COUNTY,), WHOLE),
    # the office publishes the county's figures again
    Case("平江县人民政府办公室", "全县"),
    Case("平江县水利局", "我局", UP, OWN),
    Case("平江县民政局", "我局", UP, OWN),
    # the county's figures in a department's report: whose they are can't be told
    Case("平江县民政局", "全县"),
    # a copy that doesn't say: the bureau's own, perhaps, but not once more
    Case("平江县民政局", ""),
    # a department speaks for itself where it doesn't say
    Case("平江县统计局", "", UP, OWN),
    Case("平江县司法局", "我局", UP, OWN, "mixed"),
    Case("平江县加义镇人民政府", "我单位", UP, OWN),
    Case("平江县长寿镇人民政府", "全镇"),
    # places that no list has: each its own
    Case("青石县人民政府", "全县", (), WHOLE),
    Case("柳溪县人民政府", "全县", (), WHOLE),
)


class MixingWriter(ReportWriter):
    """Writes documents by the form of 2019, and the rest of section 2 by that of 2021."""

    def section_2(self, written: Written) -> list[PrintedRow]:
        height = 4
        return super().section_2(replace(written, form="2019"))[:height] + super().section_2(written)[height:]


@pytest.fixture(scope="module")
def figures(writer: ReportWriter) -> list[dict[tuple[str, str], str]]:
    """The figures of each case, all above 0 where a cell is no sum."""
    random = Random(5)
    cases = [writer.balanced("2021", random, least=1) for _ in CASES]
    documents = {(line, column) for line, column in cases[0] if line in ("regulation", "normative_document")}
    for case, of_case in zip(CASES, cases, strict=True):
        if case.form == "mixed":
            for key in documents:
                del of_case[key]
            for number, line in enumerate(("regulation", "normative_document")):
                of_case |= {
                    (line, c): str(5 * number + 3) for c in ("newly_made", "newly_disclosed", "total_disclosed")
                }
    return cases


@pytest.fixture(scope="module")
def warehouse(
    tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue, figures: list[dict[tuple[str, str], str]]
) -> Path:
    folder = tmp_path_factory.mktemp("rollups")
    reports = folder / "reports"
    reports.mkdir()
    for number, (case, of_case) in enumerate(zip(CASES, figures, strict=True)):
        writer = MixingWriter(catalogue) if case.form == "mixed" else ReportWriter(catalogue)
        overview = (
            f"{case.counted}共收到政府信息公开申请{of_case['new_received', 'total']}件。" if case.counted else "无。"
        )
        title = f"{case.agency}2022年政府信息公开工作年度报告"
        opening = ("统计期限为2022年1月1日至2022年12月31日。",)
        written = Written(of_case, title=title, opening=opening, overview=(overview,))
        (reports / f"{number:02d}.txt").write_text(writer.text(written, pipe_row), encoding="utf-8")
    return build(reports, folder / "rollups.duckdb")


def of_measure(measure: str, of_case: dict[tuple[str, str], str]) -> float | None:
    """A measure from what a report prints; None where its form hasn't all of it."""
    parts = seed("measure_parts").filter(pl.col("measure") == measure).select("line", "column").iter_rows()
    known = [of_case.get(part) for part in parts if part[0] != "other_all"]
    printed = [int(text) for text in known if text is not None]
    of_unit = YUAN_IN_10_000 if measure == "administrative_fees_amount" else 1
    return float(sum(printed) * of_unit) if known and len(printed) == len(known) else None


def test_cases_are_read_as_meant(warehouse: Path) -> None:
    reports = frame(
        warehouse, "select agency_name, reporting_scope, form, source_uri from marts.dim_report order by source_uri"
    )
    assert reports["agency_name"].to_list() == [case.agency for case in CASES]
    assert reports["reporting_scope"].to_list() == [COUNTED[case.counted] for case in CASES]
    assert reports["form"].to_list() == [case.form for case in CASES]


MEASURES = seed("measures")["measure"].to_list()


@pytest.mark.parametrize("region", [PROVINCE, PREFECTURE, COUNTY])
@pytest.mark.parametrize("scope", [OWN, WHOLE])
def test_rows_of_regions_hold_their_reports_once(
    warehouse: Path, figures: list[dict[tuple[str, str], str]], region: str, scope: str
) -> None:
    """Every measure of a region's row is the sum of the reports that belong there: none of the other scope, none twice."""
    rows = frame(
        warehouse,
        f"select measure, figure::double from marts.agg_region_years where region_code = '{region}' and "
        f"reporting_scope = '{scope}'",
    )
    members = [of for case, of in zip(CASES, figures, strict=True) if region in case.regions and case.scope == scope]
    expected = {}
    for measure in MEASURES:
        known = [figure for figure in (of_measure(measure, of_case) for of_case in members) if figure is not None]
        if known:
            expected[measure] = sum(known)
    assert dict(rows.drop_nulls().iter_rows()) == expected
    assert (len(members) == 0) == (rows.height == 0)


def test_types_hold_each_report_once(warehouse: Path, figures: list[dict[tuple[str, str], str]]) -> None:
    """By type and level: the same reports as by region, and the governments that no list has."""
    rows = frame(
        warehouse,
        "select reporting_scope, sum(figure)::double, sum(reports)::int from marts.agg_agency_type_years "
        "where measure = 'new_received' group by all",
    )
    expected = {
        scope: (
            float(
                sum(
                    int(of["new_received", "total"])
                    for case, of in zip(CASES, figures, strict=True)
                    if case.scope == scope
                )
            ),
            sum(case.scope == scope for case in CASES),
        )
        for scope in (OWN, WHOLE)
    }
    assert {scope: (figure, reports) for scope, figure, reports in rows.iter_rows()} == expected


def test_a_province_is_the_sum_of_its_agencies(warehouse: Path) -> None:
    """The facts of the province's agencies, added up agency by agency, are the province's own-organ row."""
    agencies = frame(
        warehouse,
        "select agency_id, sum(processed)::double as processed from marts.fct_application_flows "
        "join marts.dim_agency using (agency_id) join marts.dim_agency_type using (agency_type) "
        "where province_name = '湖南省' and (reporting_scope = 'own_organ' "
        "or (reporting_scope is null and agency_name = '平江县统计局')) group by agency_id",
    )
    row = frame(
        warehouse,
        f"select figure::double, reports from marts.agg_region_years where region_code = '{PROVINCE}' "
        "and reporting_scope = 'own_organ' and measure = 'processed'",
    )
    assert row.rows() == [(agencies["processed"].sum(), agencies.height)]


def test_no_scope_is_left_open(warehouse: Path) -> None:
    """A row of a rollup has one of the two scopes: there is none for reports that leave it open."""
    for table in ("agg_region_years", "agg_region_year_rates", "agg_agency_type_years", "agg_agency_type_year_rates"):
        scopes = frame(warehouse, f"select distinct reporting_scope from marts.{table}")["reporting_scope"]
        assert set(scopes) == {OWN, WHOLE}
