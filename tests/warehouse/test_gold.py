"""Real reports with hand-read figures: every one of them, and nothing that isn't printed."""

from pathlib import Path

import duckdb
import pytest

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


def test_other_real_reports_have_no_wrong_cell(reader) -> None:
    """The text copies of the other real and re-authored reports: what is read is right; the rest is for later."""
    import csv
    from collections import defaultdict
    from decimal import Decimal

    from extract import Document, Report

    folder = shared("reports")
    gold: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    for row in csv.DictReader((folder / "gold_cells.csv").open(encoding="utf-8")):
        gold[row["document"]][row["line"], row["column"]] = row["value"]
    wrong, right = [], 0
    for path in sorted(folder.glob("*.txt")):
        outcome = reader.read(Document(path.name, path.read_bytes()))
        cells = outcome.cells if isinstance(outcome, Report) else ()
        name = path.name.split(".")[0]
        for cell in cells:
            if cell.value is not None:
                printed = gold[name].get((cell.line or "", cell.column or ""), "")
                right += bool(printed) and Decimal(printed) == cell.value
                wrong += (
                    [] if printed and Decimal(printed) == cell.value else [(name, cell.line, cell.column, cell.value)]
                )
    assert wrong == []
    assert right > 1500
