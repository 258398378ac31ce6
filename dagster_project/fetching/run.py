"""One run of fetching: alone on its store, and the continuation of a run that was killed.

Belongs here: the lock, the run's number, the order of sources, the summary. Doesn't belong here: the sources'
own ways (``crawl``, ``files``).
"""

import asyncio
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from dagster_project.fetching.attempts import SUCCEEDED, Attempt, Outcome
from dagster_project.fetching.crawl import Crawl
from dagster_project.fetching.files import BucketLook, look_into_folder
from dagster_project.fetching.history import History
from dagster_project.fetching.journal import Journal, attempts_of, recover, segments
from dagster_project.fetching.sources import BucketSource, FolderSource, IndexSource, PagesSource, Source, Sources
from dagster_project.landing import LandingStore

#: A run that was killed longer ago isn't gone on with: its pages may have changed.
RESUMED_WITHIN = timedelta(hours=24)


class FetchError(RuntimeError):
    """The run couldn't be done; what it had got is kept. The message is for the user."""


@dataclass
class SourceResult:
    """What a run brought from one source: how addresses ended, robots.txt left out."""

    name: str
    kind: str
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    new_documents: int = 0
    documents_linked: int = 0

    def take(self, attempt: Attempt) -> None:
        """Count an attempt."""
        if attempt.is_last and attempt.purpose != "robots":
            self.outcomes[attempt.outcome] = self.outcomes.get(attempt.outcome, 0) + 1
            self.documents_linked += attempt.documents_linked or 0
            is_document = attempt.purpose in {"document", "attachment", "shard_row"}
            self.new_documents += is_document and attempt.outcome == "new"

    @property
    def succeeded(self) -> int:
        """Addresses that answered."""
        return sum(count for outcome, count in self.outcomes.items() if outcome in SUCCEEDED)

    @property
    def failed(self) -> int:
        """Addresses that didn't, for whatever reason."""
        return sum(self.outcomes.values()) - self.succeeded


def fetch(
    sources: Sources,
    store: LandingStore,
    state: Path,
    *,
    only: Sequence[str] = (),
    without: frozenset[Path] = frozenset(),
    track: Callable[[Attempt], None] = lambda _: None,
) -> list[SourceResult]:
    """Bring what is new from the sources into the store.

    ``state`` is a folder of this machine for the journal; ``without`` are files and folders that no folder source
    looks into; ``track`` is told of every attempt.

    Raises:
        SourcesError: ``only`` names a source that isn't there.
        FetchError: another run is going on, or the store can't be read or written.

    """
    chosen = sources.only(tuple(only))
    state.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(state / "fetch.lock", timeout=0):
            return _run(sources, chosen, store, state, without, track)
    except Timeout as error:
        raise FetchError("another fetch is going on") from error
    except OSError as error:
        raise FetchError(_said(error)) from error
    except ExceptionGroup as group:
        stored, others = group.split(OSError)
        if others or stored is None:
            raise
        raise FetchError(_said(stored)) from group


def _run(
    sources: Sources,
    chosen: Sequence[Source],
    store: LandingStore,
    state: Path,
    without: frozenset[Path],
    track: Callable[[Attempt], None],
) -> list[SourceResult]:
    journal_folder, mark = state / "journal", state / "run.json"
    recover(journal_folder, store)
    run_id = _begin(mark)
    journal = Journal(journal_folder, store, run_id)
    history = History((a for segment in segments(store) for a in attempts_of(store, segment)), run_id)
    results = {source.name: SourceResult(source.name, source.kind) for source in chosen}

    def write_down(attempt: Attempt) -> None:
        journal.add(attempt)
        results[attempt.source].take(attempt)
        track(attempt)

    for source in chosen:
        if isinstance(source, FolderSource):
            look_into_folder(source, store, run_id, write_down, without=without)
        elif isinstance(source, BucketSource):
            BucketLook(source, store, history, run_id, write_down).look()
    pages = [source for source in chosen if isinstance(source, PagesSource | IndexSource)]
    asyncio.run(Crawl(sources, store, history, run_id, write_down).run(pages))
    journal.hand_over()
    mark.unlink()
    return list(results.values())


def _begin(mark: Path) -> str:
    """The number of the run: a new one, or that of a run which was killed lately."""
    try:
        run = json.loads(mark.read_bytes())
        if datetime.now(UTC) - datetime.fromisoformat(run["started_at"]) < RESUMED_WITHIN:
            return str(run["run_id"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        pass
    started_at = datetime.now(UTC)
    run_id = f"{started_at:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    part = mark.with_suffix(".part")
    part.write_text(json.dumps({"run_id": run_id, "started_at": started_at.isoformat()}), encoding="utf-8")
    part.replace(mark)
    return run_id


def _said(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
