"""``gongkai fetch``: fetching with a line of progress, and a table of what came."""

from collections import Counter

from rich.console import Console
from rich.status import Status
from rich.table import Table

from dagster_project.fetching.attempts import Attempt
from dagster_project.fetching.run import FetchError, SourceResult, fetch
from dagster_project.fetching.sources import load_sources
from dagster_project.landing import LandingStore
from dagster_project.settings import Settings

__all__ = ["FetchError", "fetch_and_print"]


def fetch_and_print(settings: Settings, only: tuple[str, ...], console: Console) -> None:
    """Fetch from the sources file of the settings and print what came.

    Raises:
        SourcesError: the sources file can't be used, or names no such source.
        FetchError: see ``fetch``.

    """
    if settings.sources is None:
        raise FetchError("no sources file is named")
    sources = load_sources(settings.sources)
    sources.only(only)
    store = LandingStore(settings.landing_location)
    without = frozenset((settings.warehouse, settings.state))
    progress = _Progress()
    with progress.status:
        results = fetch(sources, store, settings.fetching, only=only, without=without, track=progress.take)
    _print_results(results, console)


class _Progress:
    """What has come so far, on a terminal."""

    def __init__(self) -> None:
        self.status = Status("Fetching", console=Console(stderr=True))
        self._counts: Counter[str] = Counter()

    def take(self, attempt: Attempt) -> None:
        """Count an attempt."""
        self._counts[attempt.outcome] += 1
        said = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in self._counts.most_common(5))
        self.status.update(f"Fetching: {said}")


def _print_results(results: list[SourceResult], console: Console) -> None:
    table = Table(title="Sources", title_justify="left", title_style="bold")
    for column in ("source", "kind", "new documents", "answered", "failed", "outcomes"):
        table.add_column(column, overflow="fold")
    for result in results:
        outcomes = sorted(result.outcomes.items(), key=lambda item: (-item[1], item[0]))
        said = ", ".join(f"{count} {outcome}" for outcome, count in outcomes)
        numbers = (result.new_documents, result.succeeded, result.failed)
        table.add_row(result.name, result.kind, *map(str, numbers), said or "nothing to ask for")
    console.print(table)
