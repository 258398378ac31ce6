"""The files of an export: they say what the warehouse says, and their description holds."""

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import openpyxl
import polars as pl
import pytest
from openpyxl.utils.escape import unescape
from polars.testing import assert_frame_equal

from dagster_project.exports import workbook
from dagster_project.exports.csv_files import read_back
from dagster_project.exports.files import WORKBOOK, export
from dagster_project.exports.folder import LIST
from dagster_project.exports.tables import Manifest, Table, open_warehouse, read_tables
from tests.conftest import gongkai
from tests.exports.hostile import FORMULA, HOSTILE

Change = Callable[[str], str]


@pytest.fixture(scope="module")
def tables(hostile_warehouse: Path, manifest: Manifest) -> list[Table]:
    with open_warehouse(hostile_warehouse) as connection:
        return read_tables(connection, manifest)


@pytest.fixture(scope="module")
def rows(hostile_warehouse: Path, tables: list[Table]) -> dict[str, pl.DataFrame]:
    with open_warehouse(hostile_warehouse) as connection:
        return {table.name: connection.sql(table.select()).pl() for table in tables}


@pytest.fixture(scope="module")
def folder(hostile_warehouse: Path, manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("export") / "files"
    _, cuts = export(hostile_warehouse, manifest, target)
    assert cuts == []
    return target


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "files"))


def test_all_tables_are_there(tables: list[Table]) -> None:
    names = {f"{table.schema}.{table.name}" for table in tables}
    assert {"marts.fct_applications", "marts.dim_report", "quality.figure_sources", "quality.run_history"} <= names
    assert {table.schema for table in tables} == {"marts", "quality"}


def test_tables_are_described_in_both_languages_with_keys(tables: list[Table]) -> None:
    by_name = {table.name: table for table in tables}
    assert all(" / " in table.description for table in tables)
    assert all(" / " in column.description for table in tables for column in table.columns)
    facts = by_name["fct_applications"]
    assert facts.key == ("report_id", "applicant_type", "outcome")
    assert {key.table for key in facts.foreign_keys} == {"dim_report", "dim_applicant_type", "dim_outcome"}
    units = {column.name: column.unit for column in by_name["fct_fees"].columns}
    assert units["amount_yuan"] == "yuan"
    assert units["items_prior_year"] == "count"
    assert units["report_year"] is None


def test_keys_that_the_rows_break_are_none(sample_warehouse: Path, manifest: Manifest, tmp_path: Path) -> None:
    broken = Path(shutil.copy(sample_warehouse, tmp_path / "w.duckdb"))
    with duckdb.connect(str(broken)) as connection:
        connection.execute("insert into marts.fct_fees from marts.fct_fees")
        connection.execute("delete from marts.dim_report")
    with open_warehouse(broken) as connection:
        by_name = {table.name: table for table in read_tables(connection, manifest)}
    assert by_name["fct_fees"].key == ()
    assert by_name["fct_fees"].foreign_keys == ()


def _unescaped(frame: pl.DataFrame) -> pl.DataFrame:
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return frame.with_columns(pl.col(name).map_elements(read_back, pl.String) for name in texts)


def test_csv_reads_back_equal_in_polars(folder: Path, tables: list[Table], rows: dict[str, pl.DataFrame]) -> None:
    for table in tables:
        frame = rows[table.name]
        read = pl.read_csv(folder / f"csv/{table.schema}/{table.name}.csv", schema=frame.schema)
        assert_frame_equal(_unescaped(read), frame)


def test_csv_reads_back_equal_in_duckdb(folder: Path, tables: list[Table], rows: dict[str, pl.DataFrame]) -> None:
    for table in tables:
        read = duckdb.read_csv(
            str(folder / f"csv/{table.schema}/{table.name}.csv"),
            header=True,
            dtype={column.name: column.type for column in table.columns},
            quotechar='"',
            escapechar='"',
            allow_quoted_nulls=False,
        ).pl()
        assert_frame_equal(_unescaped(read), rows[table.name])


def test_csv_opens_in_spreadsheets_as_text(folder: Path) -> None:
    content = (folder / "csv/marts/dim_agency.csv").read_bytes()
    assert content.startswith("\ufeff".encode())
    said = content.decode("utf-8-sig")
    assert '"\'=HYPERLINK(""http://x"")"' in said
    fields = [
        field for row in pl.read_csv(folder / "csv/marts/dim_report.csv", infer_schema=False).rows() for field in row
    ]
    dangerous = [field for field in fields if field and field[0] in "=+-@＝＋－＠\t\r\n"]
    assert dangerous == []
    assert any(FORMULA in field for field in fields if field)


