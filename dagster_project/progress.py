"""Progress of long work: bars and spinners on a terminal, a plain line now and then where the output goes elsewhere.

Belongs here: what is shown while work goes on. Doesn't belong here: what is kept of it (``logs``, ``stages``).
"""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    track,
)

Item = TypeVar("Item")

#: Seconds between two plain lines of the same work.
LINE_EVERY = 10


def tracked(items: Sequence[Item], description: str) -> Iterable[Item]:
    """The items, with a bar and the time left on a terminal, else with a line every ten seconds."""
    console = Console(stderr=True)
    if console.is_terminal:
        return track(items, description, total=len(items), console=console)
    return _with_lines(items, description, console)


@contextmanager
def counted(total: int, description: str) -> Generator[Callable[[int], None]]:
    """A function that is told how many more are done: a bar with rate and time left on a terminal, else lines."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(total, description, console).advance
        return
    rate = TextColumn("{task.fields[rate]}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(description, total=total, rate="")

        def advance(count: int) -> None:
            speed = progress.tasks[0].speed
            progress.update(task, advance=count, rate=f"{speed:.0f}/s" if speed else "")

        yield advance


@contextmanager
def step(description: str) -> Generator[None]:
    """A step without a known length: a spinner on a terminal, else a line when it begins."""
    console = Console(stderr=True)
    if not console.is_terminal:
        _print(console, description)
        yield
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        progress.add_task(description, total=None)
        yield


def _with_lines(items: Sequence[Item], description: str, console: Console) -> Iterator[Item]:
    lines = _Lines(len(items), description, console)
    for item in items:
        lines.say()
        yield item
        lines.done += 1


class _Lines:
    """A line at the beginning, and one every ten seconds."""

    def __init__(self, total: int, description: str, console: Console) -> None:
        self._total, self._description, self._console = total, description, console
        self.done = 0
        self._start = self._said = time.monotonic()
        _print(console, f"{description}: {total}")

    def advance(self, count: int) -> None:
        """Take down that so many more are done."""
        self.done += count
        self.say()

    def say(self) -> None:
        """Print a line, when it is time for one."""
        now = time.monotonic()
        if now - self._said < LINE_EVERY:
            return
        rate = self.done / (now - self._start)
        left = (self._total - self.done) / rate if rate else 0
        self._said = now
        _print(
            self._console,
            f"{self._description}: {self.done} of {self._total}, {rate:.0f} a second, {left:.0f} s left",
        )


def _print(console: Console, line: str) -> None:
    console.print(line, soft_wrap=True, markup=False, highlight=False)
