"""Dumps of crawls: which records are documents, and what of a dump can't be used."""

import gzip
import io
import zlib
from pathlib import Path
from random import Random

import polars as pl
import pytest
from rich.console import Console

from dagster_project import landing, shards, warc
from dagster_project.build_database import BuildDatabase
from dagster_project.landing import LandingStore, source_uri
from dagster_project.settings import SAMPLE_REPORTS
from dagster_project.shard_rows import ShardError
from dagster_project.shard_table import load_shards
from dagster_project.summary import print_turned_away
from extract import Document
from tests.conftest import gongkai
from tests.shard_files import kept, land, reasons, refused
from tests.warc_files import record, write_warc

REPORT = (SAMPLE_REPORTS / "qingshi_water_bureau_2023.txt").read_bytes()
HTML = b"<html><body>" + REPORT + b"</body></html>"


@pytest.fixture(params=[".warc", ".warc.gz"])
def dump(request: pytest.FixtureRequest, reports: Path) -> Path:
    return reports / f"crawl{request.param}"


def test_only_pages_that_were_found_are_documents(store: LandingStore, reports: Path, dump: Path) -> None:
    html = {"Content-Type": "text/html; charset=gbk"}
    records = [
        record("https://a.cn/1", HTML, headers=html),
        record("https://a.cn/2", HTML, status="404 Not Found"),
        record("https://a.cn/3", b"", status="302 Found", headers={"Location": "/1"}),
        record("https://a.cn/1", REPORT, kind="resource"),
        record("https://a.cn/1", b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record("https://a.cn/年 报", REPORT),
    ]
    write_warc(dump, records)
    summary = land(store, reports)
    assert (summary.files, summary.new, summary.not_kept, summary.turned_away) == (1, 2, 0, 0)
    uris = ["https://a.cn/1", "https://a.cn/年 报"]
    found = kept(store)
    assert [(content, media_type) for _, content, media_type in found] == [
        (HTML, "text/html; charset=gbk"),
        (REPORT, None),
    ]
    assert found[0][0] == uris[0]
    assert land(store, reports).unchanged == 2


def test_pages_that_servers_packed(store: LandingStore, reports: Path, dump: Path) -> None:
    chunked = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (HTML[:100], HTML[100:])) + b"0\r\n\r\n"
    records = [
        record("https://a.cn/gzip", gzip.compress(HTML), headers={"Content-Encoding": "gzip"}),
        record("https://a.cn/deflate", zlib.compress(HTML), headers={"Content-Encoding": "deflate"}),
        record("https://a.cn/chunked", chunked, headers={"Transfer-Encoding": "chunked"}),
        record("https://a.cn/br", HTML, headers={"Content-Encoding": "br"}),
    ]
    shard = write_warc(dump, records)
    land(store, reports)
    assert [content for _, content, _ in kept(store)] == [HTML] * 3
    assert reasons(store, shard) == {"#5": "unreadable"}


def test_what_can_not_be_a_report_is_counted(store: LandingStore, reports: Path, dump: Path) -> None:
    pages = [record(f"https://a.cn/{number}", f"<p>新闻 {number}".encode()) for number in range(30)]
    write_warc(dump, [*pages, record("https://a.cn/report", HTML), record("https://a.cn/png", b"\x89PNG\r\n\0\0")])
    summary = land(store, reports)
    assert (summary.found, summary.turned_away) == (1, 31)
    assert [uri for uri, *_ in kept(store)] == ["https://a.cn/report"]
    assert refused(store) == {}
    (look,) = store.shards()
    assert (look.shard_documents, look.turned_away) == (1, 31)
    assert land(store, reports).turned_away == 31


def test_rows_chosen_by_hand_are_passed_on(
    store: LandingStore, reports: Path, write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "MAX_PASSED_ON", 3)
    rows = [{"source_uri": str(number), "content": f"news {number}"} for number in range(5)]
    write(reports / "shard", [*rows, {"source_uri": "report", "content": REPORT.decode()}])
    summary = land(store, reports)
    assert (summary.found, summary.turned_away) == (4, 2)
    assert [uri for uri, *_ in kept(store)] == ["0", "1", "2", "report"]


