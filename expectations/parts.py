"""The rows that break rules, found and counted once: where there are many reports, part by part.

What joins every cell of some million reports doesn't fit into memory, and then takes several times its share of time.

Belongs here: asking a rule of some reports after the other. Doesn't belong here: which rules may be asked so
(``is_by_report`` of ``expectations.rule``), or what comes of the rows (``expectations.validation``).
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import duckdb

from expectations.rule import Rule

#: The database in memory that holds the first rows which break a rule, a table for each rule.
FOUND = "found"


def with_rows(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule], reports_of_a_part: int, most: int
) -> dict[str, int]:
    """Write the first rows that each rule finds into a table of ``FOUND``, no more than ``most``; how many there are.

    A rule whose query doesn't run is left out.
    """
    parts = _parts(connection, reports_of_a_part)
    counts = dict.fromkeys((rule.name for rule in rules), 0)
    for condition in (None, *parts):
        asked = [rule for rule in rules if (rule.is_by_report and bool(parts)) == (condition is not None)]
        with _only(connection, condition):
            for rule in (rule for rule in asked if rule.name in counts):
                count = _add(connection, rule, counts.pop(rule.name), most)
                counts |= {} if count is None else {rule.name: count}
    return counts


def _add(connection: duckdb.DuckDBPyConnection, rule: Rule, known: int, most: int) -> int | None:
    """Add the rows that a rule finds to those known; how many there are then, None where its query doesn't run."""
    query = rule.query.format(batch=f'{rule.schema}."{rule.table}"')
    rows = f'{FOUND}.main."{rule.name}"'
    try:
        connection.execute(f"create or replace temp table found_now as {query}")
        connection.execute(f"create table if not exists {rows} as select * from found_now limit 0")
        connection.execute(f"insert into {rows} select * from found_now limit $1", [max(most - known, 0)])
        (count,) = connection.execute("select count(*) from found_now").fetchone() or (0,)
        connection.execute("drop table found_now")  # there may be millions
    except duckdb.Error:
        return None
    return known + count


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
def _only(connection: duckdb.DuckDBPyConnection, condition: str | None) -> Generator[None]:
    """As long as the block lasts, tables have the rows of some reports only: views of ``FOUND`` hide them."""
    if condition is None:
        yield
        return
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
