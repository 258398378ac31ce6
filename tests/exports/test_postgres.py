"""Publishing to a real PostgreSQL: readers, roles, keys, secrets, and what stands in the way."""

import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import psycopg
import pytest
from polars.testing import assert_frame_equal
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from dagster_project.exports.postgres import PublishError, publish
from dagster_project.exports.tables import Manifest, Table, open_warehouse, read_tables
from tests.conftest import gongkai


@pytest.fixture
def database(server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database of the server."""
    name = f"test_{abs(hash(request.node.name))}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'create database "{name}"'.encode())
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'drop database "{name}" with (force)'.encode())
        connection.execute("drop role if exists gongkai_reader")


@pytest.fixture(scope="module")
def smaller_warehouse(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples without some rows in several tables."""
    warehouse = Path(shutil.copy(sample_warehouse, tmp_path_factory.mktemp("smaller") / "w.duckdb"))
    with duckdb.connect(str(warehouse)) as connection:
        for table in ("marts.fct_fees", "marts.fct_applications", "quality.figure_sources", "quality.identity_results"):
            connection.execute(f"delete from {table} where rowid % 2 = 0")
    return warehouse


def fetched(dsn: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query.encode()).fetchall()


def test_tables_are_equal(database: str, hostile_warehouse: Path, manifest: Manifest) -> None:
    published = publish(hostile_warehouse, manifest, database)
    assert published.advice is None
    with open_warehouse(hostile_warehouse) as connection, psycopg.connect(database) as server:
        for table in read_tables(connection, manifest):
            expected = connection.sql(table.select()).pl()
            rows = server.execute(f"select * from {table.source}".encode()).fetchall()
            read = pl.DataFrame(rows, schema=expected.schema, orient="row")
            assert_frame_equal(read, expected, check_row_order=False)


def test_types_keys_and_comments(database: str, sample_warehouse: Path, manifest: Manifest) -> None:
    tables = publish(sample_warehouse, manifest, database).tables
    types = dict(
        fetched(
            database,
            "select attname, format_type(atttypid, atttypmod) from pg_attribute "
            "where attrelid = 'marts.fct_fees'::regclass and attnum > 0",
        )
    )
    assert types["amount_yuan"] == "numeric(24,6)"
    assert (types["report_year"], types["items_change"], types["is_consistent"]) == ("integer", "bigint", "boolean")
    assert fetched(
        database,
        "select attname from pg_attribute where attrelid = 'marts.fct_fees'::regclass and attnum > 0 and attnotnull",
    ) == [("report_id",), ("agency_id",), ("is_inferred",)]
    keys = fetched(database, "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint "
                             "where contype in ('p', 'f') and connamespace::regnamespace::text in ('marts', 'quality')")  # fmt: skip
    assert ("marts.fct_applications", "PRIMARY KEY (report_id, applicant_type, outcome)") in keys
    assert ("quality.figure_sources", "FOREIGN KEY (report_id) REFERENCES marts.dim_report(report_id)") in keys
    assert len(keys) == sum(bool(table.key) + len(table.foreign_keys) for table in tables)
    comments = fetched(
        database,
        "select relname, obj_description(c.oid), col_description(c.oid, 1) from pg_class c "
        "where relkind = 'r' and relnamespace::regnamespace::text in ('marts', 'quality')",
    )
    assert len(comments) == len(tables)
    described = {table.name: table for table in tables}
    assert all(comment == described[name].description for name, comment, _ in comments)
    assert all(comment == described[name].columns[0].description for name, _, comment in comments)


ALL_AT_ONCE = (
    "select (select count(*) from marts.fct_fees), (select count(*) from marts.fct_applications), "
    "(select count(*) from quality.figure_sources), (select count(*) from quality.identity_results)"
)
ONE_BY_ONE = [
    f"select count(*) from {table}"
    for table in ("marts.fct_fees", "marts.fct_applications", "quality.figure_sources", "quality.identity_results")
]


class Reader(threading.Thread):
    """Reads in a loop, in one statement or in one transaction of several."""

    def __init__(self, dsn: str, isolation: psycopg.IsolationLevel) -> None:
        super().__init__()
        self._dsn, self._isolation = dsn, isolation
        self.seen: list[tuple[int, ...]] = []
        self.failures: list[str] = []
        self.enough = threading.Event()

    def run(self) -> None:
        try:
            with psycopg.connect(self._dsn) as connection:
                connection.isolation_level = self._isolation
                while not self.enough.is_set():
                    with connection.transaction():
                        self.seen.append(connection.execute(ALL_AT_ONCE).fetchone() or ())
                    with connection.transaction():
                        counts = [connection.execute(query.encode()).fetchone() for query in ONE_BY_ONE]
                        self.seen.append(tuple(row[0] for row in counts if row))
        except psycopg.Error as error:
            self.failures.append(str(error))


def test_readers_see_the_old_or_the_new(
    database: str, sample_warehouse: Path, smaller_warehouse: Path, manifest: Manifest
) -> None:
    warehouses = [sample_warehouse, smaller_warehouse]
    possible = []
    for warehouse in warehouses:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            possible.append(connection.execute(ALL_AT_ONCE).fetchone())
    publish(sample_warehouse, manifest, database)
    levels = [psycopg.IsolationLevel.READ_COMMITTED, psycopg.IsolationLevel.REPEATABLE_READ]
    readers = [Reader(database, level) for level in levels for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 5):
        publish(warehouses[number % 2], manifest, database)
    for reader in readers:
        reader.enough.set()
        reader.join()
    assert [failure for reader in readers for failure in reader.failures] == []
    for reader in readers:
        assert set(reader.seen) == set(possible)
        assert len(reader.seen) > 20


def test_old_snapshots_find_no_empty_table(
    database: str, sample_warehouse: Path, smaller_warehouse: Path, manifest: Manifest
) -> None:
    """A transaction that began before, and has read no table yet, sees the new ones with their rows."""
    publish(sample_warehouse, manifest, database)
    with psycopg.connect(database) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("select 1")
        publish(smaller_warehouse, manifest, database)
        assert connection.execute("select count(*) from marts.fct_fees").fetchone() == (9,)


def test_reader_that_never_ends_stops_publishing(
    database: str, sample_warehouse: Path, smaller_warehouse: Path, manifest: Manifest
) -> None:
    publish(sample_warehouse, manifest, database)
    with psycopg.connect(database) as connection:
        assert connection.execute("select count(*) from marts.fct_fees").fetchone() == (18,)
        with pytest.raises(PublishError, match=r"readers have held the published tables for 1 s; nothing was changed"):
            publish(smaller_warehouse, manifest, database, patience_seconds=1)
        assert connection.execute("select count(*) from marts.fct_applications").fetchone() == (2108,)
    assert fetched(database, "select nspname from pg_namespace where nspname like '%__new'") == []
    publish(smaller_warehouse, manifest, database)
    assert fetched(database, "select count(*) from marts.fct_fees") == [(9,)]


@pytest.mark.parametrize(
    "statement",
    [
        "insert into marts.dim_outcome select * from marts.dim_outcome",
        "update marts.dim_outcome set label_en = ''",
        "delete from quality.figure_sources",
        "truncate marts.fct_applications",
        "drop table marts.fct_applications",
        "create table marts.mine (a int)",
        "alter table marts.dim_outcome add column mine int",
        "drop schema quality",
    ],
)
def test_reading_role_only_reads(reading: psycopg.Connection, statement: str) -> None:
    assert reading.execute("select count(*) from marts.dim_outcome").fetchone() == (23,)
    with pytest.raises(errors.InsufficientPrivilege):
        reading.execute(statement.encode())
    reading.rollback()


@pytest.fixture(scope="module")
def reading(server: str, sample_warehouse: Path, manifest: Manifest) -> Iterator[psycopg.Connection]:
    """A user in the role that reads, on a database that was published to twice."""
    dsn = server.replace("/postgres?", "/read?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database read")
    for _ in range(2):
        publish(sample_warehouse, manifest, dsn, reader="analysts")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create role ann login in role analysts")
    with psycopg.connect(dsn, user="ann") as connection:
        yield connection


def test_role_that_may_not_be_made_is_asked_for(database: str, sample_warehouse: Path, manifest: Manifest) -> None:
    name = conninfo_to_dict(database)["dbname"]
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create role plain login")
        connection.execute(f'grant create on database "{name}" to plain'.encode())
    try:
        plain = database.replace("postgres:@", "plain@")
        published = publish(sample_warehouse, manifest, plain)
        assert published.advice == (
            "the role gongkai_reader doesn't exist and this user may not make it: have an administrator run "
            '`create role "gongkai_reader" nologin` and publish again'
        )
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("create role gongkai_reader nologin")
        assert publish(sample_warehouse, manifest, plain).advice is None
        with pytest.raises(PublishError, match="the role plain publishes"):
            publish(sample_warehouse, manifest, plain, reader="plain")
    finally:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("drop owned by plain cascade")
            connection.execute("drop owned by gongkai_reader cascade")
            connection.execute("drop role plain")


def test_tables_of_others_are_never_replaced(database: str, sample_warehouse: Path, manifest: Manifest) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_report as select 1 as mine")
    with pytest.raises(PublishError, match=r"marts\.dim_report is there already and wasn't published by gongkai"):
        publish(sample_warehouse, manifest, database)
    with psycopg.connect(database) as connection:
        assert connection.execute("select * from marts.dim_report").fetchall() == [(1,)]
        connection.execute("alter table marts.dim_report rename to mine")
    for _ in range(2):
        publish(sample_warehouse, manifest, database)
        assert fetched(database, "select * from marts.mine") == [(1,)]


def test_views_of_others_stop_publishing(database: str, sample_warehouse: Path, manifest: Manifest) -> None:
    publish(sample_warehouse, manifest, database)
    with psycopg.connect(database) as connection:
        connection.execute("create view public.mine as select * from marts.dim_outcome")
    with pytest.raises(PublishError, match=r"view mine depends on table marts\.dim_outcome"):
        publish(sample_warehouse, manifest, database)
    assert fetched(database, "select count(*) from public.mine") == [(23,)]


def test_tables_that_are_no_more_are_dropped(
    database: str, sample_warehouse: Path, manifest: Manifest, tmp_path: Path
) -> None:
    older = Path(shutil.copy(sample_warehouse, tmp_path / "w.duckdb"))
    with duckdb.connect(str(older)) as connection:
        connection.execute("create table marts.old as select 1 as one")
    publish(older, manifest, database)
    publish(sample_warehouse, manifest, database)
    assert fetched(database, "select to_regclass('marts.old')") == [(None,)]


def test_command_says_what_was_published(database: str, sample_warehouse: Path) -> None:
    done = gongkai("publish", "postgres", "--warehouse", sample_warehouse, GONGKAI_POSTGRES=database)
    assert done.returncode == 0, done.stderr
    assert re.match(r"Published \d+ tables with \d+ rows: user=postgres dbname=test_\d+ host=", done.stdout)


def test_every_type_of_the_warehouse_is_known(sample_warehouse: Path, manifest: Manifest) -> None:
    from dagster_project.exports.data_package import TYPES as OF_FILES
    from dagster_project.exports.postgres import TYPES as OF_POSTGRES

    with open_warehouse(sample_warehouse) as connection:
        tables: list[Table] = read_tables(connection, manifest)
    used = {column.type for table in tables for column in table.columns if not column.type.startswith("DECIMAL")}
    assert used <= set(OF_FILES)
    assert used <= set(OF_POSTGRES)
