"""Progress on a terminal: a bar over documents, a spinner over steps; nothing where nobody watches."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, track

Item = TypeVar("Item")


def tracked(items: Sequence[Item], description: str) -> Iterable[Item]:
    """The items, with a bar and the time left on a terminal."""
    console = Console(stderr=True)
    return track(items, description, total=len(items), console=console, disable=not console.is_terminal)


@contextmanager
def step(description: str) -> Generator[None]:
    """A step without a known length, with a spinner and the time it takes on a terminal."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        progress.add_task(description, total=None)
        yield
