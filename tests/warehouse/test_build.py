"""The whole chain on the sample reports: the contract's tables, twice the same, published whole or not at all."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from dagster_project.build_database import BuildDatabase
from dagster_project.extraction import read_documents
from dagster_project.landing import LandingStore, find_files
from dagster_project.settings import SAMPLE_REPORTS, Settings
from extract import Catalogue, ReportReader
from tests.builds import build, contents
from tests.conftest import gongkai

CONTRACT = {
    "marts.dim_report": "report_id agency_id agency_name region_code report_year form reporting_scope title "
    "published_on signed_on source_uri content_sha256 layout script tables_read quality_status is_current",
    "marts.dim_agency": "agency_id agency_name agency_type region_code region_name province_name admin_level",
    "marts.dim_region": "region_code region_name parent_code province_name admin_level",
    "marts.dim_applicant_type": "applicant_type label_zh label_en sort_order",
    "marts.dim_outcome": "outcome label_zh label_en sort_order outcome_category legal_basis",
    "marts.dim_decision_type": "decision_type label_zh label_en sort_order",
    "marts.dim_document_type": "document_type label_zh label_en sort_order",
    "marts.dim_procedure": "procedure label_zh label_en sort_order",
    "marts.dim_review_result": "review_result label_zh label_en sort_order",
    "marts.dim_identity": "identity label_zh label_en sort_order formula enforced",
    "marts.fct_applications": "applicant_type outcome applications",
    "marts.fct_application_flows": "applicant_type new_received carried_in processed carried_forward",
    "marts.fct_enforcement_decisions": "decision_type decisions items_prior_year items_change",
    "marts.fct_reviews_litigation": "procedure review_result cases",
    "marts.fct_normative_documents": "document_type issued repealed in_force "
    "newly_made newly_disclosed total_disclosed",
    "marts.fct_fees": "amount_yuan items_prior_year items_change",
    "marts.fct_procurement": "projects amount_yuan",
    "quality.identity_results": "report_id compared_report_id identity scope left_value right_value difference status "
    "holds_if_blank_is_zero explanation",
    "quality.rejected_documents": "source_uri content_sha256 reason detail",
    "quality.figure_sources": "report_id line column source_uri source_line raw_text",
    "staging.reports": "report_id",
    "staging.cells": "report_id section line column value inferred_value inference unit raw_text reading "
    "remark source_line",
}
OF_EVERY_FACT = "report_id agency_id report_year is_consistent is_inferred reporting_scope"


def query(warehouse: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("table", CONTRACT)
def test_contract_columns(sample_warehouse: Path, table: str) -> None:
    columns = {name for name, *_ in query(sample_warehouse, f"describe {table}")}
    wanted = set(CONTRACT[table].split()) | (set(OF_EVERY_FACT.split()) if ".fct_" in table else set())
    assert wanted <= columns, wanted - columns


def test_money_is_decimal_and_counts_are_bigint(sample_warehouse: Path) -> None:
    types = dict(row[:2] for row in query(sample_warehouse, "describe marts.fct_fees"))
    assert types["amount_yuan"].startswith("DECIMAL")
    assert types["items_prior_year"] == "BIGINT"
    assert dict(row[:2] for row in query(sample_warehouse, "describe staging.cells"))["value"].startswith("DECIMAL")


def test_samples_are_read(sample_warehouse: Path) -> None:
    assert query(sample_warehouse, "select count(*) from marts.dim_report where tables_read and is_current") == [(18,)]
    years = query(
        sample_warehouse, "select report_year from marts.dim_report where agency_name = '青石县水务局' order by 1"
    )
    assert years == [(2021,), (2022,), (2023,)]


def test_broken_report_is_kept_as_printed_and_flagged(sample_warehouse: Path) -> None:
    failing = query(
        sample_warehouse,
        "select identity, scope, left_value::int, right_value::int from quality.identity_results "
        "join marts.dim_report using (report_id) where status = 'fail' and agency_name = '柳溪市林业局' order by all",
    )
    assert failing == [
        ("applicants_sum", "granted", 11, 10),
        ("outcomes_sum", "total", 14, 15),
        ("review_sum", "administrative_review", 0, 2),
    ]
    flags = query(
        sample_warehouse,
        "select distinct is_consistent from marts.fct_applications join marts.dim_report using (report_id) "
        "where agency_name = '柳溪市林业局'",
    )
    assert flags == [(False,)]


def test_notice_is_rejected_with_its_reason(sample_warehouse: Path) -> None:
    rejected = query(sample_warehouse, "select parse_filename(source_uri), reason from quality.rejected_documents")
    assert rejected == [("notice_on_annual_reports_2023.txt", "not_an_annual_report")]


def test_money_is_in_yuan(sample_warehouse: Path) -> None:
    fees = query(
        sample_warehouse,
        "select amount_yuan from marts.fct_fees join marts.dim_report using (report_id, report_year) "
        "where report_year = 2021 and agency_name = '青石县水务局'",
    )
    assert [float(amount) for (amount,) in fees] == [123600.0]


def test_every_figure_has_its_source(sample_warehouse: Path) -> None:
    source = query(
        sample_warehouse,
        "select source_uri, source_line, raw_text from quality.figure_sources "
        "join marts.dim_report using (report_id, source_uri) where agency_name = '青石县水务局' "
        "and report_year = 2022 and line = 'granted' and \"column\" = 'natural_person'",
    )
    ((uri, line, raw_text),) = source
    printed = Path(uri.removeprefix("file://")).read_text(encoding="utf-8").split("\n")[line - 1]
    assert "予以公开" in printed
    assert raw_text == "8"


def test_only_tables_are_published(sample_warehouse: Path) -> None:
    views = query(sample_warehouse, "select view_name from duckdb_views() where not internal")
    assert views == []
    schemas = {schema for (schema,) in query(sample_warehouse, "select distinct schema from (show all tables)")}
    assert schemas == {"staging", "intermediate", "marts", "quality", "catalogue"}


def test_descriptions_are_in_the_warehouse(sample_warehouse: Path) -> None:
    bare = query(
        sample_warehouse,
        "select table_name, column_name from duckdb_columns() "
        "where schema_name in ('marts', 'quality', 'catalogue') and comment is null",
    )
    assert bare == []


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, list[tuple]]]:
    """Reports of our own in a folder of our own, built once."""
    folder = tmp_path_factory.mktemp("rebuilt")
    reports = Path(shutil.copytree(SAMPLE_REPORTS, folder / "reports"))
    warehouse = build(reports, folder / "warehouse.duckdb")
    return reports, warehouse, contents(warehouse)


def test_second_build_gives_the_same_and_reads_nothing(rebuilt: tuple[Path, Path, dict]) -> None:
    reports, warehouse, before = rebuilt
    landed = sorted(Settings((), warehouse).landing.rglob("*"))
    build(reports, warehouse)
    assert contents(warehouse) == before
    assert sorted(Settings((), warehouse).landing.rglob("*")) == landed
    assert documents_read(warehouse) == 0


def test_full_refresh_keeps_what_left_the_directory(rebuilt: tuple[Path, Path, dict]) -> None:
    reports, warehouse, before = rebuilt
    for path in reports.glob("qingshi_*"):
        path.unlink()
    done = gongkai("build", "--reports", reports, "--warehouse", warehouse, "--full-refresh")
    assert done.returncode == 0, done.stderr
    assert contents(warehouse) == before
    assert documents_read(warehouse) == len(list(SAMPLE_REPORTS.iterdir()))


def documents_read(warehouse: Path) -> int:
    """What the last run said of itself in Dagster's event log."""
    import dagster as dg

    home = Settings((), warehouse).dagster_home
    with dg.DagsterInstance.from_config(str(home)) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(["staging", "cells"]))
    assert event is not None
    assert event.asset_materialization is not None
    return int(str(event.asset_materialization.metadata["documents_read"].value))


