"""Parquet files: a file for each table, and for each year of a fact."""

from pathlib import Path

import duckdb

from dagster_project.exports.tables import Table

YEAR = "report_year"


def write_parquet(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Write a table to ``path``: a file, or for facts a folder ``report_year=…`` for each year.

    Reports whose year is unknown lie in the folder that Hive, DuckDB, Spark and Polars read as NULL.
    """
    options = "format parquet, compression zstd"
    if is_partitioned(table):
        # the year stays in the files too, for readers that take a file for itself
        options += f", partition_by ({YEAR}), write_partition_columns true"
    target = str(path).replace("'", "''")
    connection.execute(f"copy ({table.select()}) to '{target}' ({options})")


def is_partitioned(table: Table) -> bool:
    """Whether a table lies in folders by year; one without rows would have none."""
    return table.is_fact and table.rows > 0 and any(column.name == YEAR for column in table.columns)
