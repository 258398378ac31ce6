"""The whole export: Parquet, CSV, a workbook and their description in one folder."""

import json
from pathlib import Path

from dagster_project.exports.csv_files import write_csv
from dagster_project.exports.data_package import data_package
from dagster_project.exports.folder import replaced_folder
from dagster_project.exports.parquet_files import is_partitioned, write_parquet
from dagster_project.exports.tables import Manifest, Table, open_warehouse, read_tables
from dagster_project.exports.workbook import Cut, write_workbook

WORKBOOK = "gongkai_marts.xlsx"


def export(warehouse: Path, manifest: Manifest, folder: Path) -> tuple[list[Table], list[Cut]]:
    """Write all files into the folder; return the tables, and what the workbook couldn't hold.

    Raises:
        WarehouseError: there is no warehouse there.
        FolderError: the folder can't take the files.
        OSError: something can't be written.

    """
    with open_warehouse(warehouse) as connection:
        tables = read_tables(connection, manifest)
        with replaced_folder(folder) as part:
            for table in tables:
                for name in (_csv(table), _parquet(table)):
                    (part / name).parent.mkdir(parents=True, exist_ok=True)
                write_csv(connection, table, part / _csv(table))
                write_parquet(connection, table, part / _parquet(table))
            cuts = write_workbook(connection, [t for t in tables if t.schema == "marts"], part / WORKBOOK)
            package = data_package(tables, _csv, _files_of)
            text = json.dumps(package, ensure_ascii=False, indent=2)
            (part / "datapackage.json").write_text(text + "\n", encoding="utf-8")
    return tables, cuts


def _csv(table: Table) -> str:
    return f"csv/{table.schema}/{table.name}.csv"


def _parquet(table: Table) -> str:
    suffix = "" if is_partitioned(table) else ".parquet"
    return f"parquet/{table.schema}/{table.name}{suffix}"


def _files_of(table: Table) -> str:
    """The Parquet files of a table, as a pattern where there are several."""
    return f"{_parquet(table)}/*/*.parquet" if is_partitioned(table) else _parquet(table)
