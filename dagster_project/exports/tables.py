"""The tables of a published warehouse as every export describes them: columns, types, meanings, keys.

Belongs here: what the warehouse has, joined with what dbt says of it. Doesn't belong here: a form of export, or a
description or key written a second time: these are the manifest's.
"""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

#: Schemas that leave the warehouse; the others are how it was made.
SCHEMAS = ("marts", "quality")
#: Rows that are handed on at once.
BATCH_ROWS = 50_000
A_WAREHOUSE = "from duckdb_tables() where schema_name = 'marts' and table_name = 'dim_report'"

Manifest = Mapping[str, Any]


class WarehouseError(RuntimeError):
    """The file is no published warehouse; the message is for the user."""


@dataclass(frozen=True)
class Column:
    """A column: DuckDB's type, its meaning in both languages, its unit if any, and whether it is never NULL."""

    name: str
    type: str
    description: str
    unit: str | None
    is_required: bool


@dataclass(frozen=True)
class ForeignKey:
    """A column whose every value stands in ``reference``, the key of the table ``schema.name``."""

    column: str
    schema: str
    table: str
    reference: str


@dataclass(frozen=True)
class Table:
    """A table; ``key`` is empty where the rows have none without a NULL in it."""

    schema: str
    name: str
    description: str
    columns: tuple[Column, ...]
    rows: int
    key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()

    @property
    def source(self) -> str:
        """Its quoted name in the warehouse."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def is_fact(self) -> bool:
        """Facts grow with the reports."""
        return self.name.startswith("fct_")

    def select(self, text: str = "{}") -> str:
        """A query of the rows in the order of the key; ``text`` is what becomes of a column of text."""
        columns = (
            f"{text.format(quoted(column.name))} as {quoted(column.name)}"
            if column.type == "VARCHAR"
            else quoted(column.name)
            for column in self.columns
        )
        order = ", ".join(map(quoted, self.key)) or "all"
        return f"select {', '.join(columns)} from {self.source} order by {order}"


@contextmanager
def open_warehouse(warehouse: Path) -> Generator[duckdb.DuckDBPyConnection]:
    """A read-only connection to a published warehouse.

    Raises:
        WarehouseError: there is no such file, or it is something else.

    """
    if not warehouse.is_file():
        raise WarehouseError(f"{warehouse} doesn't exist; `gongkai build` makes it")
    try:
        connection = duckdb.connect(str(warehouse), read_only=True)
    except duckdb.Error as error:
        raise WarehouseError(f"{warehouse} can't be opened as a DuckDB database") from error
    with connection:
        if not connection.execute(A_WAREHOUSE).fetchall():
            raise WarehouseError(f"{warehouse} is a database without the tables of a warehouse")
        yield connection


def read_tables(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, schemas: Sequence[str] = SCHEMAS
) -> list[Table]:
    """All tables of the schemas, sorted, with those of dbt's keys that the rows hold."""
    described = {(node["schema"], node["name"]): node for node in _nodes(manifest)}
    rows = connection.execute(
        "select schema_name, table_name, "
        "list({name: column_name, type: data_type, is_nullable: is_nullable} order by column_index) "
        f"from duckdb_columns() where schema_name in ({', '.join('?' * len(schemas))}) "
        "and database_name = current_database() group by all order by all",
        schemas,
    ).fetchall()
    tables = [
        _keyed(connection, manifest, _table(connection, schema, name, columns, described.get((schema, name), {})))
        for schema, name, columns in rows
    ]
    return [replace(table, foreign_keys=_foreign_keys(connection, manifest, table, tables)) for table in tables]


def batches(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[pl.DataFrame]:
    """The rows of a query, some at a time; at least one frame, so that the columns are known."""
    reader = connection.sql(query).to_arrow_reader(BATCH_ROWS)
    yield pl.DataFrame(pl.from_arrow(reader.schema.empty_table()))
    for batch in reader:
        yield pl.DataFrame(pl.from_arrow(batch))


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def unit_of(name: str, data_type: str) -> str | None:
    """The unit of a column, by the naming and typing that the models keep to.

    Shares are doubles (1 is all), counts are BIGINT, money ends in ``_yuan``; other decimals are a count or yuan as
    the row's measure or line says. Years, numbers and orders have none.
    """
    if name.endswith("_yuan"):
        return "yuan"
    if name.startswith("days_"):
        return "day"
    if data_type.startswith("DECIMAL"):
        return "count or yuan"
    return {"DOUBLE": "ratio", "BIGINT": "count"}.get(data_type)


def _nodes(manifest: Manifest) -> Iterator[Mapping[str, Any]]:
    for node in (*manifest["nodes"].values(), *manifest["sources"].values()):
        if node["resource_type"] in {"model", "seed", "source"}:
            yield node


def _table(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, columns: list[dict], node: Mapping[str, Any]
) -> Table:
    says = {column: " ".join(of["description"].split()) for column, of in node.get("columns", {}).items()}
    table = Table(
        schema,
        name,
        " ".join(node.get("description", "").split()),
        tuple(
            Column(
                name=column["name"],
                type=column["type"],
                description=says.get(column["name"], ""),
                unit=unit_of(column["name"], column["type"]),
                is_required=not column["is_nullable"],
            )
            for column in columns
        ),
        rows=0,
    )
    return replace(table, rows=_number(connection, f"select count(*) from {table.source}"))


def _keyed(connection: duckdb.DuckDBPyConnection, manifest: Manifest, table: Table) -> Table:
    """The table with the shortest of the keys that dbt tests, if the rows hold it and it is never NULL."""
    keys = [
        tuple(column.strip('"') for column in arguments.get("columns") or [arguments["column_name"]])
        for test, arguments in _tests(manifest, table)
        if test in {"unique", "unique_combination"}
    ]
    for key in sorted(keys, key=len):
        names = ", ".join(map(quoted, key))
        nulls = " or ".join(f"{quoted(column)} is null" for column in key)
        broken = f"select 1 from {table.source} group by {names} having count(*) > 1 or bool_or({nulls})"
        if not _number(connection, f"select count(*) from ({broken})"):
            return replace(table, key=key)
    return table


def _foreign_keys(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, table: Table, tables: Sequence[Table]
) -> tuple[ForeignKey, ...]:
    """Relationships that dbt tests, to keys of tables that leave the warehouse too, where the rows hold them."""
    by_name = {other.name: other for other in tables}
    found = []
    for test, arguments in _tests(manifest, table):
        reference = re.fullmatch(r"ref\('(\w+)'\)", arguments.get("to", ""))
        other = by_name.get(reference[1]) if test == "relationships" and reference else None
        if other and other.key == (arguments["field"],):
            key = ForeignKey(arguments["column_name"], other.schema, other.name, arguments["field"])
            if not _number(connection, _orphans(table, other, key)):
                found.append(key)
    return tuple(sorted(found, key=lambda key: key.column))


def _orphans(table: Table, other: Table, key: ForeignKey) -> str:
    column, reference = quoted(key.column), quoted(key.reference)
    return (
        f"select count(*) from {table.source} as referring where {column} is not null "
        f"and not exists (from {other.source} as referred where referred.{reference} = referring.{column})"
    )


def _tests(manifest: Manifest, table: Table) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Dbt's generic tests of a table: name and arguments."""
    for node in manifest["nodes"].values():
        of_model = (node.get("attached_node") or "").split(".")[-1] == table.name
        if node["resource_type"] == "test" and of_model and node.get("test_metadata"):
            yield node["test_metadata"]["name"], node["test_metadata"]["kwargs"]


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return row[0] if row else 0