def test_parquet_reads_back_equal(folder: Path, tables: list[Table], rows: dict[str, pl.DataFrame]) -> None:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    paths = {resource["name"]: resource["parquet"] for resource in package["resources"]}
    for table in tables:
        read = pl.read_parquet(folder / paths[table.name], hive_partitioning=False)
        assert_frame_equal(read, rows[table.name], check_row_order=False)


def test_facts_lie_by_year_and_unknown_years_are_null(folder: Path, rows: dict[str, pl.DataFrame]) -> None:
    facts = folder / "parquet/marts/fct_applications"
    frame = rows["fct_applications"]
    assert frame["report_year"].null_count() > 0
    years = frame["report_year"].unique().drop_nulls().to_list()
    assert {path.name for path in facts.iterdir()} == {
        f"report_year={y}" for y in [*years, "__HIVE_DEFAULT_PARTITION__"]
    }
    counts = frame.group_by("report_year").len().sort("report_year")
    by_polars = pl.read_parquet(facts, hive_partitioning=True).group_by("report_year").len().sort("report_year")
    assert by_polars["len"].to_list() == counts["len"].to_list()
    by_duckdb = duckdb.sql(
        f"select report_year, count(*) from read_parquet('{facts}/*/*.parquet', hive_partitioning = true) "
        "group by all order by report_year nulls first"
    ).fetchall()
    assert [number for _, number in by_duckdb] == counts["len"].to_list()


def test_workbook_reads_back_equal(folder: Path, tables: list[Table], rows: dict[str, pl.DataFrame]) -> None:
    book = openpyxl.load_workbook(folder / WORKBOOK, read_only=True)
    marts = [table for table in tables if table.schema == "marts"]
    assert book.sheetnames == ["contents", "columns", *(table.name for table in marts)]
    for table in marts:
        names, *read = book[table.name].iter_rows(values_only=True)
        assert list(names) == [column.name for column in table.columns]
        read = [tuple(unescape(value) if isinstance(value, str) else value for value in row) for row in read]
        assert read == [tuple(map(_of_sheet, row)) for row in rows[table.name].iter_rows()]


def test_workbook_opens_in_polars(folder: Path, rows: dict[str, pl.DataFrame]) -> None:
    read = pl.read_excel(folder / WORKBOOK, sheet_name="dim_outcome", engine="openpyxl")
    assert_frame_equal(read, rows["dim_outcome"], check_dtypes=False)


def test_workbook_has_no_formula_and_no_link(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / WORKBOOK)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert FORMULA in {cell.value for cell in cells}


def _of_sheet(value: Any) -> Any:
    """A value as a sheet holds it: numbers have 15 digits and days are moments."""
    match value:
        case Decimal() | float():
            return pytest.approx(float(value), rel=1e-14)
        case date() if not isinstance(value, datetime):
            return datetime(value.year, value.month, value.day)
    return value


def test_workbook_says_what_it_cuts(sample_warehouse: Path, manifest: Manifest, tmp_path: Path) -> None:
    changed = Path(shutil.copy(sample_warehouse, tmp_path / "w.duckdb"))
    with duckdb.connect(str(changed)) as connection:
        connection.execute("update marts.dim_agency set agency_name = repeat('长', 40000) where agency_id = 'unknown'")
        connection.execute("update marts.fct_fees set amount_yuan = 123456789012345.678901")
    with open_warehouse(changed) as connection:
        tables = [table for table in read_tables(connection, manifest) if table.schema == "marts"]
        cuts = workbook.write_workbook(connection, tables, tmp_path / "w.xlsx", most_rows=1001)
    by_name = {cut.table: cut for cut in cuts}
    assert by_name["dim_region"].rows == 3594 - 1000
    assert by_name["dim_agency"] == workbook.Cut("dim_agency", 0, 1)
    book = openpyxl.load_workbook(tmp_path / "w.xlsx", read_only=True)
    said = {row[0]: row for row in book["contents"].iter_rows(values_only=True)}
    assert said["dim_region"][3:] == (3594, 2594, 0)
    assert said["dim_agency"][3:] == (12, 0, 1)
    assert said["dim_outcome"][3:] == (23, 0, 0)
    names, first, *_ = book["fct_fees"].iter_rows(values_only=True)
    assert dict(zip(names, first, strict=True))["amount_yuan"] == "123456789012345.678901"


def test_names_of_tables_fit_sheets(tables: list[Table]) -> None:
    assert [table.name for table in tables if len(table.name) > 31] == []


def test_data_package_validates(folder: Path, tables: list[Table], rows: dict[str, pl.DataFrame]) -> None:
    package = frictionless.Package(str(folder / "datapackage.json"))
    assert len(package.resources) == len(tables)
    report = package.validate()
    assert report.valid, report.to_summary()
    assert {task.name: task.stats["rows"] for task in report.tasks} == {n: len(frame) for n, frame in rows.items()}


