"""The folder that a shard is read into: Parquet files, and beside them what they were made of and what is in them.

Belongs here: the shape of a folder, and whether one is whole. Doesn't belong here: reading a shard into one
(``cluster.shard_extraction``), taking folders over into a warehouse (``dagster_project.extracted``).
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from extract.frames import REJECTION_SCHEMA, REPORT_TABLES

#: What a finished folder says of itself.
SUMMARY_NAME = "shard.json"
#: Where folders stand that aren't finished, one level below the others: a pattern for these doesn't match them.
UNFINISHED = ".unfinished"
DOCUMENTS, REJECTIONS = "documents", "rejections"

#: Each document that was read: its report, or why it gave none. Rows that hold no document are in ``rejections`` only.
READ_DOCUMENT_SCHEMA = pl.Schema(
    dict.fromkeys(("source_uri", "content_sha256", "media_type", "report_id", "reason", "detail"), pl.String)
)
#: The files of a folder, by their names without ``.parquet``.
TABLES: dict[str, pl.Schema] = {
    DOCUMENTS: READ_DOCUMENT_SCHEMA,
    **{table: schema for table, (schema, _) in REPORT_TABLES.items()},
    REJECTIONS: REJECTION_SCHEMA,
}


class FolderError(RuntimeError):
    """A folder isn't what reading a shard left; the message is for the user."""


@dataclass(frozen=True)
class ShardSummary:
    """What became of the documents of a shard, as it was, by which reader; ``digests`` are the files' SHA-256."""

    shard: str
    size_bytes: int
    modified_ns: int
    reader_fingerprint: str
    reports: int
    rejected: dict[str, int]
    turned_away: int
    digests: dict[str, str]

    def is_of(self, shard: Path, fingerprint: str) -> bool:
        """Whether it is what this reader makes of the shard, as far as the shard's size and time tell."""
        state = shard.stat()
        now = state.st_size, state.st_mtime_ns, fingerprint
        return (self.size_bytes, self.modified_ns, self.reader_fingerprint) == now


def table_file(folder: Path, table: str) -> Path:
    """The file of a table."""
    return folder / f"{table}.parquet"


def digests_of(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of a folder; OSError where one is missing."""
    return {table: _digest(table_file(folder, table)) for table in TABLES}


def write_summary(folder: Path, summary: ShardSummary) -> None:
    """Write what the folder holds; the last that is written into it."""
    (folder / SUMMARY_NAME).write_text(json.dumps(asdict(summary), ensure_ascii=False), encoding="utf-8")


def summary_in(folder: Path) -> ShardSummary | None:
    """What a finished folder says of its shard; None where there is none."""
    try:
        return ShardSummary(**json.loads((folder / SUMMARY_NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def folders_in(directory: Path) -> list[Path]:
    """The finished folders of a directory, in the order of their names; OSError where it can't be read."""
    return sorted(path for path in directory.iterdir() if path.is_dir() and path.name != UNFINISHED)


def checked(folder: Path) -> ShardSummary:
    """What a folder says of its shard, when its files are those that were written.

    Raises:
        FolderError: it holds other files, or damaged ones.

    """
    summary = summary_in(folder)
    if summary is None:
        raise FolderError(f"{folder} isn't what this version of gongkai extract-shards leaves of a shard")
    for table, schema in TABLES.items():
        path = table_file(folder, table)
        try:
            is_whole = _digest(path) == summary.digests.get(table) and _schema(path) == schema
        except (OSError, AttributeError, pl.exceptions.PolarsError) as error:
            raise FolderError(f"{path} can't be read: {str(error).splitlines()[0]}") from error
        if not is_whole:
            again = "remove its folder and run gongkai extract-shards again"
            raise FolderError(f"{path} isn't as gongkai extract-shards wrote it: {again}")
    return summary


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _schema(path: Path) -> dict[str, pl.DataType]:
    # not by its path, in which brackets and asterisks would be a pattern
    with path.open("rb") as file:
        return pl.read_parquet_schema(file)
