"""Builds for tests: each in a process of its own, forked from one that has imported Dagster, dbt and the rest.

Belongs here: how tests get a warehouse. Doesn't belong here: what the command line says (``conftest.gongkai``), which
``test_cli`` and ``test_build`` run as users do.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from filelock import FileLock

from dagster_project.build import BuildError
from dagster_project.build import build as build_warehouse
from dagster_project.settings import Settings

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


def build(reports: Path, warehouse: Path) -> Path:
    """Build a warehouse from a directory.

    Raises:
        BuildError: as the build itself raised it.

    """
    settings = Settings((reports.absolute(),), warehouse.absolute())
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_build, args=(settings, theirs))
    process.start()
    theirs.close()
    process.join()
    if process.exitcode != 0:
        raise BuildError(ours.recv() if ours.poll() else f"the build ended with {process.exitcode}")
    return warehouse


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
    try:
        build_warehouse(settings)
    except BuildError as error:
        failure.send(str(error))
        sys.exit(1)
