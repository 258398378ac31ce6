"""Several processes that read chunks of documents, and what becomes of a document that ends one.

Belongs here: who reads what, and again after a fault. Doesn't belong here: one process (``process``), loading what
was read (``dagster_project.extraction``).

Results come in the order of the documents. A process that ends, or is at one document for too long, is replaced; the
documents before and behind the one that it was at are read again, and that one once more by itself: it may have been
in bad company. When it ends a process then, too, it is refused.
"""

import heapq
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from pathlib import Path

from dagster_project.landing import Observation
from dagster_project.reading.process import ReadingProcess, Said
from dagster_project.reading.results import Tables, read_results, tables_of
from dagster_project.reading.worker import Failure, Task
from dagster_project.shard_rows import Refusal
from extract.documents import Rejection

#: Documents that a process is given at once, and the letters of their places: what it is told must fit between the two.
CHUNK_SIZE, CHUNK_LETTERS = 100, 32_768
#: Chunks that a process has before it, so that it goes on while others are loaded.
CHUNKS_AT_HAND = 2
#: Chunks that may be read before the one that is waited for is done: the results of more would fill the disk.
MOST_AHEAD = 32
#: The longest that a stage of a document may take, and that a process may take to start.
DOCUMENT_SECONDS, START_SECONDS = 180, 300
#: So many processes may end one after the other without having begun a document.
MOST_FALSE_STARTS = 3
#: How often processes are looked at that say nothing.
LOOK_SECONDS = 1.0

Advance = Callable[[int], None]


class ReadingError(RuntimeError):
    """Processes that read can't be started, or end by no document's fault."""


@dataclass(order=True)
class Chunk:
    """Documents that are read together; results are given back in the order of the numbers."""

    number: tuple[int, ...]
    documents: Sequence[Observation] = field(compare=False)
    #: So many of the first ones were told as begun.
    counted: int = field(default=0, compare=False)
    is_suspect: bool = field(default=False, compare=False)

    def without(self, document: int) -> "list[Chunk]":
        """What is before a document, that document alone as a suspect, and what is behind it."""
        before, alone, behind = self.documents[:document], self.documents[document], self.documents[document + 1 :]
        parts = [
            Chunk((*self.number, 0), before, counted=document),
            Chunk((*self.number, 1), [alone], counted=1, is_suspect=True),
            Chunk((*self.number, 2), behind, counted=max(self.counted - document - 1, 0)),
        ]
        return [part for part in parts if part.documents]

    def count(self, first: int) -> int:
        """Take down that so many of the first documents were begun; how many of them are new."""
        new = max(first - self.counted, 0)
        self.counted += new
        return new


def chunks_of(documents: Sequence[Observation]) -> Iterator[Chunk]:
    """The documents in chunks, numbered in their order."""
    chunk: list[Observation] = []
    number = letters = 0
    for document in documents:
        own = len(document.source_uri) + len(document.detail or "")
        if chunk and (len(chunk) == CHUNK_SIZE or letters + own > CHUNK_LETTERS):
            yield Chunk((number,), chunk)
            chunk, letters, number = [], 0, number + 1
        chunk.append(document)
        letters += own
    if chunk:
        yield Chunk((number,), chunk)


