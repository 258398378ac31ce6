"""One build of the soak: left alone, stopped by SIGTERM, or killed at a random moment; and what must hold after it.

Belongs here: a build and its judgement. Doesn't belong here: how many there are (``__main__``).
"""

import signal
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import duckdb

from dagster_project.build import BuildError
from dagster_project.landing import LandingStore
from dagster_project.settings import Settings
from tests.builds import contents, start
from tests.soak.corpus import Corpus
from tests.soak.readers import disagreements, state

#: The share of builds that are killed, and of those that are asked to stop.
KILLED, STOPPED = 0.65, 0.1


@dataclass
class Tally:
    """What became of the builds; ``faults`` are sentences."""

    ends: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Builds:
    """Builds of one warehouse from a corpus that changes."""

    def __init__(self, corpus: Corpus, warehouse: Path, random: Random, tally: Tally) -> None:
        self.settings = Settings((corpus.folder,), warehouse)
        self.store = LandingStore(self.settings.landing)
        self._corpus, self._random, self._tally = corpus, random, tally

    def run(self, number: int) -> None:
        """Change the corpus, build or break a build off, and judge what is there afterwards."""
        self._corpus.change(number)
        before = _published(self.settings)
        chance = self._random.random()
        # the first build and the last ones show how long a build takes, and that one can end
        if not self._tally.seconds or chance > KILLED + STOPPED:
            self._finish(number, before)
        else:
            self._break_off(number, signal.SIGKILL if chance < KILLED else signal.SIGTERM, before)
        self._judge(number)

    def finish(self, number: int) -> None:
        """A build that is left alone, and judged."""
        self._finish(number, _published(self.settings))
        self._judge(number)

    def _finish(self, number: int, before: str | None) -> None:
        begun = time.monotonic()
        try:
            start(self.settings).finish()
        except BuildError as error:
            self._fault(number, f"was left alone and failed: {error}")
            self._tally.ends["failed"] += 1
            return
        self._tally.seconds.append(time.monotonic() - begun)
        self._tally.ends["finished"] += 1
        self._corpus.landed |= self._corpus.hashes()
        if _published(self.settings) == before:
            self._fault(number, "finished and published nothing")
        if unfinished := unfinished_runs(self.settings):
            self._fault(number, f"left {unfinished} runs that seem to go on")

    def _break_off(self, number: int, how: signal.Signals, before: str | None) -> None:
        longest = max(self._tally.seconds[-5:]) * 1.05
        moment = self._random.uniform(0, longest)
        build = start(self.settings)
        build.process.join(moment)
        was_alive = build.process.is_alive()
        if was_alive and build.process.pid:
            build.process.kill() if how == signal.SIGKILL else build.process.terminate()
        said = ""
        try:
            build.finish()
        except BuildError as error:
            said = str(error)
        if build.process.exitcode == 0:
            self._tally.ends["finished before it was to be stopped"] += 1
            self._corpus.landed |= self._corpus.hashes()
        elif how == signal.SIGTERM and was_alive:
            self._tally.ends["stopped by SIGTERM"] += 1
            self._stopped_in_order(number, build.process.exitcode, said, before)
        elif build.process.exitcode == -how:
            self._tally.ends["killed"] += 1
            self._tally.kills.append(moment / longest)
        else:
            self._fault(number, f"ended with {build.process.exitcode}: {said}")

    def _stopped_in_order(self, number: int, code: int | None, said: str, before: str | None) -> None:
        # a process that has just begun doesn't wait for signals yet
        if code == -signal.SIGTERM and not said:
            return
        if code != 1 or "stopped by SIGTERM" not in said or _published(self.settings) != before:
            self._fault(number, f"was asked to stop, ended with {code} and said {said!r}")

    def _judge(self, number: int) -> None:
        for said in [*_whole(self.settings.warehouse), *self._corpus.lost(self.store)]:
            self._fault(number, said)

    def _fault(self, number: int, said: str) -> None:
        self._tally.faults.append(f"build {number} {said}")
        print("FAULT:", self._tally.faults[-1], flush=True)  # noqa: T201


def _published(settings: Settings) -> str | None:
    """The run whose warehouse is published."""
    if not settings.warehouse.exists():
        return None
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return str(state(connection)["run_id"])


def _whole(warehouse: Path) -> list[str]:
    """What is wrong with the published file: each block of it is read."""
    if not warehouse.exists():
        return []
    try:
        contents(warehouse)
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            return disagreements(state(connection))
    except duckdb.Error as error:
        return [f"left a warehouse that can't be read: {error}"]


def unfinished_runs(settings: Settings) -> int:
    """The runs that Dagster's UI would show as going on."""
    runs = settings.state / "dagster" / "history" / "runs.db"
    with sqlite3.connect(runs) as connection:
        query = "select count(*) from runs where status not in ('SUCCESS', 'FAILURE', 'CANCELED')"
        return connection.execute(query).fetchone()[0]
