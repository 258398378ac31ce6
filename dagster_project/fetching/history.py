"""What earlier attempts tell of an address: what it held, and by what to ask whether it still does.

Belongs here: reading the log of attempts for the next run. Doesn't belong here: writing it (``journal``).
"""

from collections.abc import Iterable
from typing import NamedTuple

from dagster_project.fetching.attempts import SUCCEEDED, Attempt


class Known(NamedTuple):
    """What an address held when it last answered; a shard's own bytes aren't kept."""

    content_sha256: str | None
    media_type: str | None
    etag: str | None
    last_modified: str | None
    last_asked: str


class History:
    """The addresses that the log knows, and those that the run going on is done with."""

    def __init__(self, attempts: Iterable[Attempt], run_id: str) -> None:
        self._run_id = run_id
        self._known: dict[str, Known] = {}
        #: Addresses for which this run has got its last answer.
        self.done: set[str] = set()
        for attempt in attempts:
            self.take(attempt)

    def take(self, attempt: Attempt) -> None:
        """Learn from an attempt."""
        if attempt.run_id == self._run_id and attempt.is_last and attempt.outcome not in {"put_off", "duplicate"}:
            self.done.add(attempt.url)
        if attempt.outcome not in SUCCEEDED or attempt.outcome == "duplicate":
            return
        before = self._known.get(attempt.url)
        if attempt.content_sha256 or attempt.outcome == "new":
            self._known[attempt.url] = Known(
                attempt.content_sha256, attempt.media_type, attempt.etag, attempt.last_modified, attempt.started_at
            )
        elif before:
            self._known[attempt.url] = before._replace(last_asked=attempt.started_at)

    def known(self, url: str) -> Known | None:
        """What an address held last."""
        return self._known.get(url)

    def conditions(self, url: str) -> dict[str, str]:
        """The headers that ask for an answer only where something has changed."""
        known = self._known.get(url)
        if known is None:
            return {}
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in headers.items() if value}

    def age_key(self, url: str) -> str:
        """Sorts addresses: those never got come first, then those asked for longest ago."""
        known = self._known.get(url)
        return known.last_asked if known else ""
