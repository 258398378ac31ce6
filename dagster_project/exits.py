"""How a command ends early: a sentence on standard error, and the code that says whose the fault is."""

from typing import NoReturn

import typer
from rich.console import Console

FAILED, BAD_USAGE = 1, 2


def stop(message: str, code: int) -> NoReturn:
    """End the command; 1: the run failed, 2: bad usage."""
    Console(stderr=True).print(f"gongkai: {message}", soft_wrap=True, markup=False, highlight=False)
    raise typer.Exit(code)