def test_readers_of_the_old_file_go_on(rebuilt: tuple[Path, Path, dict]) -> None:
    reports, warehouse, _ = rebuilt
    with duckdb.connect(str(warehouse), read_only=True) as reader:
        before = reader.execute("select count(*) from marts.dim_report").fetchone()
        (reports / "added.txt").write_text("不是报告", encoding="utf-8")
        build(reports, warehouse)
        assert reader.execute("select count(*) from marts.dim_report").fetchone() == before
        assert reader.execute("select count(*) from quality.rejected_documents").fetchone() == (1,)
    assert query(warehouse, "select count(*) from quality.rejected_documents") == [(2,)]


def test_failed_run_leaves_the_published_warehouse(rebuilt: tuple[Path, Path, dict]) -> None:
    """A damaged building file fails the run; readers keep what they had, and the next run mends nothing silently."""
    reports, warehouse, _ = rebuilt
    before = warehouse.read_bytes()
    database = Settings((), warehouse).build_database
    sound = database.read_bytes()
    database.write_bytes(b"this is no database" * 1000)
    done = gongkai("build", "--reports", reports, "--warehouse", warehouse)
    database.write_bytes(sound)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert "the build failed" in done.stderr
    assert warehouse.read_bytes() == before


def test_another_catalogue_reads_everything_again(tmp_path: Path, catalogue: Catalogue) -> None:
    """A document is read once by a reader, and again when the catalogue it was read by has changed."""
    store, database = LandingStore(tmp_path / "landing"), BuildDatabase(tmp_path / "build.duckdb")
    store.land(find_files([SAMPLE_REPORTS]))

    def read(of: Catalogue) -> int:
        return read_documents(store, database, ReportReader(of), again=False).documents_read

    documents = len(list(SAMPLE_REPORTS.iterdir()))
    found = [read(catalogue), read(catalogue), read(replace(catalogue, fingerprint="another")), read(catalogue)]
    assert found == [documents, 0, documents, documents]
    with database.connect(read_only=True) as connection:
        reports = connection.execute("select count(*), count(distinct report_id) from staging.reports").fetchone()
        # one of them is a notice
        assert reports == (documents - 1, documents - 1)
        assert connection.execute("select count(*) from staging.documents").fetchone() == (documents,)


