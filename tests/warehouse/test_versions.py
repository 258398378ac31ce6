"""Kept versions: named by when they were published, pruned, listed and put back; whole at every moment.

Belongs here: what needs no build. Doesn't belong here: builds that are broken off (``test_durability``).
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from dagster_project.build_database import BuildDatabase
from dagster_project.recovery import recovered
from dagster_project.settings import Settings
from dagster_project.versions import VersionError, Versions
from dagster_project.whole_files import part_of, put_in_place
from tests.conftest import gongkai


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A place for a warehouse, its name as awkward as a name may be."""
    return Settings((), tmp_path / "ware'house [1].duckdb")


@pytest.fixture
def versions(settings: Settings) -> Versions:
    return Versions(settings.warehouse, settings.versions, kept=3)


def publish(settings: Settings, versions: Versions, reports: int) -> None:
    """A warehouse of so many reports."""
    database = BuildDatabase(settings.build_database)
    with database.connect() as connection:
        connection.execute("create schema if not exists marts")
        connection.execute("create schema if not exists quality")
        connection.execute(f"create or replace table marts.dim_report as select range as id from range({reports})")
    database.publish(versions)


def reports(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute("select count(*) from marts.dim_report").fetchone()
    assert row is not None
    return row[0]


def listed(versions: Versions) -> list[int | None]:
    return [version.reports for version in versions.listed()]


def test_the_last_ones_are_kept(settings: Settings, versions: Versions) -> None:
    for number in range(1, 7):
        publish(settings, versions, number)
    assert reports(settings.warehouse) == 6
    assert listed(versions) == [5, 4, 3]
    names = [version.name for version in versions.listed()]
    assert names == sorted(names, reverse=True)
    assert [path.name for path in settings.warehouse.parent.iterdir() if path.name.startswith(".")] == []


def test_keeping_takes_no_copy(settings: Settings, versions: Versions) -> None:
    publish(settings, versions, 1)
    inode = settings.warehouse.stat().st_ino
    publish(settings, versions, 2)
    (version,) = versions.listed()
    assert version.path.stat().st_ino == inode


def test_file_system_without_links(settings: Settings, versions: Versions, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    for number in range(1, 6):
        publish(settings, versions, number)
    assert listed(versions) == [4, 3, 2]
    versions.restore()
    assert reports(settings.warehouse) == 4
    assert listed(versions) == [5, 3, 2]


def test_restored_and_back_again(settings: Settings, versions: Versions) -> None:
    """The one that was replaced is kept, so that restoring twice changes nothing."""
    for number in range(1, 4):
        publish(settings, versions, number)
    oldest = versions.listed()[-1]
    assert versions.restore(oldest.name).reports == 1
    assert reports(settings.warehouse) == 1
    assert listed(versions) == [3, 2]
    versions.restore()
    assert reports(settings.warehouse) == 3
    assert sorted(filter(None, listed(versions))) == [1, 2]


def test_readers_of_what_is_replaced_go_on(settings: Settings, versions: Versions) -> None:
    publish(settings, versions, 1)
    publish(settings, versions, 2)
    with duckdb.connect(str(settings.warehouse), read_only=True) as reader:
        versions.restore()
        assert reader.execute("select count(*) from marts.dim_report").fetchone() == (2,)


def test_version_that_is_not_there(settings: Settings, versions: Versions) -> None:
    with pytest.raises(VersionError, match=r"no version of .* is kept"):
        versions.restore()
    for number in range(1, 4):
        publish(settings, versions, number)
    with pytest.raises(VersionError, match=r"there is no version 1999: 2.*, 2"):
        versions.restore("1999")
    with pytest.raises(VersionError, match="several versions begin with 2"):
        versions.restore("2")


def test_version_that_is_damaged_is_not_restored(settings: Settings, versions: Versions) -> None:
    publish(settings, versions, 1)
    publish(settings, versions, 2)
    (version,) = versions.listed()
    version.path.write_bytes(version.path.read_bytes()[:5000])
    with pytest.raises(VersionError, match="isn't a warehouse that can be read"):
        versions.restore()
    assert reports(settings.warehouse) == 2


def test_killed_between_keeping_and_replacing(settings: Settings, versions: Versions) -> None:
    """The published file has a version's name: it is none until it was replaced, and is kept once."""
    publish(settings, versions, 1)
    versions._keep()
    assert listed(versions) == []
    publish(settings, versions, 2)
    assert listed(versions) == [1]


def test_none_is_kept(settings: Settings) -> None:
    versions = Versions(settings.warehouse, settings.versions, kept=0)
    publish(settings, versions, 1)
    publish(settings, versions, 2)
    assert listed(versions) == []
    assert reports(settings.warehouse) == 2


def test_what_a_crashed_program_left_beside_the_warehouse_does_not_get_into_the_next(
    settings: Settings, versions: Versions
) -> None:
    """DuckDB would add a log of writes that lies beside a file, whatever file that is."""
    publish(settings, versions, 1)
    crash(settings.warehouse)
    log = settings.warehouse.with_name(f"{settings.warehouse.name}.wal")
    assert log.exists()
    publish(settings, versions, 5)
    assert reports(settings.warehouse) == 5
    assert not log.exists()


def test_what_a_crashed_program_left_beside_the_building_database_is_published(
    settings: Settings, versions: Versions
) -> None:
    """Its log of writes is part of the database, also where the file is copied as it is."""
    publish(settings, versions, 1)
    crash(settings.build_database)
    assert settings.build_database.with_name(f"{settings.build_database.name}.wal").exists()
    BuildDatabase(settings.build_database).publish(versions)
    assert reports(settings.warehouse) == 2


def test_views_are_not_published(settings: Settings, versions: Versions) -> None:
    """They read by the name of the building file, which keeps them."""
    database = BuildDatabase(settings.build_database)
    publish(settings, versions, 3)
    with database.connect() as connection:
        connection.execute("create view marts.seen as from marts.dim_report")
        connection.execute("create view quality.seen_again as from marts.seen")
    database.publish(versions)
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        assert connection.execute("select schema, name from (show all tables)").fetchall() == [("marts", "dim_report")]
    with database.connect(read_only=True) as connection:
        assert connection.execute("select count(*) from quality.seen_again").fetchone() == (3,)


def crash(path: Path) -> None:
    """Add a row to a database in a process that ends without closing it."""
    program = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); c.execute('set checkpoint_threshold = \\'1GB\\'')\n"
        "c.execute('insert into marts.dim_report values (99)'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)


def test_commands(settings: Settings, versions: Versions) -> None:
    for number in range(1, 4):
        publish(settings, versions, number)
    name = versions.listed()[-1].name
    shown = gongkai("versions", "--warehouse", settings.warehouse)
    assert shown.returncode == 0
    assert name in shown.stdout
    restored = gongkai("restore", "--warehouse", settings.warehouse, name)
    assert restored.returncode == 0, restored.stderr
    assert "1 reports" in restored.stdout
    assert reports(settings.warehouse) == 1
    with FileLock(settings.lock):
        busy = gongkai("restore", "--warehouse", settings.warehouse)
    assert busy.returncode == 1
    assert busy.stderr.startswith("gongkai: a build is writing")
    wrong = gongkai("restore", "--warehouse", settings.warehouse, "1999")
    assert wrong.returncode == 1
    assert "there is no version 1999" in wrong.stderr
    nowhere = gongkai("restore", "--warehouse", settings.warehouse.with_name("other.duckdb"))
    assert nowhere.returncode == 1
    assert "no version of" in nowhere.stderr
    number = gongkai("restore", "--warehouse", settings.warehouse, GONGKAI_KEPT_VERSIONS="three")
    assert number.returncode == 2
    assert "Traceback" not in number.stderr


def test_number_of_versions_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_KEPT_VERSIONS", "7")
    assert Settings.from_environment().kept_versions == 7
    monkeypatch.setenv("GONGKAI_KEPT_VERSIONS", "-1")
    with pytest.raises(ValueError, match="GONGKAI_KEPT_VERSIONS must be a whole number"):
        Settings.from_environment()


def test_parts_of_dead_processes_are_cleared(tmp_path: Path) -> None:
    """Those of running ones are theirs, other files are nobody's business."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    target = tmp_path / "w.duckdb"
    gone = [f".w.duckdb.{dead.pid}.part", f".w.duckdb.{dead.pid}.part.wal", f".w.duckdb.{dead.pid}.probe"]
    stay = [f".w.duckdb.{os.getppid()}.part", ".w.duckdb.notes.part", f".v.duckdb.{dead.pid}.part"]
    for name in gone + stay:
        (tmp_path / name).touch()
    with part_of(target) as part:
        part.write_text("whole", encoding="utf-8")
        put_in_place(part, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*stay, target.name])
    assert target.read_text(encoding="utf-8") == "whole"


@pytest.mark.parametrize("was_cut_off", [True, False])
def test_torn_building_database(settings: Settings, versions: Versions, was_cut_off: bool) -> None:
    """It is made anew after a build that was cut off; else it is for people to look at, and nothing is touched."""
    publish(settings, versions, 1)
    settings.build_database.write_bytes(b"torn" * 10_000)
    log = settings.build_database.with_name("build.duckdb.wal")
    log.write_bytes(b"torn")
    if was_cut_off:
        settings.unfinished.touch()
    said: list[str] = []
    with recovered(settings, said.append):
        assert settings.build_database.exists() == log.exists() == (not was_cut_off)
        assert settings.unfinished.exists()
    assert not settings.unfinished.exists()
    assert len(said) == was_cut_off
    assert all("made anew from the landing store" in sentence for sentence in said)


def test_building_database_that_another_program_has_open_is_not_torn(settings: Settings, versions: Versions) -> None:
    publish(settings, versions, 1)
    settings.unfinished.touch()
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(settings.build_database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with recovered(settings, pytest.fail):
            assert settings.build_database.exists()
        holder.communicate("")


STOPPED = """
import sys, time
from pathlib import Path
from dagster_project.stopping import Stopping
warehouse = Path(sys.argv[1])
stopping = Stopping(warehouse, lambda said: print(said, flush=True))
stopping.farewell = lambda why: print(why, flush=True)
if sys.argv[2] == "published":
    warehouse.write_text("new")
print("ready", flush=True)
time.sleep(2 if sys.argv[2] == "published" else 60)
print("done", flush=True)
"""


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [
        ("building", 1, ["ready", "stopped by SIGTERM", "stopped by SIGTERM: the warehouse is as it was before"]),
        ("published", 0, ["ready", "done"]),
    ],
)
def test_stopping(tmp_path: Path, state: str, code: int, said: list[str]) -> None:
    """A build that has published by then isn't said to have changed nothing: it ends as it would have."""
    command = [sys.executable, "-c", STOPPED, str(tmp_path / "w.duckdb"), state]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip()]
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        lines += process.stdout.read().split("\n")[:-1]
    assert (process.returncode, lines) == (code, said)
