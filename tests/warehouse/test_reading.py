"""Reading in processes: the same rows as in one, and what a document does to its reader costs that document only."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dagster_project.build_database import DOCUMENTS, STAGING_TABLES, BuildDatabase
from dagster_project.extraction import read_documents
from dagster_project.landing import LandingStore, Observation
from dagster_project.reading import pool, process
from dagster_project.reading.pool import ReadingError, ReadingPool, chunks_of
from dagster_project.reading.results import joined, read_results, tables_of, write_results
from dagster_project.reading.worker import Task
from extract import Catalogue, Document, Rejection, ReportReader
from tests.benchmarks.corpus import agencies_and_years, report
from tests.report_writer import ReportWriter

FINGERPRINT = "of the test"


def keep(store: LandingStore, contents: list[bytes]) -> list[Observation]:
    observations = [
        Observation(f"file:///{number}.txt", store.keep(content), len(content), 1)
        for number, content in enumerate(contents)
    ]
    store.write_down(observations)
    return store.documents()


@pytest.fixture
def store(tmp_path: Path) -> LandingStore:
    return LandingStore(tmp_path / "landing")


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "CHUNK_SIZE", 5)


def read(store: LandingStore, folder: Path, contents: list[bytes], workers: int = 2, reader: str = "reader") -> dict:
    """Reason and detail of each document, in the order in which they came; and how far progress came."""
    task = Task(store.location, FINGERPRINT, f"tests.warehouse.poison:{reader}")
    counted: list[int] = []
    with ReadingPool(task, folder, workers) as reading:
        tables = joined(list(reading.read(keep(store, contents), counted.append)))
    assert sum(counted) == len(contents)
    assert not folder.exists()
    rows = tables[DOCUMENTS].to_pylist()
    assert [row["source_uri"] for row in rows] == [f"file:///{number}.txt" for number in range(len(contents))]
    return {number: (row["reason"], row["detail"]) for number, row in enumerate(rows)}


def texts(count: int) -> list[bytes]:
    return [f"nothing {number}".encode() for number in range(count)]


def contents_of(database: BuildDatabase) -> dict[str, list[tuple]]:
    with database.connect(read_only=True) as connection:
        return {table: connection.execute(f"from staging.{table}").fetchall() for table in STAGING_TABLES}


@pytest.mark.usefixtures("small_chunks")
def test_processes_give_the_same_rows_in_the_same_order(
    store: LandingStore, tmp_path: Path, catalogue: Catalogue, writer: ReportWriter
) -> None:
    names = agencies_and_years(30)
    keep(store, [report(writer, agency, year, number).encode() for number, (agency, year) in enumerate(names)])
    reader, found, summaries = ReportReader(catalogue), [], []
    for workers in (0, 1, 2, 3):
        database = BuildDatabase(tmp_path / f"{workers}.duckdb")
        summaries.append(read_documents(store, database, reader, again=False, workers=workers))
        found.append(contents_of(database))
    assert found[1:] == found[:1] * 3
    assert summaries[1:] == summaries[:1] * 3
    assert len(found[0]["reports"]) == 30
    # again: what was read before is replaced
    summary = read_documents(store, database, reader, again=True, workers=2)
    assert summary.documents_read == 30
    assert contents_of(database) == found[0]
    assert read_documents(store, database, reader, again=False, workers=2).documents_read == 0


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("place", [0, 2, 12])
def test_document_that_ends_its_process(store: LandingStore, tmp_path: Path, place: int) -> None:
    contents = texts(13)
    contents[place] = b"crash\n"
    found = read(store, tmp_path / "results", contents)
    assert found.pop(place) == (
        "unreadable",
        "the process that read it ended twice, the last time with SIGSEGV",
    )
    assert {reason for reason, _ in found.values()} == {"not_an_annual_report"}


@pytest.mark.usefixtures("small_chunks")
def test_documents_that_end_their_processes_one_after_the_other(store: LandingStore, tmp_path: Path) -> None:
    contents = texts(12)
    for place in (1, 2, 11):
        contents[place] = f"crash\n{place}".encode()
    found = read(store, tmp_path / "results", contents)
    assert [number for number, (reason, _) in found.items() if reason == "unreadable"] == [1, 2, 11]


def test_document_that_ends_its_process_when_others_have_begun(store: LandingStore, tmp_path: Path) -> None:
    """Read together with all others, in a later stage: the blame is its own."""
    contents = texts(8)
    contents[3] = b"crash later\n"
    found = read(store, tmp_path / "results", contents)
    assert [number for number, (reason, _) in found.items() if reason == "unreadable"] == [3]
    assert len(found) == 8


@pytest.mark.usefixtures("small_chunks")
def test_document_that_never_ends(store: LandingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "DOCUMENT_SECONDS", 2)
    contents = texts(8)
    contents[3] = b"hang\n"
    found = read(store, tmp_path / "results", contents)
    assert found.pop(3) == ("too_large", "takes more than 2 seconds")
    assert {reason for reason, _ in found.values()} == {"not_an_annual_report"}


@pytest.mark.usefixtures("small_chunks")
def test_document_that_needs_more_memory_than_there_is(store: LandingStore, tmp_path: Path) -> None:
    contents = [*texts(4), b"memory\n"]
    found = read(store, tmp_path / "results", contents)
    assert found[4] == ("unreadable", "the reader failed: MemoryError: ")


@pytest.mark.usefixtures("small_chunks")
def test_document_in_bad_company_is_read_again(store: LandingStore, tmp_path: Path) -> None:
    """The process was killed for another's sake, as a machine without memory does it."""
    (tmp_path / "once").touch()
    contents = [*texts(3), f"once\n{tmp_path / 'once'}".encode(), *texts(3)]
    found = read(store, tmp_path / "results", contents)
    assert not (tmp_path / "once").exists()
    assert {reason for reason, _ in found.values()} == {"not_an_annual_report"}


