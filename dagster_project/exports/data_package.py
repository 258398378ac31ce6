"""The Frictionless description of the files: ``datapackage.json`` with types, units, meanings and keys.

Belongs here: what the Data Package standard calls things. Doesn't belong here: what they are (``tables``).
"""

from collections.abc import Callable, Sequence
from typing import Any

from dagster_project.data_dictionary import in_both_languages
from dagster_project.exports.tables import Column, Table

TYPES = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}
DESCRIPTION = (
    "Annual reports on government-information disclosure in China, as a warehouse. The tables are CSV files in UTF-8 "
    "with its mark; an empty field is NULL. A text that begins with = + - @, their full-width forms, a tab, a line "
    "break or an apostrophe has one apostrophe before it, so that no spreadsheet takes it for a formula: take one "
    "leading apostrophe off each text. `parquet` names the same rows as Parquet files, as they are. / "
    "政府信息公开工作年度报告数据仓库。各表为带 BOM 的 UTF-8 编码 CSV 文件，空字段即空值。"
    "为防止电子表格把文本当作公式，以 = + - @（含全角）、制表符、换行或撇号开头的文本前加一个撇号，"
    "读取时去掉文本开头的一个撇号即可。`parquet` 为相同数据的 Parquet 文件（未作转义）。"
)


def data_package(
    tables: Sequence[Table], csv: Callable[[Table], str], parquet: Callable[[Table], str]
) -> dict[str, Any]:
    """The descriptor; ``csv`` and ``parquet`` say where a table lies below it."""
    return {
        "name": "gongkai",
        "title": "Gongkai 政府信息公开年报数据仓库",
        "description": DESCRIPTION,
        "profile": "tabular-data-package",
        "resources": [_resource(table, csv(table), parquet(table)) for table in tables],
    }


def _resource(table: Table, csv: str, parquet: str) -> dict[str, Any]:
    english, chinese = in_both_languages(table.description)
    return {
        "name": table.name,
        "path": csv,
        "parquet": parquet,
        "schema_name": table.schema,
        "description": english,
        "description_zh": chinese,
        "rows": table.rows,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\r\n"},
        "schema": _schema(table),
    }


def _schema(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column, table) for column in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.foreign_keys:
        schema["foreignKeys"] = [
            {"fields": [key.column], "reference": {"resource": key.table, "fields": [key.reference]}}
            for key in table.foreign_keys
        ]
    return schema


def _field(column: Column, table: Table) -> dict[str, Any]:
    english, chinese = in_both_languages(column.description)
    field: dict[str, Any] = {
        "name": column.name,
        "type": "number" if column.type.startswith("DECIMAL") else TYPES[column.type],
        "description": english,
        "description_zh": chinese,
    }
    if column.unit:
        field["unit"] = column.unit
    # an empty text is no NULL, but the standard can't tell the two in a CSV file
    if column.name in table.key or (column.is_required and column.type != "VARCHAR"):
        field["constraints"] = {"required": True}
    return field
