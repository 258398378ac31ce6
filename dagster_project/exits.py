"""How a command speaks to its user, and how it ends early: a sentence on standard error, and a code.

The code says whose the fault is.
"""

from typing import NoReturn

import typer
from rich.console import Console

FAILED, BAD_USAGE = 1, 2


def say(message: str) -> None:
    """A sentence for the user."""
    Console(stderr=True).print(f"gongkai: {message}", soft_wrap=True, markup=False, highlight=False)


def stop(message: str, code: int) -> NoReturn:
    """End the command; 1: the run failed, 2: bad usage."""
    say(message)
    raise typer.Exit(code)
