"""A build that is killed, stopped, or left without space: the published warehouse stays, and the next build completes.

Belongs here: whole builds that are broken off at given moments. Doesn't belong here: hundreds of them at random ones
(``tests.soak``), or versions and readers without a build (``test_versions``, ``test_readers``).
"""

import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from dagster_project.build import BuildError
from dagster_project.settings import SAMPLE_REPORTS, Settings
from tests.builds import contents, start
from tests.conftest import GONGKAI, gongkai

PATIENCE = 300


@pytest.fixture(scope="module")
def settings(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The warehouse of the samples and its state, copied, and a report more: a build has something to do."""
    folder = tmp_path_factory.mktemp("durable")
    return copied(sample_warehouse, folder / "warehouse.duckdb", folder / "more")


def copied(warehouse: Path, target: Path, more: Path) -> Settings:
    """A warehouse and its state in another place, and a folder with one document more."""
    settings = Settings((SAMPLE_REPORTS, more), target)
    shutil.copy2(warehouse, target)
    shutil.copytree(Settings((), warehouse).state, settings.state)
    more.mkdir()
    (more / "added.txt").write_text("不是报告", encoding="utf-8")
    return settings


def command_line(settings: Settings) -> list[str]:
    reports = [word for folder in settings.reports for word in ("--reports", str(folder))]
    return ["build", *reports, "--warehouse", str(settings.warehouse)]


def unfinished_runs(settings: Settings) -> int:
    with sqlite3.connect(settings.state / "dagster" / "history" / "runs.db") as connection:
        query = "select count(*) from runs where status not in ('SUCCESS', 'FAILURE')"
        return connection.execute(query).fetchone()[0]


def processes(settings: Settings) -> list[str]:
    """What still runs on a warehouse's behalf: builds were broken off, and nothing they started may outlive them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(path.read_bytes().decode(errors="replace"))
    return [command for command in found if str(settings.state) in command]


def last_run(warehouse: Path) -> int:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        row = connection.execute("select max(run_number) from quality.run_history").fetchone()
    assert row is not None
    return row[0]


def left_over(settings: Settings) -> list[str]:
    return [path.name for path in settings.warehouse.parent.iterdir() if path.name.startswith(".")]


def changed(path: Path) -> Callable[[], bool]:
    """Whether a file was written since now."""
    before = path.stat().st_mtime_ns
    return lambda: path.stat().st_mtime_ns != before


#: What can be seen of how far a build has come.
MOMENTS: dict[str, Callable[[Settings], Callable[[], bool]]] = {
    "it has begun": lambda settings: settings.unfinished.exists,
    "documents were landed": lambda settings: changed(settings.landing / "observations"),
    "checks were run": lambda settings: changed(settings.validation_page),
    "the copy is being written": lambda settings: (
        lambda: any(path.suffix == ".part" for path in settings.warehouse.parent.iterdir())
    ),
}


def test_killed_at_many_moments(settings: Settings) -> None:
    """And the building database was torn by the last kill: it is made anew, its history comes from what is published."""
    before, run = settings.warehouse.read_bytes(), last_run(settings.warehouse)
    for moment, watch in MOMENTS.items():
        if moment == "it has begun":
            settings.unfinished.unlink(missing_ok=True)
        has_come = watch(settings)
        build = start(settings)
        wait_for(has_come, build.process.is_alive)
        build.process.kill()
        with pytest.raises(BuildError, match=f"ended with {-signal.SIGKILL}"):
            build.finish()
        assert settings.warehouse.read_bytes() == before, moment
        assert settings.unfinished.exists()
    assert unfinished_runs(settings) == 1, "the others were marked as failed by the builds after them"
    settings.build_database.write_bytes(b"torn" * 10_000)
    start(settings).finish()
    assert unfinished_runs(settings) == 0
    assert left_over(settings) == []
    assert processes(settings) == []
    assert not settings.unfinished.exists()
    assert last_run(settings.warehouse) == run + 1
    rejected = contents(settings.warehouse)["quality.rejected_documents"]
    assert sorted(Path(str(row[0])).name for row in rejected) == ["added.txt", "notice_on_annual_reports_2023.txt"]
    (version,) = settings.versions.iterdir()
    assert version.read_bytes() == before


def wait_for(has_come: Callable[[], bool], is_alive: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not has_come():
        assert is_alive() and time.monotonic() < end, "the build was over before it was to be killed"
        time.sleep(0.005)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped(settings: Settings, number: signal.Signals) -> None:
    """One sentence, exit code 1, and the run isn't shown as going on."""
    before = settings.warehouse.read_bytes()
    has_come = changed(settings.build_database)
    command = [str(GONGKAI), *command_line(settings), "--full-refresh"]
    build = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(has_come, lambda: build.poll() is None)
    build.send_signal(number)
    out, said = build.communicate(timeout=PATIENCE)
    assert build.returncode == 1
    assert said.endswith(f"\ngongkai: stopped by {number.name}: the warehouse is as it was before\n"), said
    assert "Traceback" not in said
    assert out == ""
    assert settings.warehouse.read_bytes() == before
    assert unfinished_runs(settings) == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A disk of so many bytes; called again, it has another size."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def resize(size: int) -> Path:
        options = f"size={size}" if not folder.is_mount() else f"remount,size={size}"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
        )
        if done.returncode != 0:
            pytest.skip("no small disk can be mounted here, so a build on a full disk isn't tested")
        return folder

    yield resize
    if folder.is_mount():
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="no mount, so a build on a full disk isn't tested")
def test_full_disk(sample_warehouse: Path, small_disk: Callable[[int], Path], tmp_path: Path) -> None:
    """At the beginning, and while the copy is written: the old version stays, and the message says which disk is full."""
    disk = small_disk(1024**3)
    settings = copied(sample_warehouse, disk / "warehouse.duckdb", tmp_path / "more")
    before = settings.warehouse.read_bytes()
    used = shutil.disk_usage(disk).used
    for room in (100_000, len(before) * 3 // 4):
        small_disk(used + room)
        done = gongkai(*command_line(settings))
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        said = done.stderr.splitlines()[-1]
        assert said.startswith(f"gongkai: the build failed: the disk that {disk}"), said
        assert said.endswith(" is on is full; the warehouse is as it was before")
        assert settings.warehouse.read_bytes() == before
    small_disk(1024**3)
    start(settings).finish()
    assert last_run(settings.warehouse) > last_run(sample_warehouse)
    assert left_over(settings) == []
