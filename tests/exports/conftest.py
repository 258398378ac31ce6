"""Warehouses to export: the samples, and a copy in which documents say what they shouldn't."""

import shutil
from pathlib import Path

import pytest

from dagster_project.dbt_project import load_manifest
from dagster_project.exports.tables import Manifest
from dagster_project.settings import Settings
from tests.exports.hostile import make_hostile


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    return load_manifest(Settings.from_environment())


@pytest.fixture(scope="module")
def hostile_warehouse(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = Path(shutil.copy(sample_warehouse, tmp_path_factory.mktemp("hostile") / "w.duckdb"))
    make_hostile(warehouse)
    return warehouse