def test_another_first_pass_looks_again(
    store: LandingStore, reports: Path, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_warc(dump, [record("https://a.cn/1", b"<p>news")])
    assert land(store, reports).turned_away == 1
    monkeypatch.setattr(landing.FIRST_PASS, "version", "another")
    monkeypatch.setattr(landing.FIRST_PASS, "is_candidate", lambda document: True)
    summary = land(store, reports)
    assert (summary.new, summary.turned_away) == (1, 0)


def test_dump_that_breaks_off(store: LandingStore, reports: Path, dump: Path) -> None:
    write_warc(dump, [record(f"https://a.cn/{number}", HTML) for number in range(3)])
    dump.write_bytes(dump.read_bytes()[:-300])
    land(store, reports)
    assert [uri for uri, *_ in kept(store)] == ["https://a.cn/0", "https://a.cn/1"]
    assert refused(store) == {source_uri(dump): ("unreadable", "record 4: the file breaks off")}


def test_damaged_record_costs_itself(store: LandingStore, reports: Path) -> None:
    dump = write_warc(reports / "a.warc.gz", [record(f"https://a.cn/{number}", HTML) for number in range(4)])
    content = bytearray(dump.read_bytes())
    begins = [at for at in range(len(content)) if content.startswith(b"\x1f\x8b\x08", at)]
    content[begins[2] + 400 : begins[2] + 420] = b"\0" * 20
    dump.write_bytes(content)
    land(store, reports)
    assert [uri for uri, *_ in kept(store)] == ["https://a.cn/0", "https://a.cn/2", "https://a.cn/3"]
    (reason, detail) = refused(store)[source_uri(dump)]
    assert reason == "unreadable"
    assert "record 3: it can't be unpacked" in str(detail)


def test_page_that_the_crawler_cut_off(store: LandingStore, reports: Path, dump: Path) -> None:
    """A torn report is listed, a torn page of another kind counted."""
    cut = {"WARC-Truncated": "length"}
    shard = write_warc(dump, [record("https://a.cn/1", c, warc_headers=cut) for c in (HTML[:-1000], b"<p>news")])
    assert land(store, reports).turned_away == 1
    assert kept(store) == []
    assert reasons(store, shard) == {"#2": "unreadable"}


def test_what_is_too_large_is_not_held_in_memory(
    store: LandingStore, reports: Path, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "MAX_DOCUMENT_BYTES", 20_000)
    monkeypatch.setattr(warc, "MAX_HEADER_BYTES", 10_000)
    packed = gzip.compress(HTML + b" " * 40_000)
    records = [
        record("https://a.cn/large", HTML + b" " * 60_000),
        record("https://a.cn/packed", packed, headers={"Content-Encoding": "gzip"}),
        record("https://a.cn/good", HTML),
    ]
    shard = write_warc(dump, records)
    land(store, reports)
    assert [uri for uri, *_ in kept(store)] == ["https://a.cn/good"]
    assert reasons(store, shard) == {"#2": "too_large", "https://a.cn/packed": "too_large"}


def test_dump_that_is_all_air(store: LandingStore, reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "MAX_DOCUMENT_BYTES", 1000)
    dump = reports / "a.warc.gz"
    dump.write_bytes(gzip.compress(b"WARC/1.0\r\n" + b" " * 10_000_000))
    land(store, reports)
    assert refused(store)[source_uri(dump)][0] == "unsafe_input"


@pytest.mark.parametrize(
    "content", [b"", b"no dump\n", b"WARC/1.0\r\nContent-Length: 99999999\r\n\r\n", b"\x1f\x8b\x08"]
)
@pytest.mark.parametrize("suffix", [".warc", ".warc.gz"])
def test_what_is_no_dump(store: LandingStore, reports: Path, content: bytes, suffix: str) -> None:
    dump = reports / f"a{suffix}"
    dump.write_bytes(content)
    land(store, reports)
    assert kept(store) == []
    assert refused(store).keys() == ({source_uri(dump)} if content else set())


@pytest.mark.parametrize("seed", range(20))
def test_damage_is_never_more_than_an_error(reports: Path, seed: int) -> None:
    """Bytes changed, cut out and doubled anywhere: rows that come are whole, or the dump says what is wrong."""
    chance = Random(seed)
    headers = {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}
    records = [record(f"https://a.cn/{number}", HTML, headers=headers if number % 2 else {}) for number in range(6)]
    dump = write_warc(reports / f"a.warc{'.gz' * (seed % 2)}", records)
    for _ in range(10):
        content = bytearray(dump.read_bytes())
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(content))
            content[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
        damaged = reports / f"damaged{dump.suffix if dump.suffix == '.warc' else '.warc.gz'}"
        damaged.write_bytes(content)
        try:
            outcomes = list(shards.read_shard(damaged, "s", 100_000))
        except ShardError as error:
            assert error.refusal[0] in ("unreadable", "unsafe_input")
        else:
            assert all(isinstance(outcome, Document) or outcome.reason for outcome in outcomes)


def test_what_is_turned_away_is_said(store: LandingStore, reports: Path, dump: Path, tmp_path: Path) -> None:
    """By the table of shards, by a build's summary, and by ``gongkai extract``."""
    write_warc(dump, [record("https://a.cn/1", HTML), *(record(f"https://a.cn/{n}", b"<p>news") for n in range(2, 5))])
    land(store, reports)
    database = BuildDatabase(tmp_path / "build.duckdb")
    load_shards(store, database)
    load_shards(store, database)
    with database.connect(read_only=True) as connection:
        rows = connection.execute("select source_uri, documents, documents_turned_away, reason from staging.shards")
        assert rows.fetchall() == [(source_uri(dump), 1, 3, None)]
        print_turned_away(connection, Console(file=(said := io.StringIO()), width=200))
    assert said.getvalue() == "Turned away as no reports: 3 documents of 1 shards (staging.shards)\n"
    done = gongkai("extract", reports, "--output", tmp_path / "cells.parquet")
    assert done.returncode == 0, done.stderr
    assert f"turned away: {source_uri(dump)}: 3 documents that can't be reports" in done.stderr
    assert pl.read_parquet(tmp_path / "cells.parquet")["report_id"].n_unique() == 1
