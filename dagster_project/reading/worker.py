"""The process that reads: chunks of documents in, files of Arrow tables out, until nobody asks for more.

Belongs here: what runs in the process. Doesn't belong here: whoever starts it and watches it (``pool``).

Documents are read together, stage by stage. Before each stage of one it says which one that is: when it ends without
a word, or goes on for too long, that one is to blame. Its arguments are the number of an open socket, and the folder
where results go.
"""

import ctypes
import gc
import importlib
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

from dagster_project.build_database import Outcome
from dagster_project.landing import LandingStore, Observation
from dagster_project.reading.results import Tables, tables_of, write_results
from dagster_project.settings import SEEDS_DIRECTORY
from extract import Document, Rejection, Report, ReportReader, load_catalogue
from extract.together import Stages, finished, read_together

#: The memory that a process may address, in bytes: a document that needs more is refused, not the machine brought down.
MOST_MEMORY = 8 * 1024**3
#: Documents that are read together, and the bytes from which on no more of them are.
MOST_TOGETHER, BYTES_TOGETHER = 20, 4 * 1024**2
#: The garbage collector looks for cycles when there are so many objects more than the last time.
OBJECTS_BETWEEN_COLLECTIONS = 50_000
#: Linux: the signal that a process gets when the one that started it ends.
_PR_SET_PDEATHSIG = 1


class Reader(Protocol):
    """What reads a document."""

    def stages(self, document: Document) -> Stages:
        """Read one document, stage by stage."""
        ...


@dataclass(frozen=True)
class Task:
    """What a process is told first: where documents are kept, and how they are read.

    ``reader`` names a function that makes the reader, as ``module:function``.
    """

    landing: Path | str
    fingerprint: str
    reader: str = f"{__name__}:seeds_reader"


@dataclass(frozen=True)
class Failure:
    """Why a process can't go on, for which no document is to blame."""

    error: Exception


def seeds_reader() -> Reader:
    """The reader of the project's own catalogue."""
    return ReportReader(load_catalogue(SEEDS_DIRECTORY))


def read_chunk(
    store: LandingStore,
    reader: Reader,
    chunk: Sequence[Observation],
    fingerprint: str,
    begin: Callable[[int], None] = lambda _: None,
) -> Tables:
    """The rows of all staging tables for some documents.

    ``begin`` is told the number of each that is read, before each of its stages.
    """
    outcomes: list[Outcome] = [None] * len(chunk)
    for documents in _together(store, chunk):
        numbers = list(documents)
        readings = [_stages(reader, document) for document in documents.values()]
        found = read_together(readings, lambda number, numbers=numbers: begin(numbers[number]))
        for number, outcome in zip(numbers, found, strict=True):
            outcomes[number] = outcome
    return tables_of(list(zip(chunk, outcomes, strict=True)), fingerprint)


def _together(store: LandingStore, chunk: Sequence[Observation]) -> Iterator[dict[int, Document]]:
    """The documents that were kept, by their number in the chunk, as many as are read together."""
    documents: dict[int, Document] = {}
    for number, observation in enumerate(chunk):
        if observation.reason:
            continue
        documents[number] = store.document(observation)
        size = sum(len(document.content) for document in documents.values())
        if len(documents) == MOST_TOGETHER or size >= BYTES_TOGETHER:
            yield documents
            documents = {}
    if documents:
        yield documents


def read_document(reader: Reader, document: Document) -> Report | Rejection:
    """Read one document; a fault of ours costs this one, not those beside it: it is listed, never lost."""
    return finished(_stages(reader, document))


def _stages(reader: Reader, document: Document) -> Stages:
    try:
        return (yield from reader.stages(document))
    except Exception as error:
        detail = f"the reader failed: {type(error).__name__}: {error}"
        return Rejection(document.source_uri, document.content_sha256, "unreadable", detail)


def collect_seldom() -> None:
    """Look for cycles seldom, and not among what is there already.

    Of all formats only PDF leaves any behind; to look after every 700 objects takes a tenth of the time of a text.
    """
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def serve(connection: Connection, folder: Path) -> None:
    """Read chunk after chunk, until the other end is closed."""
    task: Task = connection.recv()
    module, _, function = task.reader.partition(":")
    store, reader = LandingStore(task.landing), getattr(importlib.import_module(module), function)()
    collect_seldom()
    connection.send(None)
    while True:
        chunk: Sequence[Observation] = connection.recv()
        tables = read_chunk(store, reader, chunk, task.fingerprint, connection.send)
        path = folder / f"{os.getpid()}-{chunk[0].observation_number}.arrow"
        write_results(path, tables)
        connection.send(path)


def main() -> None:
    """Set the process up, and serve."""
    connection, folder = Connection(int(sys.argv[1])), Path(sys.argv[2])
    _end_with_parent()
    # who started this one may have blocked them all, and a key pressed in the terminal is for that one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    with suppress(EOFError, ConnectionError):
        try:
            serve(connection, folder)
        except MemoryError:  # of a few documents together; the next process has fewer
            os._exit(1)
        except ConnectionError:
            raise
        except OSError as error:  # the store, or the folder of results
            connection.send(Failure(OSError(*error.args)))
        except Exception as error:  # a fault of ours, which no document is to be blamed for
            connection.send(Failure(RuntimeError(f"{type(error).__name__}: {error}")))


def _end_with_parent() -> None:
    """A reader that hangs doesn't see that nobody waits for it any more."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
