"""`make bench-national`: what the whole chain takes as the number of reports grows, and what each stage of it does.

Reports lie in Parquet shards, as text and as web pages; a build is a process of its own, with the processes that it
starts. Beside it, in one run: reading in one process and in two, and loading the cells against a bare Arrow table. The
page is written to ``docs/performance_national.md``. Belongs here: measuring. Nothing is asserted: a timed test is noise.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random

import duckdb
import pyarrow as pa
from pyarrow import parquet

from dagster_project.build_database import BuildDatabase
from dagster_project.extraction import read_documents
from dagster_project.landing import LandingStore, find_files
from dagster_project.memory import memory_limit
from dagster_project.reading.results import Tables, tables_of
from dagster_project.settings import PROJECT_DIRECTORY, SEEDS_DIRECTORY, Settings
from extract import ReportReader, load_catalogue
from tests import web_writer
from tests.benchmarks.corpus import agencies_and_years, report
from tests.benchmarks.identities import Identities, identities
from tests.report_writer import ReportWriter, Written

PAGE = PROJECT_DIRECTORY / "docs" / "performance_national.md"
SIZES = (1_000, 10_000)
#: Reports that are read in one process and in two, and loaded; how often.
READ_REPORTS, LOADED_REPORTS, ROUNDS = 4_000, 1_000, 3
SHARD_ROWS = 5_000
#: Larger warehouses aren't judged twice: it would take as long as to build them.
JUDGED_REPORTS = 10_000
#: One of so many reports is a web page.
WEB_PAGE_ONE_OF = 5
#: Seconds between two looks at the memory of a build; a look at gigabytes takes 30 milliseconds.
LOOK_SECONDS = 1.0
STAGES = ("landing", "reading", "models", "history", "checks", "publishing")


@dataclass(frozen=True)
class Build:
    """One build: reports, the bytes of their documents, seconds of each stage and of all, and the most memory.

    ``busy`` are the processor seconds of all its processes, ``stolen`` those that a virtual machine wanted meanwhile and
    its host gave to others.
    """

    reports: int
    size: int
    seconds: dict[str, float]
    wall: float
    peak: int
    busy: float
    stolen: float

    @property
    def milliseconds(self) -> float:
        """The time of a report."""
        return 1000 * self.wall / self.reports

    @property
    def busy_milliseconds(self) -> float:
        """The processor time of a report."""
        return 1000 * self.busy / self.reports


@dataclass(frozen=True)
class Reading:
    """Reading and loading: wall seconds, and processor seconds of the build's process and of those beside it."""

    reports: int
    wall: float
    own: float
    beside: float


def document(writer: ReportWriter, agency: str, year: int, number: int) -> tuple[str, bytes]:
    """A report with its address; of the same number always the same."""
    if number % WEB_PAGE_ONE_OF:
        return f"https://www.example.cn/{number}.txt", report(writer, agency, year, number).encode()
    title = f"{agency}{year}年政府信息公开工作年度报告"
    written = Written(writer.balanced("2021", Random(number)), title=title)
    return f"https://www.example.cn/{number}.html", web_writer.page(writer.blocks(written))


