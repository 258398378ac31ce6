"""`make bench`: what one new report costs in a warehouse of many, beside a run that finds nothing new.

Builds of one corpus, each a process of its own: all of it, then in turns nothing new and one report more. Writes
``docs/performance_incremental.md`` after each turn, so that what was measured stays when the rest is broken off.

Belongs here: measuring, and the page. Nothing is asserted. Doesn't belong here: the corpus (``corpus``).
"""

import argparse
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb

from dagster_project.build import build as build_warehouse
from dagster_project.settings import PROJECT_DIRECTORY, SEEDS_DIRECTORY, Settings
from extract import load_catalogue
from tests.benchmarks.corpus import report, write_corpus
from tests.builds import PRELOADED
from tests.report_writer import ReportWriter

REPORTS = 100_000
RUNS = 3
PAGE = PROJECT_DIRECTORY / "docs" / "performance_incremental.md"
#: Stages that take the same tenths of a second in all warehouses.
SHORT_STAGES = {"fetch_log", "freshness", "history"}
PAGE_TEMPLATE = """# What one new report costs

Written by `make bench` on {cores} cores with {memory:.0f} GB of memory, DuckDB {duckdb}: {count:,} reports as text files,
all new, then medians of {builds} builds without anything new and {builds} with one report more, in turns. At most
{most:,.0f} MB of memory, a warehouse of {size:,.0f} MB. Imports aren't counted.

| seconds | all new | nothing new | one report more | difference |
|---|--:|--:|--:|--:|
{rows}

Beyond a build that finds nothing new, one report costs {of_wall} of the wall seconds of a build of all, and {of_processors} of
its processors' seconds; at most 1 % is wanted. Builds of the same kind differ by themselves, in seconds of processors: nothing
new {nothing}; one report more {one}.
A difference below zero, or no larger than theirs, is none that can be told from noise.
"""

_CONTEXT = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Took:
    """What a build took: wall seconds of its stages and of all, seconds of all processors, and MB of memory at most."""

    stages: dict[str, float]
    wall: float
    processors: float
    most_memory: float


@dataclass(frozen=True)
class Row:
    """Seconds of something in the first build, in those without anything new, and in those with one report more."""

    name: str
    whole: float
    nothing: float
    one: float

    def line(self) -> str:
        """The row in Markdown."""
        return f"| {self.name} | {self.whole:,.1f} | {self.nothing:,.1f} | {self.one:,.1f} | {self._beyond:+,.1f} |"

    def share(self) -> str:
        """What the report costs as a share of the first build."""
        return f"{self._beyond / self.whole:.2%}"

    @property
    def _beyond(self) -> float:
        return self.one - self.nothing


def main() -> None:
    """Measure, telling how far it is, and write the page."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--reports", type=int, default=REPORTS)
    arguments.add_argument("--folder", type=Path, help="keep corpus and warehouse here; it must be empty")
    arguments.add_argument("--page", type=Path, default=PAGE)
    chosen = arguments.parse_args()
    if chosen.folder and chosen.folder.exists() and any(chosen.folder.iterdir()):
        arguments.error(f"{chosen.folder} isn't empty")
    _CONTEXT.set_forkserver_preload(PRELOADED)
    with tempfile.TemporaryDirectory() as temporary:
        measure(chosen.folder or Path(temporary), chosen.reports, chosen.page)


def measure(folder: Path, count: int, page: Path) -> None:
    """Build, build again, build with one more report, and write what each took."""
    writer = ReportWriter(load_catalogue(SEEDS_DIRECTORY))
    reports, warehouse = folder / "reports", folder / "incremental.duckdb"
    say(f"writing {count:,} reports into {folder}")
    write_corpus(writer, reports, count)
    whole = timed(reports, warehouse, "all new")
    nothing: list[Took] = []
    one: list[Took] = []
    for run in range(RUNS):
        nothing.append(timed(reports, warehouse, f"nothing new, {run + 1} of {RUNS}"))
        (reports / f"added_{run}.txt").write_text(
            report(writer, f"青石县水务{run}局", 2023, count + run), encoding="utf-8"
        )
        one.append(timed(reports, warehouse, f"one report more, {run + 1} of {RUNS}"))
        page.write_text(written(count, whole, nothing, one, warehouse.stat().st_size), encoding="utf-8")
    say(f"written: {page}")


def timed(reports: Path, warehouse: Path, what: str) -> Took:
    """Build in a process of its own, and say what it took."""
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_build, args=(Settings((reports.absolute(),), warehouse.absolute()), theirs))
    process.start()
    theirs.close()
    took = ours.recv()
    process.join()
    say(f"{what}: {took.wall:.1f} s, of processors {took.processors:.1f} s, {took.most_memory:,.0f} MB of memory")
    return took


def _build(settings: Settings, said: Connection) -> None:
    """Imports are made before, and not counted."""
    for name in [name for name in os.environ if name.startswith(("GONGKAI_", "DAGSTER_HOME"))]:
        del os.environ[name]
    start, processors = time.perf_counter(), time.process_time()
    stages = build_warehouse(settings)
    said.send(
        Took(
            {stage.stage: stage.seconds for stage in stages},
            time.perf_counter() - start,
            time.process_time() - processors,
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        )
    )


def written(count: int, whole: Took, nothing: Sequence[Took], one: Sequence[Took], size: int) -> str:
    """The page: a row for each stage, for all of them, and for the processors."""
    measures: dict[str, Callable[[Took], float]] = {
        stage: partial(_of_stage, stage) for stage in whole.stages if stage not in SHORT_STAGES
    }
    measures |= {"**all, wall**": lambda took: took.wall, "**all, processors**": lambda took: took.processors}
    rows = [
        Row(name, of(whole), statistics.median(map(of, nothing)), statistics.median(map(of, one)))
        for name, of in measures.items()
    ]
    return PAGE_TEMPLATE.format(
        count=count,
        cores=os.cpu_count(),
        memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3,
        duckdb=duckdb.__version__,
        builds=len(one),
        most=max(took.most_memory for took in (whole, *nothing, *one)),
        size=size / 1e6,
        rows="\n".join(row.line() for row in rows),
        of_wall=rows[-2].share(),
        of_processors=rows[-1].share(),
        nothing=", ".join(f"{took.processors:,.1f}" for took in nothing),
        one=", ".join(f"{took.processors:,.1f}" for took in one),
    )


def _of_stage(stage: str, took: Took) -> float:
    return took.stages[stage]


def say(sentence: str) -> None:
    """At once, also into a file, and when."""
    print(f"{time.strftime('%H:%M:%S')} {sentence}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
