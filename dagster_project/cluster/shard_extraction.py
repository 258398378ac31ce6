"""One shard in, one folder of Parquet out: the work of one task, on whichever machine it runs.

The folder is written under another name and renamed when it is whole, so that a task may end at any moment and be begun
anew anywhere: a folder that is there is done with, as long as shard, catalogue and extractor are the same.
Belongs here: one shard. Doesn't belong here: who works on which one (``cluster.run``).
"""

import hashlib
import os
import shutil
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import polars as pl
from pyarrow import parquet

from dagster_project.cluster.folders import (
    DOCUMENTS,
    READ_DOCUMENT_SCHEMA,
    REJECTIONS,
    UNFINISHED,
    ShardSummary,
    digests_of,
    summary_in,
    table_file,
    write_summary,
)
from dagster_project.extraction import reader_fingerprint
from dagster_project.found_documents import found_in
from dagster_project.reading.worker import read_document
from dagster_project.settings import SEEDS_DIRECTORY
from extract import Document, Rejection, Report, ReportReader, load_catalogue
from extract.frames import REPORT_TABLES, rejections_frame

#: Reports in memory at once; each such batch is a row group of the files.
REPORTS_AT_ONCE = 500

#: What was found, and what became of it: of a row that holds no document there is nothing but that.
Outcome = tuple[Document | None, Report | Rejection]


def extract_shard(shard: str, output: str) -> tuple[ShardSummary, bool]:
    """Read the reports of a shard into a folder of its own within ``output``, unless that was done before.

    Returns:
        What there is of the shard, and whether it was read now.

    Raises:
        OSError: the folder can't be written.

    """
    path, folder = Path(shard), folder_of(Path(shard), Path(output))
    if (known := summary_in(folder)) and known.is_of(path, reader_fingerprint(_reader().catalogue)):
        return known, False
    unfinished = _unfinished(folder)
    unfinished.mkdir(parents=True)
    summary = _write(path, unfinished)
    write_summary(unfinished, summary)
    _put_in_place(unfinished, folder)
    return summary, True


def folder_of(shard: Path, output: Path) -> Path:
    """Where the reports of a shard go: a name that tells people which one it is, and two shards apart."""
    return output / f"{shard.name}-{hashlib.sha256(os.fsencode(shard)).hexdigest()[:12]}"


def _unfinished(folder: Path) -> Path:
    """A name that no other task has."""
    return folder.parent / UNFINISHED / f"{folder.name}-{uuid.uuid4().hex}"


@cache
def _reader() -> ReportReader:
    return ReportReader(load_catalogue(SEEDS_DIRECTORY))


def _write(shard: Path, folder: Path) -> ShardSummary:
    state = shard.stat()
    turned_away: dict[str, int] = {}
    reports, rejected = 0, Counter[str]()
    with Files(folder) as files:
        for outcomes in _batches(_outcomes(shard, turned_away)):
            files.write(outcomes)
            reports += sum(isinstance(outcome, Report) for _, outcome in outcomes)
            rejected.update(outcome.reason for _, outcome in outcomes if isinstance(outcome, Rejection))
    return ShardSummary(
        str(shard),
        state.st_size,
        state.st_mtime_ns,
        reader_fingerprint(_reader().catalogue),
        reports,
        dict(rejected),
        sum(turned_away.values()),
        digests_of(folder),
    )


def _outcomes(shard: Path, turned_away: dict[str, int]) -> Iterator[Outcome]:
    for found in found_in(shard, turned_away):
        yield (found, read_document(_reader(), found)) if isinstance(found, Document) else (None, found)


def _batches(outcomes: Iterable[Outcome]) -> Iterator[list[Outcome]]:
    batch: list[Outcome] = []
    for outcome in outcomes:
        batch.append(outcome)
        if len(batch) == REPORTS_AT_ONCE:
            yield batch
            batch = []
    yield batch


class Files(ExitStack):
    """The files of a folder, one for each table; each is there, also without a row."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._writers: dict[str, parquet.ParquetWriter] = {}

    def write(self, outcomes: Sequence[Outcome]) -> None:
        """Append a row group to each file."""
        reports = [outcome for _, outcome in outcomes if isinstance(outcome, Report)]
        self._append(DOCUMENTS, _documents_frame(outcomes))
        for table, (_, frame) in REPORT_TABLES.items():
            self._append(table, frame(reports))
        self._append(REJECTIONS, rejections_frame(o for _, o in outcomes if isinstance(o, Rejection)))

    def _append(self, table: str, frame: pl.DataFrame) -> None:
        rows = frame.to_arrow()
        if table not in self._writers:
            path = table_file(self._folder, table)
            self._writers[table] = self.enter_context(parquet.ParquetWriter(path, rows.schema, compression="zstd"))
        self._writers[table].write_table(rows)


def _documents_frame(outcomes: Iterable[Outcome]) -> pl.DataFrame:
    rows = (
        (
            *(document.source_uri, document.content_sha256, document.media_type),
            *((outcome.report_id, None, None) if isinstance(outcome, Report) else (None, *outcome[2:])),
        )
        for document, outcome in outcomes
        if document
    )
    return pl.DataFrame(rows, schema=READ_DOCUMENT_SCHEMA, orient="row")


def _put_in_place(unfinished: Path, folder: Path) -> None:
    """Rename a folder; an older one makes way, and one that another worker put there meanwhile is as good."""
    if folder.exists():
        old = _unfinished(folder)
        folder.rename(old)
        shutil.rmtree(old, ignore_errors=True)
    try:
        unfinished.rename(folder)
    except OSError:
        if summary_in(folder) is None:
            raise
        shutil.rmtree(unfinished, ignore_errors=True)
