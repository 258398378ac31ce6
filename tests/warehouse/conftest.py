"""What tests of the warehouse share: a folder of reports, a landing store, and both kinds of shards."""

from pathlib import Path

import pytest

from dagster_project.landing import LandingStore
from tests.shard_files import Writer, write_lines, write_parquet


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    return folder


@pytest.fixture
def store(tmp_path: Path) -> LandingStore:
    return LandingStore(tmp_path / "landing")


@pytest.fixture(params=[write_parquet, write_lines])
def write(request: pytest.FixtureRequest) -> Writer:
    return request.param
