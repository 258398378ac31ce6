"""Shards read by a Dask cluster of two worker processes: the same rows as read here, whatever happens to a worker.

Belongs here: ``gongkai extract-shards``. Doesn't belong here: what a document says, shards that are hostile
(``test_shards``).
"""

import json
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import polars as pl
import pytest
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.cluster.folders import SUMMARY_NAME, TABLES, UNFINISHED
from dagster_project.cluster.run import Done, GivenUp, extract_here, extract_on_cluster, shards_in
from dagster_project.cluster.shard_extraction import extract_shard
from tests.dask_cluster import cluster
from tests.report_writer import ReportWriter, Written
from tests.shard_files import row, write_lines, write_parquet
from tests.text_layouts import LAYOUTS

SHARDS, REPORTS = 8, 40


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory, writer: ReportWriter) -> Path:
    """Shards of reports, one of them lines of JSON, with a page that is none in each."""
    folder = tmp_path_factory.mktemp("shards")
    for number in range(SHARDS):
        rows = [
            row(f"https://a.gov.cn/{number}/{n}.txt", _report(writer, number * REPORTS + n)) for n in range(REPORTS)
        ]
        rows.append(row(f"https://a.gov.cn/{number}/news.txt", "今日天气晴"))
        write = write_lines if number == 0 else write_parquet
        write(folder / f"part_{number}", rows)
    return folder


def _report(writer: ReportWriter, seed: int) -> str:
    title = f"青石县水务{seed}局2023年政府信息公开工作年度报告"
    return writer.text(Written(writer.balanced("2021", Random(seed)), title=title), LAYOUTS["pipe_row"])


def rows_in(output: Path) -> dict[str, list[str]]:
    """All rows of all shards, by table."""
    return {table: sorted(map(repr, pl.read_parquet(output / "*" / f"{table}.parquet").rows())) for table in TABLES}


@pytest.fixture(scope="module")
def read_here(shards: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("here")
    results = list(extract_here(shards_in([shards]), output))
    assert [type(result) for result in results] == [Done] * SHARDS
    return output


def test_rows_are_those_of_the_reports(read_here: Path) -> None:
    rows = rows_in(read_here)
    assert len(rows["reports"]) == SHARDS * REPORTS
    assert len(rows["cells"]) == SHARDS * REPORTS * 200
    assert len(rows["rejections"]) == SHARDS


def test_a_cluster_whose_worker_is_killed_reads_the_same(shards: Path, read_here: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.mkdir()
    with cluster(tmp_path, workers=2) as running:
        killer = threading.Thread(
            target=_kill_when, args=(running.workers[0].kill, lambda: len(_finished(output)) >= 2)
        )
        killer.start()
        results = list(extract_on_cluster(shards_in([shards]), output, running.scheduler))
        killer.join()
        assert running.workers[0].wait(10) == -9
        again = list(extract_on_cluster(shards_in([shards]), output, running.scheduler))
    assert [type(result) for result in results] == [Done] * SHARDS
    assert not any(result.was_read for result in again if isinstance(result, Done))
    assert rows_in(output) == rows_in(read_here)


def _kill_when(kill: Callable[[], None], is_time: Callable[[], bool]) -> None:
    while not is_time():
        time.sleep(0.02)
    kill()


def _finished(output: Path) -> Sequence[Path]:
    return list(output.glob(f"*/{SUMMARY_NAME}"))


def test_what_was_read_before_is_left_alone_and_what_changed_is_read_again(
    shards: Path, tmp_path: Path, writer: ReportWriter
) -> None:
    own = tmp_path / "shards"
    shutil.copytree(shards, own)
    output = tmp_path / "output"
    first = list(extract_here(shards_in([own]), output))
    write_parquet(own / "part_3", [row("https://a.gov.cn/new.txt", _report(writer, 1))])
    (output / UNFINISHED / "part_9").mkdir(parents=True)
    second = list(extract_here(shards_in([own]), output))
    assert [r.was_read for r in first if isinstance(r, Done)] == [True] * SHARDS
    assert [r.summary.shard for r in second if isinstance(r, Done) and r.was_read] == [str(own / "part_3.parquet")]
    assert len(rows_in(output)["reports"]) == (SHARDS - 1) * REPORTS + 1


def test_a_folder_without_its_summary_is_read_again(shards: Path, tmp_path: Path) -> None:
    shard = shards_in([shards])[0]
    summary, _ = extract_shard(str(shard), str(tmp_path))
    (folder,) = (path.parent for path in _finished(tmp_path))
    (folder / SUMMARY_NAME).write_text(json.dumps({"shard": "x"}))
    assert extract_shard(str(shard), str(tmp_path)) == (summary, True)


def test_command(shards: Path, tmp_path: Path, read_here: Path) -> None:
    output = tmp_path / "output"
    (output / UNFINISHED / "old").mkdir(parents=True)
    found = CliRunner().invoke(app, ["extract-shards", str(shards), "--output", str(output)])
    assert found.exit_code == 0, found.output
    assert f"{SHARDS * REPORTS} reports" in found.output
    assert "not_an_annual_report" in found.output
    assert rows_in(output) == rows_in(read_here)
    assert not (output / UNFINISHED).exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["{missing}", "--output", "{output}"], 2, "doesn't exist"),
        (["{empty}", "--output", "{output}"], 2, "no shards"),
        (["{shards}", "--output", "{file}"], 2, "can't be written"),
        (["{shards}", "--output", "{output}", "--scheduler", "tcp://127.0.0.1:1"], 1, "no scheduler"),
        (["{shards}", "--output", "{output}", "--scheduler", "nonsense"], 1, "no scheduler"),
    ],
)
def test_mistakes_are_answered(
    shards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, said: str
) -> None:
    monkeypatch.setattr("dagster_project.cluster.run.CONNECT_SECONDS", 1)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    places = {name: tmp_path / name for name in ("missing", "empty", "output", "file")} | {"shards": shards}
    found = CliRunner().invoke(app, ["extract-shards", *(a.format(**places) for a in arguments)])
    assert found.exit_code == code
    assert said in found.output
    assert "Traceback" not in found.output


def test_a_shard_that_is_none_is_given_as_rejected(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 nothing")
    (result,) = extract_here(shards_in([tmp_path]), tmp_path / "output")
    assert isinstance(result, Done)
    assert sum(result.summary.rejected.values()) == 1
    assert not isinstance(result, GivenUp)
