"""Fixtures of all tests: the catalogue, a reader, the command line, and warehouses built once."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dagster_project.settings import NO_TELEMETRY, PROJECT_DIRECTORY, SAMPLE_REPORTS, SEEDS_DIRECTORY
from extract import Catalogue, ReportReader, load_catalogue
from tests.builds import build, built_once
from tests.report_writer import ReportWriter

SHARED = PROJECT_DIRECTORY.parent / "shared"
GONGKAI = Path(sys.executable).parent / "gongkai"

os.environ.update(NO_TELEMETRY)

RunGongkai = Callable[..., subprocess.CompletedProcess[str]]


def gongkai(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the console script and return what it said."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GONGKAI_", "DAGSTER_HOME"))}
    command = [str(GONGKAI), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=clean | environment, check=False)


def shared(name: str) -> Path:
    """A folder of real reports beside the project; skips loudly where it is absent."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{folder.name}: the real reports are not beside the project, so nothing is measured on them")
    return folder


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """What a build or dbt sets in the environment ends with the test."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(SEEDS_DIRECTORY)


@pytest.fixture(scope="session")
def reader(catalogue: Catalogue) -> ReportReader:
    return ReportReader(catalogue)


@pytest.fixture(scope="session")
def writer(catalogue: Catalogue) -> ReportWriter:
    return ReportWriter(catalogue)


@pytest.fixture(scope="session")
def sample_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled sample reports, built once; tests only read it."""
    return built_once(tmp_path_factory, "samples", lambda warehouse: build(SAMPLE_REPORTS, warehouse))


@pytest.fixture(scope="session")
def seeds_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five real reports that the project began with, built once."""
    reports = shared("seeds")
    return built_once(tmp_path_factory, "seeds", lambda warehouse: build(reports, warehouse))
