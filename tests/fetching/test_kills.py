"""A fetch that is killed at any moment: nothing is lost, nothing is half kept, and the next one goes on."""

import gzip
import multiprocessing
import os
import random
import signal
from collections import Counter
from pathlib import Path

import pytest
import yaml

from dagster_project.fetching.journal import Journal, recover
from dagster_project.fetching.run import FetchError, fetch
from dagster_project.fetching.sources import load_sources
from dagster_project.landing import LandingStore
from dagster_project.storage import FolderStorage
from tests.fetching.conftest import MANNERS, Fetching, index, pages
from tests.fetching.site import Request, Site, text

KILLS = 50
REPORTS = 250


def fetch_in(folder: Path) -> None:
    """What the killed process does."""
    fetch(load_sources(folder / "sources.yaml"), LandingStore(folder / "landing"), folder / "fetching")


def report(number: int) -> bytes:
    return (
        f"<p>report {number}<a href='/files/{number}.pdf'>".encode()
        + random.Random(number).randbytes(2000).hex().encode()
    )


@pytest.fixture
def slow_site(site: Site) -> Site:
    """A report every few milliseconds, each with a file, and an index of them all."""

    def slowly(request: Request) -> None:
        site.is_over.wait(0.008)
        number = int(request.path.rsplit("/", 1)[1].removesuffix(".pdf"))
        body = report(number) if request.path.startswith("/report") else b"%PDF " + report(number)
        request.answer(200, body, Content_Type="text/html" if request.path.startswith("/report") else "application/pdf")

    site.pages = {f"/report/{number}": slowly for number in range(REPORTS)}
    site.pages |= {f"/files/{number}.pdf": slowly for number in range(REPORTS)}
    site.pages["/list"] = text("".join(f"<a href='/report/{number}'>" for number in range(REPORTS)))
    return site


def test_killed_fifty_times(fetching: Fetching, slow_site: Site, tmp_path: Path) -> None:
    described = {"sources": [index(slow_site.url("/list"))], "manners": MANNERS | {"request_seconds": 20}}
    (tmp_path / "sources.yaml").write_text(yaml.safe_dump(described), encoding="utf-8")
    chance = random.Random(2026)
    # processes of their own, from a server that has imported everything
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    for number in range(KILLS):
        asked = len(slow_site.log)
        process = processes.Process(target=fetch_in, args=(tmp_path,))
        process.start()
        # most of them at work, some while they begin
        while number % 5 and process.is_alive() and len(slow_site.log) == asked:
            process.join(0.002)
        process.join(chance.uniform(0, 0.12))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL, "the fetch was done before it was killed often enough"
        sweep_up(fetching)
        fetching.check_contents()
    assert 10 < len(fetching.documents()) < 2 * REPORTS, "it was killed too early or too late to show anything"
    fetching.run(index(slow_site.url("/list")), manners={"request_seconds": 20})
    expected = {f"/report/{number}": report(number) for number in range(REPORTS)}
    expected |= {f"/files/{number}.pdf": b"%PDF " + report(number) for number in range(REPORTS)}
    assert fetching.documents() == expected
    assert len(fetching.store.documents()) == len(expected)
    assert {attempt.run_id for attempt in fetching.attempts()} == {fetching.attempts()[0].run_id}
    # what was kept and written down before a kill wasn't asked for again; a kill costs one request at most
    written = Counter(attempt.url for attempt in fetching.attempts() if attempt.purpose in {"document", "attachment"})
    assert set(written.values()) == {1}
    asked_again = sum(times - 1 for path, times in slow_site.asked.items() if path.startswith(("/report/", "/files/")))
    assert asked_again <= KILLS


def sweep_up(fetching: Fetching) -> None:
    """What was being written has another name until it is whole, and is never read."""
    for path in fetching.landing.rglob("*.part"):
        os.utime(path, (0, 0))
    fetching.store.storage.sweep()


def test_journal_that_breaks_off(fetching: Fetching, site: Site) -> None:
    """The last line is torn: what it said is done again; what stands before it isn't lost."""
    site.pages = {"/1": text("<p>1"), "/2": text("<p>2")}
    fetching.run(pages(site.url("/1")))
    whole = fetching.attempts()
    journal = Journal(fetching.state / "journal", fetching.store, "another")
    for attempt in whole:
        journal.add(attempt)
    (path,) = (fetching.state / "journal").glob("*.jsonl")
    path.write_bytes(path.read_bytes() + whole[0].to_line()[:-20])
    before = fetching.store.documents()
    recover(fetching.state / "journal", fetching.store)
    recover(fetching.state / "journal", fetching.store)
    assert fetching.attempts() == whole * 2
    assert fetching.store.documents() == before
    fetching.run(pages(site.url("/1"), site.url("/2")))
    assert fetching.outcomes() == {"/1": "same", "/2": "new"}


def test_killed_while_handing_over(fetching: Fetching, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The observations were written and the segment wasn't: the next run writes neither twice."""
    site.pages["/1"] = text("<p>1")
    write = FolderStorage.write

    def fail(storage: FolderStorage, name: str, content: bytes, **options: bool) -> None:
        if name.startswith("fetches"):
            raise OSError(28, "No space left on device")
        write(storage, name, content, **options)

    monkeypatch.setattr(FolderStorage, "write", fail)
    with pytest.raises(FetchError, match="No space left"):
        fetching.run(pages(site.url("/1")))
    assert len(list(fetching.landing.glob("observations/*"))) == 1
    monkeypatch.undo()
    fetching.run(pages(site.url("/1")))
    assert len(list(fetching.landing.glob("observations/*"))) == 1
    assert [attempt.outcome for attempt in fetching.attempts() if attempt.purpose == "document"] == ["new"]


def test_store_that_cannot_be_written(fetching: Fetching, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run fails with a sentence, and says nothing of what it couldn't keep."""
    site.pages = {"/1": text("<p>1"), "/2": text("<p>2")}

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FolderStorage, "write", fail)
    with pytest.raises(FetchError, match="No space left"):
        fetching.run(pages(site.url("/1"), site.url("/2")))
    monkeypatch.undo()
    assert fetching.store.documents() == []
    fetching.run(pages(site.url("/1"), site.url("/2")))
    assert fetching.documents() == {"/1": b"<p>1", "/2": b"<p>2"}


def test_damaged_content_is_an_error_and_never_a_document(fetching: Fetching, site: Site) -> None:
    site.pages["/1"] = text("<p>1")
    fetching.run(pages(site.url("/1")))
    (path,) = fetching.landing.glob("contents/*/*.gz")
    whole = path.read_bytes()
    (observation,) = fetching.store.documents()
    for damaged in (b"", whole[:-5], whole[:12] + b"!" + whole[13:], gzip.compress(b"<p>2"), b"plain"):
        path.write_bytes(damaged)
        with pytest.raises(OSError):
            fetching.store.document(observation)


def test_only_one_fetch_at_a_time(fetching: Fetching, site: Site) -> None:
    from filelock import FileLock

    fetching.state.mkdir(parents=True)
    with FileLock(fetching.state / "fetch.lock"), pytest.raises(FetchError, match="another fetch is going on"):
        fetching.run(pages(site.url("/1")))
