"""What the tests of fetching share: a site, a store, and short patience."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dagster_project.fetching.attempts import Attempt
from dagster_project.fetching.journal import attempts_of, segments
from dagster_project.fetching.run import SourceResult, fetch
from dagster_project.fetching.sources import Sources
from dagster_project.landing import LandingStore
from tests.fetching.site import Site

#: Patience for a machine next door.
MANNERS: dict[str, Any] = {
    "seconds_between_requests": 0,
    "longest_wait_seconds": 2,
    "connect_seconds": 2,
    "request_seconds": 1,
    "attempts": 2,
    "retry_seconds": 0.02,
    "failures_of_a_host": 100,
    "max_bytes": 200_000,
    "allow_private_addresses": True,
}


class Fetching:
    """A store with its journal, and runs over sources that a test describes."""

    def __init__(self, folder: Path) -> None:
        self.landing = folder / "landing"
        self.store = LandingStore(self.landing)
        self.state = folder / "fetching"

    def run(self, *sources: dict[str, Any], only: tuple[str, ...] = (), **settings: Any) -> list[SourceResult]:
        """A run; manners given are those of all sources."""
        manners = MANNERS | settings.pop("manners", {})
        described = [{"manners": manners} | source for source in sources]
        return fetch(Sources.model_validate({"sources": described} | settings), self.store, self.state, only=only)

    def attempts(self) -> list[Attempt]:
        return [attempt for segment in segments(self.store) for attempt in attempts_of(self.store, segment)]

    def last_run(self) -> list[Attempt]:
        attempts = self.attempts()
        return [attempt for attempt in attempts if attempt.run_id == attempts[-1].run_id]

    def outcomes(self) -> dict[str, str]:
        """How each address ended in the last run, by its path; robots.txt left out."""
        ended = (attempt for attempt in self.last_run() if attempt.is_last and attempt.purpose != "robots")
        return {"/" + attempt.url.split("/", 3)[3]: attempt.outcome for attempt in ended}

    def documents(self) -> dict[str, bytes]:
        """What the warehouse would read, by path; the last content of each address."""
        return {
            "/" + one.source_uri.split("/", 3)[3]: self.store.document(one).content for one in self.store.documents()
        }

    def check_contents(self) -> int:
        """Every content is whole and has its hash, and nothing half-written lies about; how many there are."""
        files = [path for path in self.landing.rglob("*") if path.is_file()]
        assert [path for path in files if path.suffix == ".part"] == []
        contents = [path for path in files if path.parent.parent.name == "contents"]
        for path in contents:
            assert hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest() == path.name.removesuffix(".gz")
        return len(contents)


@pytest.fixture
def fetching(tmp_path: Path) -> Fetching:
    return Fetching(tmp_path)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as started:
        yield started


def pages(*urls: str, name: str = "listed", **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": "pages", "urls": list(urls)} | more


def index(*urls: str, name: str = "index", **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": "index", "urls": list(urls), "links": r"/report"} | more
