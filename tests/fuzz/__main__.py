"""``make fuzz``: reads damaged documents of every format; exit 1 where one crashes, hangs or raises.

Belongs here: the command. Doesn't belong here: damaging, reading, watching, adding up.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from dagster_project.settings import PROJECT_DIRECTORY, SEEDS_DIRECTORY
from extract import load_catalogue
from tests.fuzz.mutations import DamagedCases
from tests.fuzz.summary import Summary
from tests.fuzz.watch import outcomes

#: Letters of a line where the summary goes into a file.
WIDTH_OF_A_FILE = 160
FAULTS = PROJECT_DIRECTORY / "data" / "fuzz"


def main() -> int:
    options = _options()
    cases = DamagedCases(options.seed)
    case = cases(load_catalogue(SEEDS_DIRECTORY))
    summary = Summary(options.faults, options.seed)
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH_OF_A_FILE)
    with (
        tempfile.TemporaryDirectory() as traces,
        Progress(console=console, disable=not console.is_terminal) as progress,
    ):
        task = progress.add_task("Reading damaged documents", total=options.documents)
        numbers = _numbers(range(options.first, options.first + options.documents), options.seconds)
        for outcome in outcomes(numbers, cases, options.workers, options.limit, Path(traces)):
            summary.add(outcome, case(outcome.key))
            progress.update(task, advance=1, description=f"Reading damaged documents, {len(summary.faults)} faults")
            if not console.is_terminal and summary.documents % 1000 == 0:
                console.print(f"{summary.documents} documents, {len(summary.faults)} faults")
    summary.show(console)
    return 0 if summary.is_good else 1


def _numbers(numbers: range, seconds: float) -> Iterator[int]:
    """The numbers, as long as there is time."""
    end = time.monotonic() + seconds
    for number in numbers:
        if time.monotonic() > end:
            return
        yield number


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000, help="how many documents")
    parser.add_argument("--seconds", type=float, default=600, help="stop after so many seconds")
    parser.add_argument("--seed", type=int, default=1, help="another one makes other documents")
    parser.add_argument("--first", type=int, default=0, help="the number of the first document: one fault again")
    parser.add_argument("--workers", type=int, choices=(1, 2), default=1, help="processes that read")
    parser.add_argument("--limit", type=float, default=20, help="a document that takes more seconds hangs")
    parser.add_argument("--faults", type=Path, default=FAULTS, help="folder for documents behind faults")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