@pytest.mark.usefixtures("small_chunks")
def test_process_that_is_killed(store: LandingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By whoever, in the middle: nothing is lost, and nothing is refused."""
    started: list[process.ReadingProcess] = []

    class Watched(process.ReadingProcess):
        def __init__(self, task: Task, folder: Path) -> None:
            super().__init__(task, folder)
            started.append(self)

    monkeypatch.setattr(pool, "ReadingProcess", Watched)

    def kill() -> None:
        while not any(one.document is not None for one in started):
            time.sleep(0.01)
        os.kill(started[0]._process.pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    found = read(store, tmp_path / "results", texts(60))
    thread.join()
    assert {reason for reason, _ in found.values()} == {"not_an_annual_report"}


def test_processes_that_never_begin(store: LandingStore, tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="end before they have begun: exit code 7"):
        read(store, tmp_path / "results", texts(3), reader="no_reader")
    with pytest.raises(RuntimeError, match="ValueError: no catalogue"):
        read(store, tmp_path / "results", texts(3), reader="broken_reader")


def test_store_that_lost_a_document_is_no_fault_of_the_document(
    store: LandingStore, tmp_path: Path, reader: ReportReader
) -> None:
    keep(store, texts(3))
    for path in (tmp_path / "landing" / "contents").rglob("*.gz"):
        path.unlink()
    database = BuildDatabase(tmp_path / "build.duckdb")
    with pytest.raises(OSError):
        read_documents(store, database, _reader_of_nothing(), again=False, workers=1)


def _reader_of_nothing() -> ReportReader:
    from dagster_project.settings import SEEDS_DIRECTORY
    from extract import load_catalogue

    return ReportReader(load_catalogue(SEEDS_DIRECTORY))


def processes(folder: Path) -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(folder) in command:
            yield command


def test_processes_end_with_the_one_that_started_them(store: LandingStore, tmp_path: Path) -> None:
    """Also one that hangs at a document, when the other one is killed."""
    folder = tmp_path / "results"
    child = os.fork()
    if child == 0:
        try:
            read(store, folder, [b"hang\n"])
        finally:
            os._exit(0)
    end = time.monotonic() + 60
    while not list(processes(folder)) and time.monotonic() < end:
        time.sleep(0.05)
    assert list(processes(folder))
    time.sleep(1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while list(processes(folder)) and time.monotonic() < end:
        time.sleep(0.05)
    assert list(processes(folder)) == []


def test_chunks_hold_few_letters() -> None:
    """What a process is told must fit between the two, however long places are."""
    documents = [Observation("u" * 8000, None, 0, 0) for _ in range(10)]
    assert [len(chunk.documents) for chunk in chunks_of(documents)] == [4, 4, 2]
    assert [chunk.number for chunk in chunks_of(documents)] == [(0,), (1,), (2,)]
    assert list(chunks_of([])) == []


def test_results_are_the_tables_again(tmp_path: Path, reader: ReportReader, writer: ReportWriter) -> None:
    document = Document("file:///a.txt", report(writer, "青石县水务局", 2023, 1).encode())
    observations = [Observation(f"file:///{name}.txt", "0" * 64, 1, 1) for name in "ab"]
    refused = Rejection("file:///b.txt", "0" * 64, "too_large", "so large")
    tables = tables_of(list(zip(observations, [reader.read(document), refused], strict=True)), FINGERPRINT)
    write_results(tmp_path / "file", tables)
    found = read_results(tmp_path / "file")
    (tmp_path / "file").unlink()
    assert found == tables
    assert found["cells"].num_rows > 100
    assert joined([found, found])[DOCUMENTS].num_rows == 4