class ReadingPool:
    """Reads documents in processes; to be used in a ``with`` block, which ends them."""

    def __init__(self, task: Task, folder: Path, workers: int) -> None:
        self._task, self._folder, self._workers = task, folder, workers
        self._processes: list[ReadingProcess] = []
        self._waiting: list[Chunk] = []
        self._done: list[tuple[Chunk, Path | Tables]] = []
        self._false_starts = 0
        self._advance: Advance = lambda _: None

    def __enter__(self) -> "ReadingPool":
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.end(patience=0)
        self._processes.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def read(self, documents: Sequence[Observation], advance: Advance) -> Iterator[Tables]:
        """The rows of all documents, chunk by chunk in their order; ``advance`` is told how many more were begun.

        Raises:
            ReadingError: processes end by no document's fault.
            OSError: the landing store can't be read.

        """
        self._advance = advance
        coming = chunks_of(documents)
        is_over = False
        while True:
            while not is_over and self._outstanding() < MOST_AHEAD:
                if chunk := next(coming, None):
                    heapq.heappush(self._waiting, chunk)
                else:
                    is_over = True
            if not self._outstanding():
                return
            self._hand_out()
            if self._is_first_done():
                _, result = heapq.heappop(self._done)
                yield _tables(result)
            else:
                self._listen()

    def _outstanding(self) -> int:
        return len(self._waiting) + len(self._done) + sum(len(process.chunks) for process in self._processes)

    def _is_first_done(self) -> bool:
        # of a chunk cut in two one part may wait behind a later chunk
        others = [chunk for process in self._processes for chunk in process.chunks] + self._waiting[:1]
        return bool(self._done) and all(self._done[0][0] < other for other in others)

    def _hand_out(self) -> None:
        """Give chunks to those who have the fewest; start processes as long as there is more to read than they have."""
        while self._waiting:
            able = [process for process in self._processes if len(process.chunks) < CHUNKS_AT_HAND]
            process = min(able, key=lambda process: len(process.chunks), default=None)
            if (process is None or process.chunks) and len(self._processes) < self._workers:
                process = ReadingProcess(self._task, self._folder)
                self._processes.append(process)
            if process is None:
                return
            process.read(heapq.heappop(self._waiting))

    def _listen(self) -> None:
        """Take down what processes say, and end those that are at a document for too long."""
        heard = wait([process.connection for process in self._processes], LOOK_SECONDS)
        for process in [process for process in self._processes if process.connection in heard]:
            said, error = process.heard()
            for one in said:
                self._take(process, one)
            if error:
                self._replace(process, error)
        for process in [process for process in self._processes if not process.connection.poll()]:
            if process.document is not None and process.seconds > DOCUMENT_SECONDS:
                self._replace(process, TimeoutError())
            elif not process.is_ready and process.seconds > START_SECONDS:
                raise ReadingError(f"a process that reads didn't start within {START_SECONDS} seconds")

    def _take(self, process: ReadingProcess, said: Said) -> None:
        if isinstance(said, Failure):
            raise said.error
        if isinstance(said, int):
            self._false_starts = 0
            process.begins(said)
            self._advance(process.chunks[0].count(said + 1))
        elif said is None:
            process.is_ready = True
        else:
            chunk = process.ends_chunk()
            self._advance(chunk.count(len(chunk.documents)))
            heapq.heappush(self._done, (chunk, said))

    def _replace(self, process: ReadingProcess, error: Exception) -> None:
        """Put what a process had before it in the hands of others."""
        self._processes.remove(process)
        how = process.end(patience=0 if isinstance(error, TimeoutError) else 1)
        chunks = list(process.chunks)
        if process.document is None:
            self._false_starts += 1
            if self._false_starts >= MOST_FALSE_STARTS:
                raise ReadingError(f"processes that read end before they have begun: {how}")
        elif (first := chunks.pop(0)).is_suspect:
            refusal = _refusal(error, how)
            heapq.heappush(self._done, (first, _refused(first.documents[0], refusal, self._task.fingerprint)))
        else:
            chunks += first.without(process.document)
        for chunk in chunks:
            heapq.heappush(self._waiting, chunk)


def _tables(result: Path | Tables) -> Tables:
    if not isinstance(result, Path):
        return result
    tables = read_results(result)
    result.unlink()
    return tables


def _refusal(error: Exception, how: str) -> Refusal:
    if isinstance(error, TimeoutError):
        return "too_large", f"takes more than {DOCUMENT_SECONDS} seconds"
    return "unreadable", f"the process that read it ended twice, the last time with {how}"


def _refused(document: Observation, refusal: Refusal, fingerprint: str) -> Tables:
    rejection = Rejection(document.source_uri, document.content_sha256 or "", *refusal)
    return tables_of([(document, rejection)], fingerprint)
