"""`make bench`: what one new report costs in a warehouse of many, beside a run that finds nothing new.

Three builds of one corpus, each a process of its own: all of it, nothing new, one report more. The last two are
repeated and the medians compared. Belongs here: measuring. Nothing is asserted.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from dagster_project.settings import SEEDS_DIRECTORY
from extract import load_catalogue
from tests.benchmarks.corpus import report, write_corpus
from tests.builds import build
from tests.report_writer import ReportWriter

REPORTS = 100_000
RUNS = 3


def main() -> None:
    """Print seconds of the three builds, and what the new report takes as a share of the first."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--reports", type=int, default=REPORTS)
    arguments.add_argument("--folder", type=Path, help="keep corpus and warehouse here")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        measure(chosen.folder or Path(temporary), chosen.reports)


def measure(folder: Path, count: int) -> None:
    """Build, build again, build with one more report, and print what each took."""
    writer = ReportWriter(load_catalogue(SEEDS_DIRECTORY))
    reports, warehouse = folder / "reports", folder / "incremental.duckdb"
    say("writing reports")
    write_corpus(writer, reports, count)
    whole = seconds(reports, warehouse)
    say(f"{count} reports, all new: {whole:.1f} s")
    nothing, one = [], []
    for run in range(RUNS):
        nothing.append(seconds(reports, warehouse))
        (reports / f"added_{run}.txt").write_text(
            report(writer, f"青石县水务{run}局", 2023, count + run), encoding="utf-8"
        )
        one.append(seconds(reports, warehouse))
        say(f"nothing new: {nothing[-1]:.1f} s, one report more: {one[-1]:.1f} s")
    beyond = statistics.median(one) - statistics.median(nothing)
    say(f"one report beyond a run that finds nothing: {beyond:.1f} s, {beyond / whole:.2%} of the whole (at most 1 %)")


def seconds(reports: Path, warehouse: Path) -> float:
    """Wall seconds of one build, imports left out."""
    start = time.perf_counter()
    build(reports, warehouse)
    return time.perf_counter() - start


def say(sentence: str) -> None:
    """At once, also into a file."""
    print(sentence, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
