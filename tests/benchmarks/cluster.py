"""``make bench-cluster``: shards read by two workers of a Dask cluster, one of which is killed, beside this process alone.

Writes ``docs/performance_cluster.md``: documents a second of both, and whether the rows are the same.
Belongs here: measuring. Doesn't belong here: the cluster's processes (``tests.dask_cluster``).
"""

import argparse
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import duckdb
import pyarrow as pa
from pyarrow import parquet

from dagster_project.cluster.folders import SUMMARY_NAME
from dagster_project.cluster.run import Done, extract_here, extract_on_cluster, shards_in
from dagster_project.settings import PROJECT_DIRECTORY, SEEDS_DIRECTORY
from extract import load_catalogue
from extract.frames import REPORT_TABLES
from tests.benchmarks.corpus import agencies_and_years
from tests.dask_cluster import cluster
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import LAYOUTS

PAGE = PROJECT_DIRECTORY / "docs" / "performance_cluster.md"
REPORTS, REPORTS_OF_A_SHARD, WORKERS = 200_000, 2_000, 2
#: Reports have the tables of so many that are drawn by chance, in turn, and titles of their own.
BODIES = 2_000
TITLE = "某某局2000年政府信息公开工作年度报告"
TABLES = (*REPORT_TABLES, "rejections")


def main() -> None:
    """Write shards, read them in both ways, compare, and write the page."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--reports", type=int, default=REPORTS)
    count = arguments.parse_args().reports
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        say(f"writing {count} reports")
        write_shards(folder / "shards", count)
        here = seconds_here(folder)
        say(f"this process: {here:.0f} s")
        there, were_read = seconds_of_cluster(folder)
        say(f"{WORKERS} workers, one killed: {there:.0f} s")
        differing = [t for t in TABLES if sum_of(folder / "here", t) != sum_of(folder / "there", t)]
        PAGE.write_text(page(count, here, there, were_read, differing, sum_of(folder / "here", "cells")[0]), "utf-8")
    say(PAGE.read_text("utf-8"))


def write_shards(folder: Path, count: int) -> None:
    """Parquet shards of reports of many layouts."""
    folder.mkdir()
    writer = ReportWriter(load_catalogue(SEEDS_DIRECTORY))
    layouts = list(LAYOUTS.values())
    bodies = [
        writer.text(Written(writer.balanced("2021", Random(n)), title=TITLE), layouts[n % len(layouts)])
        for n in range(min(BODIES, count))
    ]
    rows = _rows(bodies, count)
    for number in range(-(-count // REPORTS_OF_A_SHARD)):
        shard = list(islice(rows, REPORTS_OF_A_SHARD))
        parquet.write_table(pa.Table.from_pylist(shard), folder / f"part-{number:05d}.parquet")


def _rows(bodies: list[str], count: int) -> Iterator[dict[str, str]]:
    for number, (agency, year) in enumerate(agencies_and_years(count)):
        title = f"{agency}{year}年政府信息公开工作年度报告"
        text = bodies[number % len(bodies)].replace(TITLE, title)
        yield {"source_uri": f"https://example.gov.cn/{number}.txt", "content": text, "media_type": "text/plain"}


def seconds_here(folder: Path) -> float:
    """One process, no cluster."""
    begun = time.perf_counter()
    results = list(extract_here(shards_in([folder / "shards"]), folder / "here"))
    assert all(isinstance(result, Done) for result in results)
    return time.perf_counter() - begun


def seconds_of_cluster(folder: Path) -> tuple[float, int]:
    """Two workers, of which one is killed when a third of the shards is done; and how many shards were read."""
    shards, output = shards_in([folder / "shards"]), folder / "there"
    output.mkdir()
    with cluster(folder, workers=WORKERS) as running:
        begun = time.perf_counter()
        threading.Thread(target=_kill, args=(running.workers[0], output, len(shards) // 3), daemon=True).start()
        results = list(extract_on_cluster(shards, output, running.scheduler))
        taken = time.perf_counter() - begun
        assert running.workers[0].wait(10) == -9
    assert all(isinstance(result, Done) for result in results)
    return taken, len(results)


def _kill(worker: subprocess.Popen[bytes], output: Path, finished: int) -> None:
    while len(list(output.glob(f"*/{SUMMARY_NAME}"))) < finished:
        time.sleep(0.2)
    worker.kill()


def sum_of(output: Path, table: str) -> tuple[int, int]:
    """How many rows there are, and a number that any other row would change."""
    query = (
        f"select count(*), coalesce(sum(hash(rows)::hugeint), 0) from read_parquet('{output}/*/{table}.parquet') rows"
    )
    row = duckdb.sql(query).fetchone()
    assert row
    return row[0], row[1]


def page(count: int, here: float, there: float, shards: int, differing: list[str], cells: int) -> str:
    """The figures in Markdown."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    same = "the same" if not differing else f"NOT the same in {', '.join(differing)}"
    return f"""# Performance on a cluster

Written by `make bench-cluster`, on {os.cpu_count()} shared cores with {memory:.0f} GiB: {count:,} written reports in {shards} Parquet shards, read into Parquet. Wall seconds hold
what other work ran on the machine: what counts is that the rows are the same.

| read by | wall seconds | reports a second |
|---|--:|--:|
| this process | {here:.0f} | {count / here:,.0f} |
| {WORKERS} workers of a Dask cluster, one of them killed after a third | {there:.0f} | {count / there:,.0f} |

The rows of both ({cells:,} cells) are {same}.
"""


def say(sentence: str) -> None:
    """At once, also into a file."""
    print(sentence, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
