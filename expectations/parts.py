"""The rows that break rules, found once: where there are many reports, part by part.

What joins every cell of a million reports doesn't fit into memory, and then takes several times its share of time.

Belongs here: asking a rule of some reports after the other. Doesn't belong here: which rules may be asked so
(``Rule.is_by_report``), or what comes of the rows (``expectations.validation``).
"""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from itertools import pairwise

import duckdb

from expectations.rule import Rule

#: The database in memory that holds the rows which break a rule, a table for each rule.
FOUND = "found"


def with_rows(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule], reports_of_a_part: int) -> list[Rule]:
    """Write the rows that rules find into tables of ``FOUND``; the rules for which that went well."""
    parts = _parts(connection, reports_of_a_part)
    failed: set[str] = set()
    for rule in (rule for rule in rules if not (rule.is_by_report and parts)):
        failed |= _failed(connection, [rule], "create table {} as")
    for number, condition in enumerate(parts):
        asked = [rule for rule in rules if rule.is_by_report and rule.name not in failed]
        with _only(connection, condition):
            failed |= _failed(connection, asked, "insert into {}" if number else "create table {} as")
    return [rule for rule in rules if rule.name not in failed]


def _failed(connection: duckdb.DuckDBPyConnection, rules: Iterable[Rule], begin: str) -> set[str]:
    """Ask rules; the names of those whose query doesn't run."""
    failed = set()
    for rule in rules:
        query = rule.query.format(batch=f'{rule.schema}."{rule.table}"')
        rows = f'{FOUND}.main."{rule.name}"'
        try:
            connection.execute(f"{begin.format(rows)} {query}")
        except duckdb.Error:
            failed.add(rule.name)
    return failed


def _parts(connection: duckdb.DuckDBPyConnection, size: int) -> list[str]:
    """Conditions on ``report_id``, each of which so many reports meet, and every row one of them; none for few."""
    firsts = connection.execute(
        "select report_id from staging.reports qualify (row_number() over (order by report_id) - 1) % $1 = 0 "
        "order by report_id offset 1",
        [size],
    ).fetchall()
    edges = [f"'{first}'" for (first,) in firsts]
    if not edges:
        return []
    between = [f"report_id >= {first} and report_id < {after}" for first, after in pairwise(edges)]
    return [f"report_id is null or report_id < {edges[0]}", *between, f"report_id >= {edges[-1]}"]


@contextmanager
def _only(connection: duckdb.DuckDBPyConnection, condition: str) -> Generator[None]:
    """As long as the block lasts, tables have the rows of some reports only: views of ``FOUND`` hide them."""
    database, tables = _tables(connection)
    schemas = {schema for schema, _, _ in tables}
    for schema in schemas:
        connection.execute(f'create schema {FOUND}."{schema}"')
    for schema, table, has_reports in tables:
        where = f"where {condition}" if has_reports else ""
        connection.execute(
            f'create view {FOUND}."{schema}"."{table}" as select * from "{database}"."{schema}"."{table}" {where}'
        )
    connection.execute(f"use {FOUND}")
    try:
        yield
    finally:
        connection.execute(f'use "{database}"')
        for schema in schemas:
            connection.execute(f'drop schema {FOUND}."{schema}" cascade')


def _tables(connection: duckdb.DuckDBPyConnection) -> tuple[str, list[tuple[str, str, bool]]]:
    """The database, and the schemas and names of its tables and views, with whether they say whose a row is."""
    (database,) = connection.execute("select current_database()").fetchone() or ("",)
    tables = connection.execute(
        "select schema_name, table_name, bool_or(column_name = 'report_id') from duckdb_columns() "
        "where database_name = $1 and schema_name != 'main' and not internal group by all",
        [database],
    ).fetchall()
    return database, tables
