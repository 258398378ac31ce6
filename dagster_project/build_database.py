"""The database that a build works in: its staging tables, and publishing it as the warehouse.

Belongs here: DuckDB connections and whole-table operations. Doesn't belong here: the warehouse
model (``dbt``), or columns of the staging tables (``extract.frames``).
"""

import shutil
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from dagster_project.landing import Observation
from dagster_project.memory import memory_limit
from dagster_project.versions import Versions
from dagster_project.whole_files import part_of
from extract.documents import Rejection, Report
from extract.frames import REPORT_TABLES

if TYPE_CHECKING:
    import pyarrow

DOCUMENT_SCHEMA = pl.Schema(
    {
        "source_uri": pl.String,
        "content_sha256": pl.String,
        "report_id": pl.String,
        "media_type": pl.String,
        "size_bytes": pl.Int64,
        "observation_number": pl.Int64,
        "reader_fingerprint": pl.String,
        "reason": pl.String,
        "detail": pl.String,
    }
)
#: What became of a document; None for one whose content wasn't kept.
Outcome = Report | Rejection | None
DOCUMENTS = "documents"
#: The oldest DuckDB that reads the file. Older formats take half as long again to write text.
STORAGE_VERSION = "v1.4.0"
STAGING_TABLES = {DOCUMENTS: DOCUMENT_SCHEMA} | {table: schema for table, (schema, _) in REPORT_TABLES.items()}


@dataclass(frozen=True)
class TablePreview:
    """A table's size and first rows, for people to look at."""

    row_count: int
    head: list[dict[str, object]]


