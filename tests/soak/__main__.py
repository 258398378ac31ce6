"""``make soak``: builds that are killed at random moments, with readers beside them; exit 1 where anything went wrong.

Belongs here: the command, the comparison with one clean build, the summary. Doesn't belong here: a build
(``killing``), the reports (``corpus``), readers (``readers``).
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing import forkserver
from pathlib import Path
from random import Random

from rich.console import Console

from dagster_project.settings import Settings
from tests.builds import contents, start
from tests.soak.corpus import Corpus
from tests.soak.killing import Builds, Tally
from tests.soak.readers import STAYS, Reader, Readings


def main() -> int:
    options = _options()
    return _side_by_side(options) if options.warehouses > 1 else _soak(options)


def _side_by_side(options: argparse.Namespace) -> int:
    """Several warehouses at once, of which each has its share of the builds, and moments of its own."""
    builds = -(-options.builds // options.warehouses)
    command = [sys.executable, "-m", "tests.soak", "--warehouses", "1", "--builds", str(builds)]
    command += ["--seconds", str(options.seconds), *(("--folder", str(options.folder)) if options.folder else ())]
    seeds = range(options.seed, options.seed + options.warehouses)
    soaks = [subprocess.Popen([*command, "--seed", str(seed)]) for seed in seeds]
    return max(soak.wait() for soak in soaks)


def _soak(options: argparse.Namespace) -> int:
    random, tally = Random(options.seed), Tally()
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False, markup=False)
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="gongkai-soak-", dir=options.folder))
    _write_into(folder / "builds.log")
    builds = Builds(Corpus(folder / "reports", random), folder / "soak.duckdb", random, tally)
    begun = time.monotonic()
    builds.run(0)
    readers = [Reader(builds.settings.warehouse, stay) for stay in STAYS]
    for number in range(1, options.builds - 1):
        if time.monotonic() - begun > options.seconds:
            break
        builds.run(number)
        _progress(console, tally, time.monotonic() - begun)
    builds.finish(options.builds - 1)
    readings = [_stop(reader) for reader in readers]
    tally.faults += _differences(builds.settings, folder)
    _summary(console, tally, readings, len(builds.store.documents()), time.monotonic() - begun)
    is_good = not tally.faults and not any(reading.errors for reading in readings)
    if is_good:
        shutil.rmtree(folder)
    else:
        console.print(f"what is left lies in {folder}")
    return 0 if is_good else 1


def _stop(reader: Reader) -> Readings:
    try:
        return reader.stop()
    except EOFError:
        return Readings(errors=["a reader crashed"])


def _differences(settings: Settings, folder: Path) -> list[str]:
    """Tables that differ from those of one build of the same landing store that nothing disturbed."""
    landing = shutil.copytree(settings.landing, folder / "landing")
    clean = Settings((), folder / "clean.duckdb", landing_url=str(landing))
    start(clean).finish()
    ours, theirs = contents(settings.warehouse), contents(clean.warehouse)
    return [
        f"{table} isn't as in a clean build" for table in ours.keys() | theirs if ours.get(table) != theirs.get(table)
    ]


def _write_into(log: Path) -> None:
    """What processes of builds and readers write goes into a file: they are forked from a server that begins here."""
    kept = os.dup(1), os.dup(2)
    with log.open("wb") as file:
        for number in (1, 2):
            os.dup2(file.fileno(), number)
        forkserver.ensure_running()
    for number, descriptor in enumerate(kept, start=1):
        os.dup2(descriptor, number)
        os.close(descriptor)


def _progress(console: Console, tally: Tally, seconds: float) -> None:
    ends = ", ".join(f"{count} {end}" for end, count in tally.ends.items())
    builds = sum(tally.ends.values())
    console.print(f"{builds} builds in {seconds / 60:.1f} minutes: {ends}; {len(tally.faults)} faults")


def _summary(console: Console, tally: Tally, readings: list[Readings], documents: int, seconds: float) -> None:
    console.print(f"{sum(tally.ends.values())} builds in {seconds / 60:.0f} minutes")
    for end, count in tally.ends.most_common():
        console.print(f"  {count} {end}")
    if tally.kills:
        tenths = [sum(1 for kill in tally.kills if tenth <= kill * 10 < tenth + 1) for tenth in range(10)]
        console.print(f"kills by tenth of a build's length: {' '.join(map(str, tenths))}")
    console.print(f"a build that finished took {statistics.median(tally.seconds):.1f} s (median)")
    console.print(f"{documents} documents landed, each as it was found")
    for stay, reading in zip(STAYS, readings, strict=True):
        console.print(
            f"readers that stay {stay:g} s: {reading.connections} connections, {reading.queries} queries, "
            f"{len(reading.versions)} versions seen, {len(reading.errors)} errors"
        )
    for fault in [*tally.faults, *(error for reading in readings for error in reading.errors)][:50]:
        console.print(f"FAULT: {fault}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--builds", type=int, default=200, help="how many builds, killed ones among them")
    parser.add_argument("--warehouses", type=int, default=2, help="built side by side, each its share of the builds")
    parser.add_argument("--seconds", type=float, default=7200, help="begin no build after so many seconds")
    parser.add_argument("--seed", type=int, default=1, help="another one kills at other moments")
    parser.add_argument("--folder", type=Path, help="where to work, made if missing; kept when something went wrong")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
