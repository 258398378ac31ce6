"""The command line: exit codes, and one clear sentence for a mistake."""

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dagster_project.settings import PROJECT_DIRECTORY, SAMPLE_GOLD, SAMPLE_REPORTS
from tests.conftest import gongkai


def one_sentence(said: str) -> bool:
    return "Traceback" not in said and said.startswith("gongkai: ") and len(said.strip().splitlines()) == 1


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A directory whose name is a path list to some tools."""
    folder = tmp_path / "re:ports"
    folder.mkdir()
    return folder


def test_missing_directory(tmp_path: Path) -> None:
    done = gongkai("build", "--reports", tmp_path / "nowhere", "--warehouse", tmp_path / "w.duckdb")
    assert done.returncode == 2
    assert one_sentence(done.stderr)
    assert "nowhere does not exist" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_file_in_place_of_a_directory(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("x", encoding="utf-8")
    done = gongkai("build", "--reports", tmp_path / "report.txt", "--warehouse", tmp_path / "w.duckdb")
    assert done.returncode == 2
    assert one_sentence(done.stderr)


@pytest.mark.parametrize("place", ["file/w.duckdb", "directory", "/proc/w.duckdb", "text.txt"])
def test_warehouse_that_cannot_be_written(tmp_path: Path, reports: Path, place: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "text.txt").write_text("my notes, not a database", encoding="utf-8")
    (tmp_path / "directory").mkdir()
    done = gongkai("build", "--reports", reports, "--warehouse", tmp_path / place)
    assert done.returncode == 2
    assert one_sentence(done.stderr), done.stderr
    assert (tmp_path / "text.txt").read_text(encoding="utf-8") == "my notes, not a database"


def test_database_of_somebody_else_is_left_alone(tmp_path: Path, reports: Path) -> None:
    warehouse = tmp_path / "sales.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table sales as select 1 as amount")
        busy = gongkai("build", "--reports", reports, "--warehouse", warehouse)
    before = warehouse.read_bytes()
    done = gongkai("build", "--reports", reports, "--warehouse", warehouse)
    assert (done.returncode, busy.returncode) == (2, 2)
    assert "other tables" in done.stderr
    assert "open for writing" in busy.stderr
    assert warehouse.read_bytes() == before


def test_extract_does_not_wait_for_a_pipe(tmp_path: Path, reports: Path) -> None:
    os.mkfifo(reports / "pipe.txt")
    done = gongkai("extract", reports, "--output", tmp_path / "cells.csv")
    assert done.returncode == 0
    assert "unsafe_input" in done.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("seeds/catalogue_sections.csv", "1,prose", "seven,prose", "catalogue_sections.csv, row 2"),
        ("models/marts/dim_region.sql", "ref('regions')", "ref('nothing')", "'nothing' which was not found"),
    ],
)
def test_broken_catalogue_or_model_is_named(
    tmp_path: Path, reports: Path, file: str, old: str, new: str, said: str
) -> None:
    """A copy of the project with one file damaged: the run fails with a sentence, nothing is published."""
    project = tmp_path / "project"
    for part in ("dagster_project", "dbt", "expectations", "extract", "pyproject.toml"):
        source = PROJECT_DIRECTORY / part
        shutil.copytree(source, project / part) if source.is_dir() else shutil.copy(source, project / part)
    damaged = project / "dbt" / file
    damaged.write_text(damaged.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    command = [sys.executable, "-c", "from dagster_project.cli import main; main()", "build"]
    command += ["--reports", str(reports), "--warehouse", str(tmp_path / "w.duckdb")]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stderr.startswith("gongkai: the build failed")
    assert said in done.stderr
    assert not (tmp_path / "w.duckdb").exists()


def test_bad_usage() -> None:
    assert gongkai("build").returncode == 2
    assert gongkai("no-such-command").returncode == 2


def test_empty_directory_is_a_warehouse_without_reports(tmp_path: Path, reports: Path) -> None:
    done = gongkai("build", "--reports", reports, "--warehouse", tmp_path / "w.duckdb")
    assert done.returncode == 0, done.stderr
    assert "0 copies of reports" in done.stdout
    with duckdb.connect(str(tmp_path / "w.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.fct_applications").fetchone() == (0,)


def test_files_that_are_no_reports_are_listed(tmp_path: Path, reports: Path) -> None:
    """One of each kind: not text, another format, a link out, an empty file; the warehouse among the reports."""
    (reports / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 50)
    (reports / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    (reports / "empty.txt").write_bytes(b"")
    (reports / "quo'te\n.txt").write_text("不是报告", encoding="utf-8")
    (reports / "out.txt").symlink_to("/etc/hostname")
    (reports / "folder").symlink_to("/etc")
    warehouse = reports / "w.duckdb"
    done = gongkai("build", "--reports", reports, "--warehouse", warehouse)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rejected = dict(
            connection.execute("select parse_filename(source_uri), reason from quality.rejected_documents").fetchall()
        )
    assert rejected == {
        "picture.txt": "needs_ocr",
        "old.doc": "unsupported_format",
        "empty.txt": "not_an_annual_report",
        "quo'te%0A.txt": "not_an_annual_report",
        "out.txt": "unsafe_input",
        "folder": "unsafe_input",
    }


@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_extract(tmp_path: Path, suffix: str) -> None:
    output = tmp_path / f"cells.{suffix}"
    done = gongkai("extract", SAMPLE_REPORTS, "--output", output)
    assert done.returncode == 0, done.stderr
    assert "notice_on_annual_reports_2023.txt: not_an_annual_report" in done.stderr
    scan = {
        "parquet": pl.scan_parquet,
        "csv": partial(pl.scan_csv, infer_schema_length=None),
        "jsonl": partial(pl.scan_ndjson, infer_schema_length=None),
    }[suffix]
    frame = scan(output).collect()
    notices = 1
    assert frame["report_id"].n_unique() == len(list(SAMPLE_REPORTS.glob("*.txt"))) - notices
    gold = pl.read_csv(SAMPLE_GOLD, infer_schema=False)
    assert frame.filter(pl.col("reading") == "read").height == gold.height


def test_extract_mistakes(tmp_path: Path) -> None:
    for arguments in ([tmp_path / "none.txt", "--output", tmp_path / "a.csv"], [SAMPLE_REPORTS, "--output", "a.xml"]):
        done = gongkai("extract", *arguments)
        assert done.returncode == 2
        assert one_sentence(done.stderr)


def test_second_build_at_once_says_so(tmp_path: Path, reports: Path) -> None:
    from filelock import FileLock

    from dagster_project.settings import Settings

    warehouse = tmp_path / "w.duckdb"
    settings = Settings((reports,), warehouse)
    settings.state.mkdir(parents=True)
    with FileLock(settings.lock):
        done = gongkai("build", "--reports", reports, "--warehouse", warehouse)
    assert done.returncode == 1
    assert "another build" in done.stderr
    assert not warehouse.exists()
