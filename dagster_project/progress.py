"""Progress of long work: bars and spinners on a terminal, a plain line now and then where the output goes elsewhere.

Belongs here: what is shown while work goes on. Doesn't belong here: what is kept of it (``logs``, ``stages``).
"""

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, track

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
    _print(console, f"{description}: {len(items)}")
    start = said = time.monotonic()
    for number, item in enumerate(items):
        now = time.monotonic()
        if now - said >= LINE_EVERY:
            said, rate = now, number / (now - start)
            left = (len(items) - number) / rate if rate else 0
            _print(console, f"{description}: {number} of {len(items)}, {rate:.0f} a second, {left:.0f} s left")
        yield item


def _print(console: Console, line: str) -> None:
    console.print(line, soft_wrap=True, markup=False, highlight=False)
