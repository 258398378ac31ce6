"""Warehouses to export, the samples and a copy in which documents say what they shouldn't, and a server to take them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dagster_project.dbt_project import load_manifest
from dagster_project.exports.tables import Manifest
from dagster_project.settings import Settings
from tests.exports.hostile import make_hostile
from tests.postgres import postgres


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    return load_manifest(Settings.from_environment())


@pytest.fixture(scope="module")
def hostile_warehouse(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = Path(shutil.copy(sample_warehouse, tmp_path_factory.mktemp("hostile") / "w.duckdb"))
    make_hostile(warehouse)
    return warehouse


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgres() as dsn:
        yield dsn