def test_place_that_could_not_be_read_is_forgotten_when_it_can(tmp_path: Path, catalogue: Catalogue) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "a.txt").symlink_to(tmp_path / "later.txt")
    store, database = LandingStore(tmp_path / "landing"), BuildDatabase(tmp_path / "build.duckdb")
    reader = ReportReader(catalogue)
    for content in (None, "不是报告"):
        if content:
            (reports / "a.txt").unlink()
            (reports / "a.txt").write_text(content, encoding="utf-8")
        store.land(find_files([reports]))
        read_documents(store, database, reader, again=False)
    with database.connect(read_only=True) as connection:
        assert connection.execute("select reason from staging.documents").fetchall() == [("not_an_annual_report",)]


def test_content_that_a_power_cut_tore_is_kept_again(tmp_path: Path) -> None:
    """It had its name, and wasn't written down yet."""
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "page.txt").write_text("first", encoding="utf-8")
    store = LandingStore(tmp_path / "landing")
    digest = store.keep(b"first")
    (kept,) = (tmp_path / "landing").glob("contents/*/*.gz")
    for torn in (b"", kept.read_bytes()[:-3], b"\0" * 30):
        kept.write_bytes(torn)
        assert store.keep(b"first") == digest
        assert store.content(digest) == b"first"
    kept.write_bytes(b"")
    store.land(find_files([reports]))
    assert [store.document(observation).content for observation in store.documents()] == [b"first"]


def test_replaced_page_is_another_copy(tmp_path: Path, catalogue: Catalogue) -> None:
    """The store keeps what a page said before; a file that only changed its time is the same document."""
    reports = tmp_path / "reports"
    reports.mkdir()
    page = reports / "page.txt"
    store = LandingStore(tmp_path / "landing")
    page.write_text("first", encoding="utf-8")
    assert store.land(find_files([reports])).new == 1
    page.write_text("second", encoding="utf-8")
    assert store.land(find_files([reports])).new == 1
    os.utime(page, (1, 1))
    assert store.land(find_files([reports])).new == 0
    page.unlink()
    assert store.land(find_files([reports])).found == 0
    assert [store.document(observation).content for observation in store.documents()] == [b"first", b"second"]


def test_tables_made_anew_take_the_room_of_the_old_ones(tmp_path: Path) -> None:
    database = BuildDatabase(tmp_path / "build.duckdb")
    sizes = []
    for _ in range(3):
        database.clear(["marts.facts", "marts.seen", "marts.never_made"])
        with database.connect() as connection:
            connection.execute("create schema if not exists marts; create schema if not exists staging")
            connection.execute("create table if not exists staging.kept as select range as number from range(9)")
            connection.execute("create table marts.facts as select hash(range) as number from range(1000000)")
            connection.execute("create view marts.seen as from marts.facts")
        sizes.append(database.path.stat().st_size)
    with database.connect(read_only=True) as connection:
        assert connection.execute("select count(*) from staging.kept").fetchone() == (9,)
    assert max(sizes) < 1.2 * sizes[0]
