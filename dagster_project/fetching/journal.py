"""The log of attempts: written line by line as they are made, and handed to the landing store in segments.

Belongs here: keeping attempts and what they brought, also when the process is killed at any moment. Doesn't
belong here: what is in an attempt (``attempts``), loading the log into the warehouse.

The order is what keeps documents safe: contents first, then the line in the journal, then the observation, then
the segment of the log, and the journal goes last. Whatever breaks off is done again, and done twice is done once.
"""

import gzip
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from dagster_project.fetching.attempts import Attempt
from dagster_project.landing import LandingStore, Observation

FETCHES = "fetches"
#: Attempts after which the journal becomes a segment.
SEGMENT_LINES = 500


class Journal:
    """What this machine has written down and the store doesn't have yet."""

    def __init__(self, folder: Path, store: LandingStore, run_id: str) -> None:
        self._folder = folder
        self._store = store
        self._run_id = run_id
        self._path: Path | None = None
        self._lines = 0
        self.outcomes: Counter[tuple[str, str]] = Counter()

    def add(self, attempt: Attempt) -> None:
        """Write an attempt down; from here on it survives this process, and a power cut where it kept something."""
        if self._path is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._path = self._folder / f"{''.join(filter(str.isalnum, attempt.started_at[:26]))}-{self._run_id}.jsonl"
        with self._path.open("ab") as file:
            file.write(attempt.to_line())
            if attempt.content_sha256:
                file.flush()
                os.fsync(file.fileno())
        if attempt.is_last:
            self.outcomes[attempt.source, attempt.outcome] += 1
        self._lines += 1
        if self._lines >= SEGMENT_LINES:
            self.hand_over()

    def hand_over(self) -> None:
        """Give the store what was written since the last time."""
        if self._path is not None:
            _hand_over(self._path, self._store, known=False)
            self._path, self._lines = None, 0


def recover(folder: Path, store: LandingStore) -> None:
    """Hand over what processes that were killed have left, and sweep up behind them."""
    store.storage.sweep()
    for path in sorted(folder.glob("*.jsonl")):
        _hand_over(path, store, known=True)


def segments(store: LandingStore) -> list[str]:
    """The names of the log's segments, in the order of time."""
    return store.storage.names(FETCHES)


def attempts_of(store: LandingStore, segment: str) -> Iterator[Attempt]:
    """The attempts of a segment."""
    return map(Attempt.from_line, gzip.decompress(store.storage.read(segment)).splitlines())


def _hand_over(path: Path, store: LandingStore, *, known: bool) -> None:
    """``known``: the store may have got some of it already."""
    attempts = list(_written(path))
    observations = [_observation(attempt) for attempt in attempts if _brought_a_document(attempt)]
    if known:
        store.remember(observations)
    else:
        store.write_down(observations)
    if attempts:
        lines = b"".join(attempt.to_line() for attempt in attempts)
        store.storage.write(f"{FETCHES}/{path.stem}.jsonl.gz", gzip.compress(lines, mtime=0), durable=True)
    path.unlink()


def _written(path: Path) -> Iterable[Attempt]:
    """The lines of a journal; the last is none where the process was killed while writing it."""
    for line in path.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n"):
            yield Attempt.from_line(line)


def _brought_a_document(attempt: Attempt) -> bool:
    is_fetched = attempt.source_kind != "folder" and attempt.purpose in {"document", "attachment"}
    return is_fetched and attempt.outcome == "new" and attempt.content_sha256 is not None


def _observation(attempt: Attempt) -> Observation:
    seen_ns = int(datetime.fromisoformat(attempt.started_at).timestamp() * 1_000_000) * 1000
    return Observation(attempt.url, attempt.content_sha256, attempt.size_bytes or 0, seen_ns, attempt.media_type)
