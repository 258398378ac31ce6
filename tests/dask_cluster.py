"""A Dask cluster of processes for the tests: a scheduler, and workers that can be killed.

Belongs here: starting and ending it. Doesn't belong here: what it works on.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dagster_project.settings import PROJECT_DIRECTORY

START_SECONDS = 60


@dataclass(frozen=True)
class Cluster:
    """The scheduler's address, and its workers' processes."""

    scheduler: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def cluster(folder: Path, workers: int) -> Generator[Cluster]:
    """A scheduler and so many workers of one thread each; none is begun anew when it ends."""
    address = folder / "scheduler.json"
    with ExitStack() as stack, (folder / "cluster.log").open("wb") as log:

        def start(role: str, *options: str) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", f"distributed.cli.dask_{role}", "--scheduler-file", str(address), *options]
            environment = os.environ | {"PYTHONPATH": str(PROJECT_DIRECTORY), "POLARS_MAX_THREADS": "1"}
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment)
            stack.callback(_end, process)
            return process

        start("scheduler", "--port", "0", "--no-dashboard")
        _wait_for(address)
        one = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
        processes = [start("worker", *one) for _ in range(workers)]
        yield Cluster(_address_in(address), processes)


def _wait_for(address: Path) -> None:
    begun = time.monotonic()
    while not address.exists() or not address.stat().st_size:
        if time.monotonic() - begun > START_SECONDS:
            raise TimeoutError
        time.sleep(0.1)


def _address_in(path: Path) -> str:
    return json.loads(path.read_text())["address"]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