class BuildDatabase:
    """A DuckDB file with one writer: connections are short, and closed before another tool opens it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def connect(self, *, read_only: bool = False) -> Generator[duckdb.DuckDBPyConnection]:
        """A connection for the length of the ``with`` block."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not read_only and not self.path.exists():
            self._create()
        connection = duckdb.connect(str(self.path), read_only=read_only)
        try:
            connection.execute("set memory_limit = $1", [memory_limit()])
            yield connection
        finally:
            connection.close()

    def _create(self) -> None:
        """An empty file; it keeps the version of DuckDB's format that it is made with."""
        with duckdb.connect() as connection:
            connection.execute(f"attach {_quoted(self.path)} as made (storage_version '{STORAGE_VERSION}')")

    def create_staging(self) -> None:
        """Make the staging tables that are missing."""
        for table, schema in STAGING_TABLES.items():
            self.create_table(table, schema)

    def create_table(self, table: str, schema: pl.Schema) -> None:
        """Make a staging table where it is missing."""
        with self.connect() as connection:
            connection.execute("create schema if not exists staging")
            connection.register("empty", pl.DataFrame(schema=schema).to_arrow())
            connection.execute(f"create table if not exists staging.{table} as select * from empty")

    def loaded_segments(self) -> set[str]:
        """The segments of the log of attempts that ``staging.fetch_log`` has."""
        with self.connect(read_only=True) as connection:
            rows = connection.execute("select distinct log_segment from staging.fetch_log").fetchall()
            return {segment for (segment,) in rows}

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Add rows to a staging table, all or none."""
        with self.connect() as connection:
            self._insert(connection, table, frame)

    def replace_table(self, table: str, frame: pl.DataFrame) -> None:
        """Write a staging table anew."""
        with self.connect() as connection:
            connection.execute("create schema if not exists staging")
            connection.register("rows", frame.to_arrow())
            connection.execute(f"create or replace table staging.{table} as select * from rows")

    def readings(self, fingerprint: str) -> set[tuple[str | None, ...]]:
        """What a reader with this fingerprint has read: place, content and media type of each document.

        Reason and detail come last, for what wasn't kept; what the reader itself refused has None there.
        """
        with self.connect(read_only=True) as connection:
            query = (
                "select source_uri, content_sha256, media_type, "
                "if(content_sha256 is null, reason, null), if(content_sha256 is null, detail, null) "
                "from staging.documents where reader_fingerprint = ?"
            )
            return set(connection.execute(query, [fingerprint]).fetchall())

    def forget(self, documents: pl.DataFrame) -> None:
        """Take out what was read of documents before (``source_uri``, ``content_sha256``), in one transaction.

        All at once: taken out batch by batch, each batch would go through all that is there.
        """
        with self.connect() as connection:
            connection.begin()
            connection.register("again", documents.to_arrow())
            connection.execute(
                "create or replace temp table forgotten as select d.source_uri, d.content_sha256, d.report_id "
                "from staging.documents d semi join again on d.source_uri = again.source_uri "
                "and d.content_sha256 is not distinct from again.content_sha256"
            )
            if connection.execute("from forgotten limit 1").fetchone():
                for table in REPORT_TABLES:
                    connection.execute(
                        f"delete from staging.{table} where report_id in (select report_id from forgotten)"
                    )
                connection.execute(
                    "delete from staging.documents d using forgotten f where d.source_uri = f.source_uri "
                    "and d.content_sha256 is not distinct from f.content_sha256"
                )
            connection.commit()

    @contextmanager
    def loading(self) -> Generator[Callable[[Mapping[str, "pyarrow.Table"]], None]]:
        """A function that adds rows to staging tables, those of one call in one transaction.

        By one thread: with two DuckDB takes twice the processor time for it, of which others read documents meanwhile.
        """
        with self.connect() as connection:
            connection.execute("set threads = 1")

            def load(tables: Mapping[str, "pyarrow.Table"]) -> None:
                connection.begin()
                for table, rows in tables.items():
                    if rows.num_rows:
                        connection.register("rows", rows)
                        connection.execute(f"insert into staging.{table} by name select * from rows")
                        connection.unregister("rows")
                connection.commit()

            yield load

    def _insert(self, connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
        connection.register("rows", frame.to_arrow())
        connection.execute(f"insert into staging.{table} by name select * from rows")
        connection.unregister("rows")

    def follow(self, observations: pl.DataFrame) -> None:
        """Take over the latest observation numbers, and forget documents that the store no longer lists."""
        with self.connect() as connection:
            connection.register("seen", observations.to_arrow())
            connection.execute(
                "update staging.documents d set observation_number = seen.observation_number from seen "
                "where d.source_uri = seen.source_uri and d.content_sha256 is not distinct from seen.content_sha256 "
                "and d.observation_number != seen.observation_number"
            )
            connection.execute(
                "delete from staging.documents d where d.content_sha256 is null "
                "and not exists (from seen where seen.source_uri = d.source_uri and seen.content_sha256 is null)"
            )

    def clear(self, tables: Sequence[str]) -> None:
        """Drop the tables and views (``schema.name``) that are there, before they are made anew.

        Made anew beside the old ones they would leave as much room unused in the file, a third of it.
        """
        with self.connect() as connection:
            there = connection.execute(
                "select schema_name, table_name, 'table' from duckdb_tables() "
                "union all select schema_name, view_name, 'view' from duckdb_views() where not internal"
            ).fetchall()
            for schema, name, kind in there:
                if f"{schema}.{name}" in tables:
                    connection.execute(f'drop {kind} "{schema}"."{name}"')
            connection.execute("checkpoint")

    def previews(self, tables: Sequence[str], rows: int = 5) -> dict[str, TablePreview]:
        """Size and first rows of the tables (``schema.name``) that exist; not of views: to count one is to run it."""
        with self.connect(read_only=True) as connection:
            rows_found = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            found = {f"{schema}.{table}" for schema, table in rows_found}
            return {table: _preview(connection, table, rows) for table in tables if table in found}

    def publish(self, versions: Versions) -> None:
        """Swap a copy of the tables in as the warehouse; readers of the old file go on undisturbed.

        Views stay behind: they read by the name of the building file.
        """
        with part_of(versions.warehouse) as part:
            self._copy(part)
            versions.swap_in(part)

    def _copy(self, target: Path) -> None:
        """The file as it is: to write its tables anew takes fifty times as long, most of it to compress them again."""
        with self.connect() as connection:
            connection.execute("checkpoint")
        shutil.copyfile(self.path, target)
        with duckdb.connect() as connection:
            connection.execute(f"attach {_quoted(target)} as published")
            views = connection.execute(
                "select schema_name, view_name from duckdb_views() where database_name = 'published' and not internal"
            ).fetchall()
            for schema, view in views:
                connection.execute(f'drop view published."{schema}"."{view}"')
            connection.execute("detach published")


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _preview(connection: duckdb.DuckDBPyConnection, table: str, rows: int) -> TablePreview:
    relation = connection.sql(f"from {table}")
    count = relation.count("*").fetchone()
    head = [dict(zip(relation.columns, row, strict=True)) for row in relation.limit(rows).fetchall()]
    return TablePreview(count[0] if count else 0, head)


def documents_frame(readings: Sequence[tuple[Observation, Outcome]], fingerprint: str) -> pl.DataFrame:
    """One row per observed document with what became of it; None for one whose content wasn't kept."""
    rows = (_document_row(observation, outcome, fingerprint) for observation, outcome in readings)
    return pl.DataFrame(rows, schema=DOCUMENT_SCHEMA, orient="row")


def _document_row(observation: Observation, outcome: Outcome, fingerprint: str) -> tuple[object, ...]:
    report_id = outcome.report_id if isinstance(outcome, Report) else None
    refused = outcome if isinstance(outcome, Rejection) else observation
    return (
        observation.source_uri,
        observation.content_sha256,
        report_id,
        observation.media_type,
        observation.size_bytes,
        observation.observation_number,
        fingerprint,
        None if report_id else refused.reason,
        None if report_id else refused.detail,
    )
