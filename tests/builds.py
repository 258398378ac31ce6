"""Builds for tests: each in a process of its own, forked from one that has imported Dagster, dbt and the rest.

Belongs here: how tests get a warehouse. Doesn't belong here: what the command line says (``conftest.gongkai``), which
``test_cli`` and ``test_build`` run as users do.
"""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

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
    """Build a warehouse from a directory; the test fails where the build does."""
    process = _CONTEXT.Process(target=_build, args=(Settings((reports.absolute(),), warehouse.absolute()),))
    process.start()
    process.join()
    assert process.exitcode == 0, f"the build of {warehouse.name} failed, see the captured standard error"
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


def _build(settings: Settings) -> None:
    from dagster_project.build import build as build_warehouse

    for name in [name for name in os.environ if name.startswith(("GONGKAI_", "DAGSTER_HOME"))]:
        del os.environ[name]
    build_warehouse(settings)
