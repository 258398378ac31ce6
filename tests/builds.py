"""Builds for tests: each in a process of its own, forked from one that has imported Dagster, dbt and the rest.

Belongs here: how tests get a warehouse. Doesn't belong here: what the command line says (``tests.conftest``), which
``test_cli`` and ``test_build`` run as users do.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from dagster_project.build import BuildError
from dagster_project.build import build as build_warehouse
from dagster_project.settings import Settings
from dagster_project.stopping import Stopping

#: Imported once for all builds of a test process; this is half of what a small build costs.
PRELOADED = [
    "dagster_project.build",
    "dagster_project.definitions",
    "dbt.cli.main",
    "dbt.adapters.duckdb.impl",
    "expectations.validation",
    "expectations.validation_page",
]

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(PRELOADED)


@dataclass(frozen=True)
class StartedBuild:
    """A build that goes on in a process of its own."""

    process: BaseProcess
    said: Connection

    def finish(self) -> None:
        """Wait for its end.

        Raises:
            BuildError: as the build itself raised it, or because the process ended otherwise.

        """
        self.process.join()
        if self.process.exitcode != 0:
            try:
                raise BuildError(self.said.recv())
            except EOFError:
                raise BuildError(f"the build ended with {self.process.exitcode}") from None


def start(settings: Settings) -> StartedBuild:
    """Begin a build."""
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_build, args=(settings, theirs))
    process.start()
    theirs.close()
    return StartedBuild(process, ours)


def build(reports: Path, warehouse: Path) -> Path:
    """Build a warehouse from a directory.

    Raises:
        BuildError: as the build itself raised it.

    """
    start(Settings((reports.absolute(),), warehouse.absolute())).finish()
    return warehouse


def contents(warehouse: Path) -> dict[str, list[tuple]]:
    """All rows of all tables, sorted; the history of builds grows with each."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema, name from (show all tables) where name not in ('run_history', 'run_layouts', 'run_stages')"
        ).fetchall()
        return {f"{s}.{t}": connection.execute(f'from "{s}"."{t}" order by all').fetchall() for s, t in tables}


def built_once(paths: pytest.TempPathFactory, name: str, make: Callable[[Path], Path]) -> Path:
    """A warehouse that all processes of a test run share: the first that needs it builds it, the others wait."""
    shared = paths.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    warehouse = shared / name / f"{name}.duckdb"
    warehouse.parent.mkdir(exist_ok=True)
    with FileLock(shared / f"{name}.lock"):
        return warehouse if warehouse.exists() else make(warehouse)


def _build(settings: Settings, failure: Connection) -> None:
    for name in [name for name in os.environ if name.startswith(("GONGKAI_", "DAGSTER_HOME"))]:
        del os.environ[name]
    stopping = Stopping(settings.warehouse, failure.send)
    try:
        build_warehouse(settings, stopping=stopping)
    except BuildError as error:
        failure.send(str(error))
        sys.exit(1)