def write_shards(folder: Path, count: int) -> list[Path]:
    """The Parquet shards of so many reports, by a process for each core; those that are there are left as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    places = list(pairwise((*range(0, count, SHARD_ROWS), count)))
    shards = [folder / f"{number:05}-{last - first}.parquet" for number, (first, last) in enumerate(places)]
    published = agencies_and_years(count)
    missing = [
        (shard, first, published[first:last])
        for shard, (first, last) in zip(shards, places, strict=True)
        if not shard.exists()
    ]
    with ProcessPoolExecutor() as pool:
        list(pool.map(_write_shard, missing))
    return shards


def _write_shard(task: tuple[Path, int, list[tuple[str, int]]]) -> None:
    """One shard: its path, the number of its first report, and whose reports of which years it holds."""
    shard, first, published = task
    writer = ReportWriter(load_catalogue(SEEDS_DIRECTORY))
    rows = [document(writer, *one, number) for number, one in enumerate(published, first)]
    table = pa.table({"source_uri": [uri for uri, _ in rows], "content": [content for _, content in rows]})
    part = shard.with_suffix(".part")
    parquet.write_table(table, part, compression="zstd")
    part.rename(shard)


def some_shards(shards: list[Path], folder: Path) -> int:
    """A folder that has these shards and no other, as further names of the same files; bytes of their documents."""
    folder.mkdir()
    for shard in shards:
        os.link(shard, folder / shard.name)
    row = duckdb.sql(f"select sum(octet_length(content)) from read_parquet('{folder}/*.parquet')").fetchone()
    assert row
    return int(row[0])


def build(reports: Path, warehouse: Path, count: int, size: int) -> Build:
    """Build as a user does, and look at the memory of all its processes meanwhile."""
    command = [sys.executable, "-c", "from dagster_project.cli import main; main()", "build"]
    command += ["--reports", str(reports), "--warehouse", str(warehouse)]
    start, _, busy = _times()
    stolen, peak = stolen_seconds(), 0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while process.poll() is None:
        peak = max(peak, memory_of(process.pid), most_memory_of(process.pid))
        time.sleep(LOOK_SECONDS)
    end, _, busy_then = _times()
    stolen = stolen_seconds() - stolen
    if process.returncode and process.stderr:
        raise RuntimeError(process.stderr.read())
    lines = Settings((), warehouse).log.read_text(encoding="utf-8").splitlines()
    stages = [entry for entry in map(json.loads, lines) if entry.get("event") == "stage ended"]
    seconds = {entry["stage"]: entry["seconds"] for entry in stages}
    return Build(count, size, seconds, end - start, peak, busy_then - busy, stolen)


def stolen_seconds() -> float:
    """Processor seconds since the start that this machine's host gave to others; 0 where none is told."""
    try:
        fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
        return int(fields[8]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return 0.0


def memory_of(process: int) -> int:
    """Bytes of a process and of those that it started, what they share counted once."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        own = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return 0
    return own + sum(memory_of(int(child)) for child in children)


def most_memory_of(process: int) -> int:
    """The most bytes that a process alone ever had, by the kernel's own note: a second misses what is soon over."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return 0


def reading(writer: ReportWriter, folder: Path, count: int, rounds: int) -> dict[int, Reading]:
    """Reading and loading the same reports by so many processes, in turn; the quickest of some rounds of each."""
    write_shards(folder / "shards", count)
    store = LandingStore(folder / "landing")
    store.land(find_files([folder / "shards"]))
    reader, taken = ReportReader(writer.catalogue), {0: [], 1: [], 2: []}
    for number in range(rounds):
        for workers, readings in taken.items():
            before = _times()
            database = BuildDatabase(folder / f"{number}_{workers}.duckdb")
            read_documents(store, database, reader, again=False, workers=workers)
            readings.append([after - begun for after, begun in zip(_times(), before, strict=True)])
            say(f"{workers} processes: {readings[-1][0]:.1f} s, load {os.getloadavg()[0]:.1f}")
    return {workers: Reading(count, *min(times)) for workers, times in taken.items()}


def _times() -> tuple[float, float, float]:
    """Wall seconds, and processor seconds of this process and of those that it started and that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter(), time.process_time(), children.ru_utime + children.ru_stime


def loading(writer: ReportWriter, folder: Path) -> tuple[float, float, int]:
    """Seconds of loading the cells as a build does, of the bare Arrow table, and how many cells."""
    store, reader = LandingStore(folder / "landing"), ReportReader(writer.catalogue)
    some = store.documents()[:LOADED_REPORTS]
    tables = tables_of([(one, reader.read(store.document(one))) for one in some], "benchmark")
    cells: Tables = {"cells": tables["cells"]}
    ours: list[float] = []
    bare: list[float] = []
    for number in range(2 * ROUNDS):
        database = BuildDatabase(folder / f"ours_{number}.duckdb")
        database.create_staging()
        with database.loading() as load:
            ours.append(_seconds(partial(load, cells)))
        with duckdb.connect(str(folder / f"bare_{number}.duckdb")) as connection:
            connection.register("rows", cells["cells"])
            bare.append(_seconds(lambda: connection.execute("create table bare as from rows")))
    return statistics.median(ours), statistics.median(bare), cells["cells"].num_rows


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def page(
    builds: list[Build], read: dict[int, Reading], loaded: tuple[float, float, int], judged: dict[int, Identities]
) -> str:
    """What was measured, in Markdown."""
    lines = [
        "# Performance at the size of the nation",
        "",
        f"Written by `make bench-national` on {machine()}. Reports are generated, one in {WEB_PAGE_ONE_OF} a web page, in "
        f"Parquet shards; a build is all new, and DuckDB may take {memory_limit()} in it. Wall seconds; the ratios, taken in "
        "one run, are what counts.",
        "",
        "| reports | stage | seconds | reports a second | MB/s | ms a report |",
        "|--:|---|--:|--:|--:|--:|",
    ]
    for one in builds:
        stages = {stage: one.seconds[stage] for stage in STAGES if stage in one.seconds} | {"all": one.wall}
        for stage, seconds in stages.items():
            rates = f"{one.reports / seconds:.0f} | {one.size / seconds / 1e6:.2f} | {1000 * seconds / one.reports:.2f}"
            lines.append(f"| {one.reports:,} | {stage} | {seconds:.1f} | {rates} |")
    lines += [
        "",
        "Processor seconds that a host gives to other machines are lost to this one; with two cores, half of them are in its "
        "seconds while all cores are busy. Those that a build itself takes say how it grows, whatever the host does. The most "
        "memory is what all processes of a build had at one look a second, or what the kernel noted for its own process.",
        "",
        "| reports | seconds | ms a report | against the size before | processor ms a report | against the size before "
        "| most memory, MiB | processor seconds given to others |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for before, one in zip([None, *builds], builds, strict=False):
        grown = f"{one.milliseconds / before.milliseconds:.2f}" if before else "–"
        busier = f"{one.busy_milliseconds / before.busy_milliseconds:.2f}" if before else "–"
        lines.append(
            f"| {one.reports:,} | {one.wall:.0f} | {one.milliseconds:.2f} | {grown} | {one.busy_milliseconds:.2f} "
            f"| {busier} | {one.peak / 1024**2:.0f} | {one.stolen:.0f} |"
        )
    ours, bare, cells = loaded
    lines += [
        "",
        f"Reading and loading {read[0].reports:,} reports, by processes beside the build's own; the quickest round of each. "
        f"Two are {read[0].wall / read[2].wall:.2f} times as fast as the build alone, {read[1].wall / read[2].wall:.2f} times as fast as one.",
        "",
        "| processes | seconds | processor seconds of the build's own | of those beside it |",
        "|--:|--:|--:|--:|",
        *(f"| {n} | {one.wall:.1f} | {one.own:.1f} | {one.beside:.1f} |" for n, one in read.items()),
        "",
        f"Loading {cells:,} cells: {ours:.2f} s, a bare Arrow table {bare:.2f} s, ratio {ours / bare:.2f}.",
        "",
        "The identities' results, by the models between staging and them, and by one statement that is written by hand "
        "(`tests/benchmarks/identities.sql`) and says the same, row by row; processor seconds, the least of some rounds.",
        "",
        "| reports | results | models | by hand | ratio |",
        "|--:|--:|--:|--:|--:|",
        *(
            f"| {count:,} | {found.rows:,} | {found.models:.2f} | {found.by_hand:.2f} "
            f"| {found.models / found.by_hand:.2f} |"
            for count, found in judged.items()
        ),
        "",
    ]
    return "\n".join(lines)


def machine() -> str:
    """The machine by its processor, cores and memory, and how busy it is."""
    information = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in information if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores of {name}, {memory:.0f} GiB, load average {os.getloadavg()[0]:.1f}"


def main() -> None:
    """Measure, and write the page."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--reports", type=int, nargs="+", default=SIZES)
    arguments.add_argument("--folder", type=Path, help="a folder for what is written; a temporary one if left out")
    arguments.add_argument("--corpus", type=Path, help="shards are kept here, on the same disk, and taken from here")
    arguments.add_argument("--read", type=int, default=READ_REPORTS, help="reports that are read by so many processes")
    arguments.add_argument("--rounds", type=int, default=ROUNDS, help="how often reports are read by so many processes")
    chosen = arguments.parse_args()
    writer = ReportWriter(load_catalogue(SEEDS_DIRECTORY))
    with tempfile.TemporaryDirectory(dir=chosen.folder) as temporary:
        folder, builds = Path(temporary), list[Build]()
        judged: dict[int, Identities] = {}
        read = reading(writer, folder, chosen.read, chosen.rounds)
        loaded = loading(writer, folder)
        for count in sorted(chosen.reports):
            shards = write_shards(chosen.corpus or folder / "corpus", count)
            size = some_shards(shards, folder / f"{count}")
            builds.append(build(folder / f"{count}", folder / f"{count}.duckdb", count, size))
            if count <= JUDGED_REPORTS:
                judged[count] = identities(folder / f"{count}.duckdb")
            say(f"{count} reports: {builds[-1].wall:.0f} s, {builds[-1].peak / 1024**2:.0f} MiB")
            PAGE.write_text(page(builds, read, loaded, judged), encoding="utf-8")
    say(PAGE.read_text(encoding="utf-8"))


def say(sentence: str) -> None:
    """At once, also into a file."""
    print(sentence, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
