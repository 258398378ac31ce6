"""From the landing store to the staging tables: only what isn't read yet by this reader.

Belongs here: which documents to read, and in what batches. Doesn't belong here: reading one
(``extract.reader``).
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import polars as pl

from dagster_project.build_database import BuildDatabase, documents_frame
from dagster_project.landing import LandingStore, Observation
from dagster_project.settings import EXTRACTOR_DIRECTORY
from extract import Catalogue, Rejection, Report, ReportReader

#: Documents that are read and loaded in one transaction: bounds the memory, not the corpus.
BATCH_SIZE = 500

SEEN_SCHEMA = pl.Schema({"source_uri": pl.String, "content_sha256": pl.String, "observation_number": pl.Int64})
Track = Callable[[Sequence[Observation]], Iterable[Observation]]


@dataclass(frozen=True)
class ExtractionSummary:
    """What a run read: documents in the store, read now, and the rejections among those by reason."""

    documents_in_store: int
    documents_read: int
    rejected: dict[str, int]


def read_documents(
    store: LandingStore, database: BuildDatabase, reader: ReportReader, *, again: bool, track: Track
) -> ExtractionSummary:
    """Read the documents of the store that this reader hasn't read; all of them when ``again``.

    ``track`` wraps the documents to show progress over them.
    """
    database.create_staging()
    fingerprint = reader_fingerprint(reader.catalogue)
    documents = store.documents()
    done = set() if again else database.readings(fingerprint)
    pending = [observation for observation in documents if _reading(observation) not in done]
    rejected: Counter[str] = Counter()
    for batch in _batches(track(pending), BATCH_SIZE):
        readings = [(observation, _read(store, reader, observation)) for observation in batch]
        frame = documents_frame(readings, fingerprint)
        rejected.update(frame["reason"].drop_nulls().to_list())
        database.load(frame, [outcome for _, outcome in readings if isinstance(outcome, Report)])
    database.follow(pl.DataFrame([_seen(o) for o in documents], schema=SEEN_SCHEMA, orient="row"))
    return ExtractionSummary(len(documents), len(pending), dict(rejected))


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


def _read(store: LandingStore, reader: ReportReader, observation: Observation) -> Report | Rejection | None:
    if observation.reason:
        return None
    document = store.document(observation)
    try:
        return reader.read(document)
    except Exception as error:  # a fault of ours costs this document, not the batch; it is listed, never lost
        detail = f"the reader failed: {type(error).__name__}: {error}"
        return Rejection(document.source_uri, document.content_sha256, "unreadable", detail)


def _batches(items: Iterable[Observation], size: int) -> Iterator[list[Observation]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
