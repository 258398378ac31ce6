"""Real reports with hand-read figures: every one of them, and nothing that isn't printed."""

import csv
from pathlib import Path

import duckdb
import pytest

from extract import Document, Report, ReportReader
from tests.benchmarks.accuracy import PAGE, Score, all_results, page, real_results
from tests.conftest import shared


@pytest.fixture
def connection(seeds_warehouse: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(seeds_warehouse), read_only=True)
    folder = shared("seeds")
    connection.execute(f"create temp table gold as from read_csv('{folder}/gold_cells.csv', all_varchar = true)")
    connection.execute(f"create temp table expected as from read_csv('{folder}/documents.csv', all_varchar = true)")
    connection.execute(
        "create temp view printed as select parse_filename(source_uri) as document, cells.* "
        "from staging.cells join staging.reports using (report_id)"
    )
    return connection


def test_every_gold_figure_is_read_with_its_unit(connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.execute("select count(*) from gold").fetchone() == (793,)
    missing = connection.execute(
        'select document, line, "column", gold.value, gold.unit, printed.value, printed.unit '
        'from gold left join printed using (document, line, "column") '
        "where printed.value is distinct from gold.value::decimal(24, 6) or printed.unit is distinct from gold.unit"
    ).fetchall()
    assert missing == []


def test_no_figure_that_is_not_printed(connection: duckdb.DuckDBPyConnection) -> None:
    invented = connection.execute(
        'select document, line, "column", value from printed anti join gold using (document, line, "column") '
        "where value is not null or inferred_value is not null"
    ).fetchall()
    assert invented == []


def test_headers(connection: duckdb.DuckDBPyConnection) -> None:
    wrong = connection.execute(
        "select expected.*, reports.agency_name, reports.report_year, reports.form, reports.published_on "
        "from expected left join staging.reports on parse_filename(source_uri) = document "
        "where reports.agency_name is distinct from agency_as_printed "
        "or reports.report_year is distinct from expected.report_year::int "
        "or reports.form is distinct from expected.form "
        "or reports.published_on is distinct from expected.published_on::date"
    ).fetchall()
    assert wrong == []


def test_dropped_cells_are_ambiguous_one_by_one(connection: duckdb.DuckDBPyConnection) -> None:
    """25 lines and the two of the balance keep one figure each; section 4 keeps three without a line."""
    lone = connection.execute(
        'select section, count(*), count(line), count("column"), count(value) from printed '
        "where document like '000%' and reading = 'ambiguous' group by section order by section"
    ).fetchall()
    assert lone == [(3, 25, 25, 0, 0), (4, 3, 0, 0, 0)]


def test_missing_table_has_no_cells(connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.execute("select count(*) from printed where document like '002%' and section = 4").fetchone() == (
        0,
    )


def test_unread_tables_pass_no_identity(connection: duckdb.DuckDBPyConnection) -> None:
    statuses = connection.execute(
        "select parse_filename(source_uri)[:3] as document, section, list(distinct status) "
        "from quality.identity_results join staging.reports using (report_id) "
        "where document = '000' or (document = '002' and section = 4) group by all order by all"
    ).fetchall()
    assert statuses == [("000", 3, ["not_assessable"]), ("000", 4, ["not_assessable"]), ("002", 4, ["not_assessable"])]


def test_fully_printed_reports_are_consistent(connection: duckdb.DuckDBPyConnection) -> None:
    statuses = dict(
        connection.execute(
            "select parse_filename(source_uri)[:3], quality_status from marts.dim_report order by 1"
        ).fetchall()
    )
    assert statuses == {
        "000": "not_assessable",
        "001": "consistent",
        "002": "consistent",
        "003": "consistent",
        "004": "consistent",
    }


def test_other_real_reports(reader: ReportReader) -> None:
    """All formats and layouts: nothing wrong, and at least 99 of 100 printed figures read."""
    results = list(real_results(reader, shared("reports")))
    assert {result.name: result.score.wrong for result in results if result.score.wrong} == {}
    total = sum((result.score for result in results), Score())
    assert total.printed > 2000
    assert total.read >= 0.99 * total.printed


EXPECTED = {"not a report": "refused", "no tables": "no tables"}


def test_other_real_reports_become_what_is_expected(reader: ReportReader) -> None:
    folder = shared("reports")
    outcomes = {result.name: result.outcome for result in real_results(reader, folder)}
    with (folder / "documents.csv").open(encoding="utf-8") as file:
        expected = {
            name: EXPECTED.get(row["expect"], "read") for row in csv.DictReader(file) for name in row["files"].split()
        }
    assert outcomes == expected


def test_other_real_reports_have_their_headers(reader: ReportReader) -> None:
    folder = shared("reports")
    wrong = []
    with (folder / "documents.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name in row["files"].split():
                outcome = reader.read(Document(f"file:///{name}", (folder / name).read_bytes()))
                if isinstance(outcome, Report):
                    found = (outcome.header.agency_name or "", str(outcome.header.report_year), outcome.form or "")
                    names = row["agency_as_printed"].split(" / ")
                    if found[0] not in names or found[1:] != (row["report_year"], row["form"]):
                        wrong.append((name, found))
    assert wrong == []


def test_published_accuracy_is_current() -> None:
    """``docs/accuracy.md`` says what the reader does now; ``make accuracy`` writes it."""
    shared("reports"), shared("seeds")
    assert PAGE.read_text(encoding="utf-8") == page(all_results())
