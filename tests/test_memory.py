"""DuckDB's memory in a build: the user's limit, else a share of the machine's or the container's."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from dagster_project import memory
from dagster_project.build_database import BuildDatabase
from dagster_project.cli import app
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


@pytest.mark.parametrize("said", ["abc", "8", "-1GB", "8GB; drop table x", "'", "0x10GB"])
def test_what_is_no_size_is_bad_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("GONGKAI_MEMORY", said)
    (tmp_path / "reports").mkdir()
    arguments = ["build", "--reports", str(tmp_path / "reports"), "--warehouse", str(tmp_path / "w.duckdb")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "GONGKAI_MEMORY must be a size" in result.stderr
    assert not (tmp_path / "w.duckdb").exists()
