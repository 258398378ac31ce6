"""The warehouse in PostgreSQL, where BI tools that don't open DuckDB files find it.

All of it is one transaction: new tables are loaded beside the old ones, described, keyed and granted, and take their
place at the end. Readers see the old tables or the new ones. Belongs here: that transaction. Doesn't belong here: how
the swap waits for readers (``postgres_swap``), or secrets (``postgres_address``).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg
from psycopg import sql

from dagster_project.exports.postgres_address import check_address, masked, shown_address
from dagster_project.exports.postgres_swap import (
    SwapError,
    allow_reading,
    check_ours,
    ensure_reader,
    new_schema,
    put_in_place,
)
from dagster_project.exports.tables import Manifest, Table, batches, open_warehouse, read_tables

READER = "gongkai_reader"
#: Seconds that publishing waits for readers who hold an old table, and for a server that doesn't answer.
PATIENCE_SECONDS, CONNECT_SECONDS = 600, 10
#: The number under which two publications wait for each other.
LOCK = 6_767_111_107
#: A text of PostgreSQL can't hold the character 0.
WITHOUT_ZERO = "replace({}, chr(0), chr(65533))"
TYPES = {
    "VARCHAR": sql.SQL("text"),
    "INTEGER": sql.SQL("integer"),
    "BIGINT": sql.SQL("bigint"),
    "DOUBLE": sql.SQL("double precision"),
    "BOOLEAN": sql.SQL("boolean"),
    "DATE": sql.SQL("date"),
    "TIMESTAMP": sql.SQL("timestamp"),
}


class PublishError(RuntimeError):
    """Nothing was published; the message is for the user and holds no secret."""


@dataclass(frozen=True)
class Published:
    """What was published, where, and what is left for an administrator to do, if anything."""

    address: str
    tables: tuple[Table, ...]
    advice: str | None


def publish(
    warehouse: Path,
    manifest: Manifest,
    dsn: str,
    *,
    reader: str = READER,
    patience_seconds: float = PATIENCE_SECONDS,
    track: Callable[[Table], None] | None = None,
) -> Published:
    """Replace the schemas ``marts`` and ``quality`` of a database by those of the warehouse.

    Args:
        warehouse: the published file.
        manifest: dbt's.
        dsn: what libpq takes: a URL or ``name=value`` pairs.
        reader: the role that may read and not write.
        patience_seconds: how long to wait for readers in long transactions.
        track: called with each table once it is loaded.

    Raises:
        WarehouseError: there is no warehouse there.
        AddressError: the DSN can't be read.
        PublishError: the server can't be reached, refuses, or has objects that aren't ours in the way.

    """
    check_address(dsn)
    with open_warehouse(warehouse) as connection:
        tables = read_tables(connection, manifest)
        try:
            with psycopg.connect(dsn, connect_timeout=CONNECT_SECONDS, application_name="gongkai") as server:
                advice = _publish(connection, server, tables, reader, patience_seconds, track)
        except (psycopg.Error, SwapError) as error:
            # the cause would carry what libpq says, password and all
            raise PublishError(masked(_one_line(error), dsn)) from None
    return Published(shown_address(dsn), tuple(tables), advice)


def _publish(
    connection: duckdb.DuckDBPyConnection,
    server: psycopg.Connection,
    tables: Sequence[Table],
    reader: str,
    patience_seconds: float,
    track: Callable[[Table], None] | None,
) -> str | None:
    server.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    check_ours(server, tables)
    advice = ensure_reader(server, reader)
    for schema in sorted({table.schema for table in tables}):
        server.execute(sql.SQL("create schema {}").format(sql.Identifier(new_schema(schema))))
    for table in tables:
        _create(server, table)
        _load(connection, server, table)
        if track:
            track(table)
    for finish in (_add_key, _add_foreign_keys, _describe):
        for table in tables:
            finish(server, table)
    put_in_place(server, tables, patience_seconds)
    if advice is None:
        allow_reading(server, tables, reader)
    return advice


def _loaded(schema: str, name: str) -> sql.Identifier:
    return sql.Identifier(new_schema(schema), name)


def _create(server: psycopg.Connection, table: Table) -> None:
    columns = sql.SQL(", ").join(
        sql.SQL("{} {} {}").format(
            sql.Identifier(column.name), _type(column.type), sql.SQL("not null" if column.is_required else "")
        )
        for column in table.columns
    )
    server.execute(sql.SQL("create table {} ({})").format(_loaded(table.schema, table.name), columns))


def _type(of_duckdb: str) -> sql.Composable:
    if decimal := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", of_duckdb):
        return sql.SQL("numeric({}, {})").format(*(sql.Literal(int(digits)) for digits in decimal.groups()))
    return TYPES[of_duckdb]


def _load(connection: duckdb.DuckDBPyConnection, server: psycopg.Connection, table: Table) -> None:
    """Copy the rows; frozen ones are seen by transactions that began before, too, which would find the table empty."""
    command = sql.SQL("copy {} from stdin (format csv, freeze, encoding 'utf8')").format(
        _loaded(table.schema, table.name)
    )
    with server.cursor().copy(command) as copy:
        for frame in batches(connection, table.select(WITHOUT_ZERO)):
            copy.write(frame.write_csv(include_header=False, quote_style="non_numeric"))


def _add_key(server: psycopg.Connection, table: Table) -> None:
    if table.key:
        columns = sql.SQL(", ").join(map(sql.Identifier, table.key))
        name = _loaded(table.schema, table.name)
        server.execute(sql.SQL("alter table {} add primary key ({})").format(name, columns))


def _add_foreign_keys(server: psycopg.Connection, table: Table) -> None:
    for key in table.foreign_keys:
        server.execute(
            sql.SQL("alter table {} add foreign key ({}) references {} ({})").format(
                _loaded(table.schema, table.name),
                sql.Identifier(key.column),
                _loaded(key.schema, key.table),
                sql.Identifier(key.reference),
            )
        )


def _describe(server: psycopg.Connection, table: Table) -> None:
    """Comments, and the statistics that queries are planned with."""
    name = _loaded(table.schema, table.name)
    server.execute(sql.SQL("comment on table {} is {}").format(name, table.description))
    for column in table.columns:
        of = sql.Identifier(new_schema(table.schema), table.name, column.name)
        server.execute(sql.SQL("comment on column {} is {}").format(of, column.description))
    server.execute(sql.SQL("analyze {}").format(name))


def _one_line(error: Exception) -> str:
    said = str(error).strip()
    detail = getattr(getattr(error, "diag", None), "message_detail", None)
    first = [line.strip() for line in said.splitlines() if line.strip()][:1] or [type(error).__name__]
    return "; ".join([*first, *([" ".join(detail.split())] if detail and detail not in first[0] else [])])
