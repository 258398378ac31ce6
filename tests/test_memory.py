"""DuckDB's memory in a build: the user's limit, else a share of the machine's or the container's."""

from pathlib import Path

import pytest

from dagster_project import memory
from dagster_project.build_database import BuildDatabase
from dagster_project.settings import Settings


def test_the_users_limit_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_MEMORY", "300MiB")
    settings = Settings((), tmp_path / "w.duckdb")
    with BuildDatabase(settings.build_database).connect() as connection:
        assert connection.execute("select current_setting('memory_limit')").fetchone() == ("300.0 MiB",)


def test_a_container_has_half_of_what_it_may_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONGKAI_MEMORY", raising=False)
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "CONTAINER_LIMIT", limit)
    machine = int(memory.memory_limit().removesuffix("MiB"))
    for said, expected in ((f"{1024**3}", 512), ("max", machine), (f"{1024**5}", machine)):
        limit.write_text(said + "\n", encoding="ascii")
        assert memory.memory_limit() == f"{expected}MiB"
