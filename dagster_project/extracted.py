"""What ``gongkai extract-shards`` wrote, taken over into the staging tables of a build.

A document is taken over when the same reader read it: its place, content and media type are the document's, the
extractor and the catalogue those of this build. All others the build reads itself, so that the warehouse is the same
with these folders and without.
Belongs here: which documents are taken over, and loading them. Doesn't belong here: the folders (``cluster.folders``),
reading (``extraction``).
"""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from dagster_project.cluster.folders import DOCUMENTS, FolderError, checked, folders_in, table_file
from dagster_project.landing import Key, Observation
from dagster_project.progress import tracked
from extract.frames import REPORT_TABLES

if TYPE_CHECKING:
    from collections.abc import Generator

    from dagster_project.build_database import BuildDatabase

WAITING_SCHEMA = pl.Schema(
    {
        "source_uri": pl.String,
        "content_sha256": pl.String,
        "media_type": pl.String,
        "size_bytes": pl.Int64,
        "observation_number": pl.Int64,
    }
)
#: Two shards may hold the same document: it is taken from the first of them.
TAKE = """
create or replace temp table taken as
select waiting.*, rows.report_id, rows.reason, rows.detail
from rows
inner join waiting
    on
        rows.source_uri = waiting.source_uri and rows.content_sha256 = waiting.content_sha256
        and rows.media_type is not distinct from waiting.media_type
"""
TAKEN_AWAY = """
delete from waiting using taken
where waiting.source_uri = taken.source_uri and waiting.content_sha256 = taken.content_sha256
"""
#: Rows that are in memory at once.
BATCH_ROWS = 50_000


class ExtractedError(RuntimeError):
    """A directory can't be taken over; the message is for the user."""


@dataclass(frozen=True)
class Extracted:
    """The folders of a directory that one reader wrote, and how many others there are."""

    directory: Path
    fingerprint: str
    folders: tuple[Path, ...]
    outdated: int


@dataclass(frozen=True)
class TakenOver:
    """What was taken over: the documents, and how many more the folders have that were never landed."""

    documents: frozenset[Key] = frozenset()
    never_landed: int = 0


def look_into(directory: Path, fingerprint: str) -> Extracted:
    """What there is to take over for this reader, each file of it as it was written.

    Raises:
        ExtractedError: the directory is none, is empty, or holds something else or something damaged.

    """
    try:
        folders = folders_in(directory)
        summaries = {folder: checked(folder) for folder in folders}
    except OSError as error:
        raise ExtractedError(f"{directory} can't be read: {error.strerror or error}") from error
    except FolderError as error:
        raise ExtractedError(str(error)) from error
    if not folders:
        raise ExtractedError(f"{directory} has no folders as gongkai extract-shards writes them")
    own = tuple(folder for folder in folders if summaries[folder].reader_fingerprint == fingerprint)
    return Extracted(directory, fingerprint, own, len(folders) - len(own))


def take_over(
    extracted: Extracted, database: "BuildDatabase", pending: Sequence[Observation], landed: pl.DataFrame
) -> TakenOver:
    """Load what the folders have of the pending documents, a folder in one transaction.

    ``landed`` has the ``source_uri`` and ``content_sha256`` of all documents of the store.

    Raises:
        ExtractedError: a folder changed under our hands.

    """
    waiting = pl.DataFrame(map(_waiting, pending), schema=WAITING_SCHEMA, orient="row")
    never_landed = 0
    with database.connect() as connection:
        connection.register("landed", landed.to_arrow())
        connection.register("all_waiting", waiting.to_arrow())
        connection.execute("create temp table waiting as from all_waiting where content_sha256 is not null")
        for folder in tracked(extracted.folders, "Taking over shards"):
            with _understood(folder):
                never_landed += _never_landed(connection, folder)
                _load(connection, folder, extracted.fingerprint)
        left = set(connection.execute("select source_uri, content_sha256 from waiting").fetchall())
    taken = frozenset(one.key for one in pending if one.content_sha256 and one.key not in left)
    return TakenOver(taken, never_landed)


def _load(connection: duckdb.DuckDBPyConnection, folder: Path, fingerprint: str) -> None:
    connection.begin()
    _with_rows(connection, folder, DOCUMENTS, TAKE)
    if connection.execute("from taken limit 1").fetchone():
        connection.execute(
            "insert into staging.documents by name "
            "select *, ? as reader_fingerprint from taken order by observation_number",
            [fingerprint],
        )
        for table in REPORT_TABLES:
            insert = f"insert into staging.{table} by name select rows.* from rows semi join taken using (report_id)"
            _with_rows(connection, folder, table, insert)
        connection.execute(TAKEN_AWAY)
    connection.commit()


def _never_landed(connection: duckdb.DuckDBPyConnection, folder: Path) -> int:
    query = "select count(*) from rows anti join landed using (source_uri, content_sha256)"
    ((count,),) = _with_rows(connection, folder, DOCUMENTS, query)
    return count


def _with_rows(connection: duckdb.DuckDBPyConnection, folder: Path, table: str, query: str) -> list[tuple]:
    """Run a query that reads a file of the folder as ``rows``, batch by batch.

    By pyarrow: DuckDB takes brackets and asterisks in a path for a pattern.
    """
    import pyarrow as pa
    from pyarrow import parquet

    with parquet.ParquetFile(table_file(folder, table)) as file:
        batches = file.iter_batches(BATCH_ROWS, use_threads=False)
        connection.register("rows", pa.RecordBatchReader.from_batches(file.schema_arrow, batches))
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.unregister("rows")


@contextmanager
def _understood(folder: Path) -> "Generator[None]":
    """What can go wrong with a file that was whole when it was looked at."""
    try:
        yield
    except OSError as error:
        raise ExtractedError(f"{folder} can't be read: {error.strerror or error}") from error


def _waiting(observation: Observation) -> tuple[object, ...]:
    return tuple(getattr(observation, name) for name in WAITING_SCHEMA)
