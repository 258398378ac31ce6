"""From the landing store to the staging tables: only what isn't read yet by this reader.

Belongs here: which documents to read, where, and in what batches they are loaded. Doesn't belong here: reading one
(``extract.reader``), the processes that read (``reading``).
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import polars as pl

from dagster_project.build_database import DOCUMENTS, BuildDatabase
from dagster_project.extracted import Extracted, TakenOver, take_over
from dagster_project.landing import LandingStore, Observation
from dagster_project.reading.pool import Advance, Chunk, ReadingPool, chunks_of
from dagster_project.reading.results import Tables, joined
from dagster_project.reading.worker import Reader, Task, read_chunk
from dagster_project.settings import EXTRACTOR_DIRECTORY
from extract import Catalogue, ReportReader

#: The folder beside the building database where processes put what they read.
RESULTS_SUFFIX = ".reading"
#: Documents that are loaded in one transaction, at least: bounds the memory, not the corpus.
BATCH_SIZE = 1_000
#: A further process reads from so many documents on: it takes as long to start as to read them.
DOCUMENTS_OF_A_PROCESS = 300

SEEN_SCHEMA = pl.Schema({"source_uri": pl.String, "content_sha256": pl.String, "observation_number": pl.Int64})
#: Shows progress over so many documents, for the length of a ``with`` block.
Progress = Callable[[int], AbstractContextManager[Advance]]


@dataclass(frozen=True)
class ExtractionSummary:
    """What a run read: documents in the store, read now, and the rejections among those by reason.

    Of what was extracted elsewhere, the documents taken over, and how many more there are that were never landed.
    """

    documents_in_store: int
    documents_read: int
    rejected: dict[str, int]
    documents_taken_over: int = 0
    documents_never_landed: int = 0


def silent(_: int) -> AbstractContextManager[Advance]:
    """No progress is shown."""
    return nullcontext(lambda _: None)


def read_documents(
    store: LandingStore,
    database: BuildDatabase,
    reader: ReportReader,
    *,
    again: bool,
    workers: int | None = 0,
    progress: Progress = silent,
    extracted: Extracted | None = None,
) -> ExtractionSummary:
    """Read the documents of the store that this reader hasn't read; all of them when ``again``.

    ``workers`` processes read, of which each has the reader of the seeds; None: as many as pay. 0: this process does.
    What was ``extracted`` elsewhere isn't read here.

    Raises:
        ReadingError: processes end by no document's fault.
        ExtractedError: what was extracted can't be taken over.
        OSError: the store can't be read.

    """
    database.create_staging()
    fingerprint = reader_fingerprint(reader.catalogue)
    documents = store.documents()
    done = set() if again else database.readings(fingerprint)
    pending = [observation for observation in documents if _reading(observation) not in done]
    rejected: Counter[str] = Counter()
    seen = pl.DataFrame(map(_seen, documents), schema=SEEN_SCHEMA, orient="row")
    if pending:
        database.forget(pl.DataFrame(map(_seen, pending), schema=SEEN_SCHEMA, orient="row"))
    taken = take_over(extracted, database, pending, seen) if extracted else TakenOver()
    pending = [observation for observation in pending if observation.key not in taken.documents]
    if pending:
        if workers is None:
            workers = min(os.cpu_count() or 1, 1 + len(pending) // DOCUMENTS_OF_A_PROCESS)
        task = Task(store.location, fingerprint)
        folder = database.path.with_name(f"{database.path.name}{RESULTS_SUFFIX}")
        with progress(len(pending)) as advance, database.loading() as load:
            chunks = (
                _read_in_processes(ReadingPool(task, folder, workers), pending, advance)
                if workers
                else _read_here(task, store, reader, pending, advance)
            )
            for tables in _batches(chunks):
                rejected.update(tables[DOCUMENTS]["reason"].drop_null().to_pylist())
                load(tables)
    database.follow(seen)
    return ExtractionSummary(len(documents), len(pending), dict(rejected), len(taken.documents), taken.never_landed)


def _read_in_processes(pool: ReadingPool, pending: Sequence[Observation], advance: Advance) -> Iterator[Tables]:
    with pool:
        yield from pool.read(pending, advance)


def _read_here(
    task: Task, store: LandingStore, reader: Reader, pending: Sequence[Observation], advance: Advance
) -> Iterator[Tables]:
    for chunk in chunks_of(pending):

        def begin(number: int, chunk: Chunk = chunk) -> None:
            advance(chunk.count(number + 1))

        yield read_chunk(store, reader, chunk.documents, task.fingerprint, begin)
        advance(chunk.count(len(chunk.documents)))


def _batches(chunks: Iterator[Tables]) -> Iterator[Tables]:
    """The chunks, as many together as are loaded at once."""
    batch: list[Tables] = []
    for chunk in chunks:
        batch.append(chunk)
        if sum(tables[DOCUMENTS].num_rows for tables in batch) >= BATCH_SIZE:
            yield joined(batch)
            batch = []
    if batch:
        yield joined(batch)


def reader_fingerprint(catalogue: Catalogue) -> str:
    """What a reading depends on besides the document: the extractor's code and the catalogue."""
    digest = hashlib.sha256(catalogue.fingerprint.encode())
    for path in sorted(EXTRACTOR_DIRECTORY.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _reading(observation: Observation) -> tuple[str | None, ...]:
    """What is read of a document, as ``BuildDatabase.readings`` has it.

    The row of a shard may get another media type, a refusal another reason.
    """
    return (*observation.key, observation.media_type, observation.reason, observation.detail)


def _seen(observation: Observation) -> tuple[str, str | None, int]:
    return observation.source_uri, observation.content_sha256, observation.observation_number
