"""Readers while warehouses are published and put back: no error, one state for each connection.

Belongs here: threads and processes that read without a pause. Doesn't belong here: builds (``tests.soak``).
"""

import multiprocessing
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from dagster_project.build_database import BuildDatabase
from dagster_project.settings import Settings
from dagster_project.versions import Versions, kept_versions

PUBLICATIONS, READERS = 25, 3
QUERY = "select (select min(number) from marts.dim_report), (select max(number) from quality.rejected_documents)"


def publish(settings: Settings, versions: Versions, number: int) -> None:
    """A warehouse that has this number in two tables."""
    database = BuildDatabase(settings.build_database)
    with database.connect() as connection:
        for table in ("marts.dim_report", "quality.rejected_documents"):
            connection.execute(f"create schema if not exists {table.partition('.')[0]}")
            connection.execute(f"create or replace table {table} as select {number} as number from range(20000)")
    database.publish(versions)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings((), tmp_path / "warehouse.duckdb")
    publish(settings, kept_versions(settings), 0)
    return settings


def read(warehouse: Path) -> int:
    """What one connection sees, which must be the same in both tables and each time."""
    with duckdb.connect(str(warehouse), read_only=True, config={"threads": 1}) as connection:
        seen = {connection.execute(QUERY).fetchone() for _ in range(5)}
    ((first, second),) = filter(None, seen)
    assert first == second
    return first


def read_until(warehouse: Path, end: "threading.Event", seen: list[int], errors: list[str]) -> None:
    while not end.is_set():
        try:
            seen.append(read(warehouse))
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")


def read_and_answer(warehouse: Path, end: "threading.Event", answer: "multiprocessing.SimpleQueue") -> None:
    seen: list[int] = []
    errors: list[str] = []
    read_until(warehouse, end, seen, errors)
    answer.put((seen, errors))


def publish_and_restore(settings: Settings) -> None:
    versions = kept_versions(settings)
    for number in range(1, PUBLICATIONS):
        publish(settings, versions, number)
        if number % 5 == 0:
            versions.restore()
    publish(settings, versions, PUBLICATIONS)


def test_processes(settings: Settings) -> None:
    processes = multiprocessing.get_context("forkserver")
    end, answer = processes.Event(), processes.SimpleQueue()
    readers = [
        processes.Process(target=read_and_answer, args=(settings.warehouse, end, answer)) for _ in range(READERS)
    ]
    for reader in readers:
        reader.start()
    publish_and_restore(settings)
    end.set()
    answers = [answer.get() for _ in readers]
    for reader in readers:
        reader.join()
    assert [errors for _, errors in answers] == [[]] * READERS
    assert all(seen for seen, _ in answers)
    assert read(settings.warehouse) == PUBLICATIONS


def test_threads(settings: Settings) -> None:
    """In the process that publishes, whose connections to one path share what they opened."""
    end = threading.Event()
    seen: list[int] = []
    errors: list[str] = []
    readers = [
        threading.Thread(target=read_until, args=(settings.warehouse, end, seen, errors)) for _ in range(READERS)
    ]
    for reader in readers:
        reader.start()
    publish_and_restore(settings)
    end.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert seen
    assert read(settings.warehouse) == PUBLICATIONS


def test_process_sees_the_new_file_when_all_its_connections_are_closed(settings: Settings) -> None:
    """As docs/operations.md says: a new connection beside an old one sees the old file."""
    first = duckdb.connect(str(settings.warehouse), read_only=True)
    publish(settings, kept_versions(settings), 1)
    second = duckdb.connect(str(settings.warehouse), read_only=True)
    assert second.execute(QUERY).fetchone() == first.execute(QUERY).fetchone() == (0, 0)
    first.close()
    assert second.execute(QUERY).fetchone() == (0, 0)
    second.close()
    assert read(settings.warehouse) == 1


def test_other_process_sees_it_at_once(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse), read_only=True):
        publish(settings, kept_versions(settings), 1)
        look = f"import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).execute({QUERY!r}).fetchone())"
        command = [sys.executable, "-c", look, str(settings.warehouse)]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "(1, 1)\n"


def test_attached_beside_another_database(settings: Settings) -> None:
    """A connection that only attaches the warehouse sees the new file when it attaches it again."""
    with duckdb.connect() as connection:
        attach = f"attach '{settings.warehouse}' as gongkai (read_only)"
        number = "select min(number) from gongkai.marts.dim_report"
        connection.execute(attach)
        publish(settings, kept_versions(settings), 1)
        assert connection.execute(number).fetchone() == (0,)
        connection.execute("detach gongkai")
        connection.execute(attach)
        assert connection.execute(number).fetchone() == (1,)