def _without_last_line(text: str) -> str:
    return text[: text.rstrip().rindex("\r\n") + 2]


def _with_last_line_twice(text: str) -> str:
    return text + text.rstrip().splitlines()[-1] + "\r\n"


@pytest.mark.parametrize(
    ("file", "change", "kind"),
    [
        ("dim_outcome", _without_last_line, "foreign-key"),
        ("dim_outcome", _with_last_line_twice, "primary-key"),
        ("dim_outcome", lambda text: text.replace(",12\r\n", ",a\r\n"), "type-error"),
        ("dim_outcome", lambda text: text.replace('"sort_order"', '"order"'), "incorrect-label"),
    ],
)
def test_data_package_notices_damage(copied: Path, file: str, change: Change, kind: str) -> None:
    path = copied / f"csv/marts/{file}.csv"
    text = path.read_bytes().decode("utf-8-sig")
    assert change(text) != text
    path.write_bytes(change(text).encode("utf-8-sig"))
    report = frictionless.Package(str(copied / "datapackage.json")).validate()
    assert kind in {error.type for task in report.tasks for error in task.errors}


def test_second_export_replaces_only_its_own(
    copied: Path, sample_warehouse: Path, manifest: Manifest, rows: dict[str, pl.DataFrame]
) -> None:
    others = [copied / "notes.txt", copied / "csv/marts/notes.txt", copied / "csv/mine/notes.txt"]
    for other in others:
        other.parent.mkdir(exist_ok=True)
        other.write_text("mine")
    unknown_year = copied / "parquet/marts/fct_applications/report_year=__HIVE_DEFAULT_PARTITION__"
    assert unknown_year.is_dir()
    export(sample_warehouse, manifest, copied)
    assert all(other.read_text() == "mine" for other in others)
    assert not unknown_year.exists()
    assert "柳溪市" in (copied / "csv/marts/dim_report.csv").read_text(encoding="utf-8-sig")
    assert [path for path in copied.parent.iterdir() if path != copied] == []


def test_files_of_others_are_never_replaced(sample_warehouse: Path, manifest: Manifest, tmp_path: Path) -> None:
    target = tmp_path / "files"
    (target / "csv/marts").mkdir(parents=True)
    mine = target / "csv/marts/dim_report.csv"
    mine.write_text("mine")
    done = gongkai("export", target, "--warehouse", sample_warehouse)
    assert done.returncode == 2
    assert "dim_report.csv is there already and wasn't made by an export" in done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]


def test_list_leads_nowhere_outside(copied: Path, sample_warehouse: Path, manifest: Manifest) -> None:
    outside = copied.parent / "outside.txt"
    outside.write_text("mine")
    (copied / LIST).write_text(json.dumps({"files": ["../outside.txt", str(outside)]}))
    for path in copied.rglob("*"):
        if path.is_file() and path.name != LIST:
            path.unlink()
    export(sample_warehouse, manifest, copied)
    assert outside.read_text() == "mine"


def test_failing_export_leaves_everything(copied: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()}
    done = gongkai("export", copied, "--warehouse", tmp_path / "none.duckdb")
    assert done.returncode == 2
    assert done.stderr.endswith(f"gongkai: {tmp_path / 'none.duckdb'} doesn't exist; `gongkai build` makes it\n")
    assert {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("content", [b"", b"no database", None])
def test_what_is_no_warehouse_is_refused(tmp_path: Path, content: bytes | None) -> None:
    other = tmp_path / "other.duckdb"
    if content is None:
        with duckdb.connect(str(other)) as connection:
            connection.execute("create table mine as select 1")
    else:
        other.write_bytes(content)
    done = gongkai("export", tmp_path / "files", "--warehouse", other)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "files").exists()


def test_export_of_an_empty_warehouse(sample_warehouse: Path, manifest: Manifest, tmp_path: Path) -> None:
    empty = Path(shutil.copy(sample_warehouse, tmp_path / "w.duckdb"))
    with duckdb.connect(str(empty)) as connection:
        for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            connection.execute(f'delete from "{schema}"."{table}"')
    export(empty, manifest, tmp_path / "files")
    assert frictionless.Package(str(tmp_path / "files/datapackage.json")).validate().valid
    assert len(pl.read_parquet(tmp_path / "files/parquet/marts/fct_applications.parquet")) == 0


def test_hostile_texts_stand_in_the_warehouse(rows: dict[str, pl.DataFrame]) -> None:
    said = set(rows["dim_report"]["agency_name"]) | set(rows["figure_sources"]["raw_text"])
    assert set(HOSTILE) <= said
