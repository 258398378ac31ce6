"""Landing shards: each row is kept like a file, what can't be used is listed, and nothing is read twice."""

import json
import os
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dagster_project.build_database import BuildDatabase
from dagster_project.extraction import read_documents
from dagster_project.landing import LandingStore, LandingSummary, find_files, source_uri
from dagster_project.settings import SAMPLE_REPORTS
from dagster_project.storage import FolderStorage
from extract import Catalogue, ReportReader
from tests.builds import build
from tests.conftest import gongkai
from tests.shard_files import Writer, kept, land, reasons, refused, row, write_lines, write_parquet


def test_three_thousand_rows(store: LandingStore, reports: Path, write: Writer) -> None:
    shard = write(reports / "shard", (row(f"https://a/{n}.html", f"content {n}") for n in range(3000)))
    assert land(store, reports) == LandingSummary(1, 3000, 3000, 0, 0)
    assert kept(store)[2999] == ("https://a/2999.html", b"content 2999", None)
    os.utime(shard, (1, 1))
    assert land(store, reports) == LandingSummary(1, 3000, 0, 3000, 0)
    assert len(kept(store)) == 3000


def test_equal_rows_are_one_document_and_others_copies(store: LandingStore, reports: Path, write: Writer) -> None:
    write(reports / "shard", [row("a", "1"), row("a", "2"), row("a", "1"), row("b", "1")])
    assert land(store, reports) == LandingSummary(1, 3, 3, 0, 0)
    assert kept(store) == [("a", b"1", None), ("a", b"2", None), ("b", b"1", None)]


def test_shard_and_file_may_hold_the_same_document(store: LandingStore, reports: Path, write: Writer) -> None:
    (reports / "page.txt").write_text("x", encoding="utf-8")
    write(reports / "shard", [row(source_uri(reports / "page.txt"), "x")])
    assert land(store, reports) == LandingSummary(files=2, found=2, new=1, unchanged=1, not_kept=0)
    assert len(kept(store)) == 1
    assert land(store, reports) == LandingSummary(2, 2, 0, 2, 0)


def log_of(store: LandingStore) -> list[tuple[str, str]]:
    return [(o.kind, o.source_uri) for o in store._all_observations()]


def test_unchanged_shard_is_not_opened(store: LandingStore, reports: Path, write: Writer) -> None:
    shard = write(reports / "shard", [row("a", "1"), row("b", None)])
    assert land(store, reports) == LandingSummary(1, 2, 2, 0, 1)
    before, log = shard.stat(), log_of(store)
    shard.write_bytes(b"?" * before.st_size)
    os.utime(shard, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert land(store, reports) == LandingSummary(1, 2, 0, 2, 0)
    assert log_of(store) == log
    assert land(store, reports, look_again=True).not_kept == 1


def test_what_was_found_before_a_landing_ends_is_kept(
    store: LandingStore, reports: Path, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of so many observations that they are written down in parts; those of one shard stay in one."""
    monkeypatch.setattr("dagster_project.landing.SEGMENT", 3)
    for name in "ab":
        write(reports / name, [row(f"{name}{n}", f"{name}{n}") for n in range(5)])
    (reports / "c.txt").write_text("c", encoding="utf-8")

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(LandingStore, "_observe", end)
        land(store, reports)
    assert land(store, reports) == LandingSummary(3, 11, 1, 10, 0)
    assert [place for place, _, _ in kept(store)][:-1] == [f"{name}{n}" for name in "ab" for n in range(5)]
    parts = [store.storage.read(name).decode() for name in store.storage.names("observations")]
    assert [part.count("\n") for part in parts] == [6, 6, 1]


def test_looking_again_finds_nothing_new(store: LandingStore, reports: Path, write: Writer) -> None:
    write(reports / "shard", [row("a", "1"), row("a", "2"), row(None, "3")])
    write(reports / "other", [row("a", "3")])
    land(store, reports)
    log = log_of(store)
    assert land(store, reports, look_again=True) == LandingSummary(2, 4, 0, 4, 0)
    assert log_of(store) == log


def test_changed_shard_gives_what_is_new_in_it(store: LandingStore, reports: Path, write: Writer) -> None:
    """A row that was replaced is another copy, one that left stays, one that came back is the latest."""
    shard = write(reports / "shard", [row("a", "1"), row("b", "1"), row("c", "1")])
    land(store, reports)
    write(reports / "shard", [row("a", "1"), row("b", "second"), row("d", "1")])
    assert land(store, reports) == LandingSummary(1, 3, 2, 1, 0)
    assert log_of(store)[4:] == [
        *[("shard", source_uri(shard)), ("document", "b"), ("document", "d")],
        *[("departure", "b"), ("departure", "c")],
    ]
    write(reports / "shard", [row("a", "1"), row("b", "1")])
    os.utime(shard, (1, 1))
    assert land(store, reports).new == 0
    assert [(uri, content) for uri, content, _ in kept(store)] == [
        *[("a", b"1"), ("c", b"1"), ("b", b"second"), ("d", b"1"), ("b", b"1")]
    ]


def test_row_is_listed_while_it_is_unusable(store: LandingStore, reports: Path, write: Writer) -> None:
    shard = write(reports / "shard", [row("a", "1"), row("b", None), row(None, None)])
    land(store, reports)
    assert reasons(store, shard) == {"#2": "unreadable", "#3": "unreadable"}
    write(reports / "shard", [row("a", "1"), row("b", "mended"), row(None, "1")])
    land(store, reports)
    assert reasons(store, shard) == {"#3": "unreadable"}
    shard.unlink()
    land(store, reports)
    assert reasons(store, shard) == {"#3": "unreadable"}
    assert len(kept(store)) == 2


@pytest.mark.parametrize("keep", [0, 3, 100, -1, -20])
def test_truncated_shard(store: LandingStore, reports: Path, keep: int) -> None:
    """Listed once, forgotten when it was mended, and nothing that it held before is lost by it."""
    shard = write_parquet(reports / "a", [row("a", "1"), row(None, "2")])
    whole = shard.read_bytes()
    shard.write_bytes(whole[:keep])
    land(store, reports)
    assert reasons(store, shard) == {"": "unreadable"}
    shard.write_bytes(whole)
    land(store, reports)
    assert reasons(store, shard) == {"#2": "unreadable"}
    shard.write_bytes(whole[:keep])
    assert land(store, reports).found == 3
    assert reasons(store, shard) == {"": "unreadable", "#2": "unreadable"}
    assert len(kept(store)) == 1


@pytest.mark.parametrize("name", ["a.parquet", "a.jsonl"])
def test_what_is_no_file_is_not_opened(store: LandingStore, reports: Path, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside" / name
    outside.parent.mkdir()
    outside.write_text(json.dumps(row("a", "1")), encoding="utf-8")
    os.mkfifo(reports / f"pipe_{name}")
    (reports / f"link_{name}").symlink_to(outside)
    (reports / f"folder_{name}").symlink_to(outside.parent)
    (reports / f"nowhere_{name}").symlink_to(tmp_path / "nowhere")
    (reports / f"real_{name}").mkdir()
    write_lines(reports / f"real_{name}" / "b", [row("b", "1")])
    for _ in range(2):
        summary = land(store, reports)
        assert {Path(uri).name: reason for uri, (reason, _) in refused(store).items()} == {
            f"pipe_{name}": "unsafe_input",
            f"link_{name}": "unsafe_input",
            f"folder_{name}": "unsafe_input",
            f"nowhere_{name}": "unreadable",
        }
    assert summary == LandingSummary(files=5, found=5, new=0, unchanged=5, not_kept=0)
    assert [uri for uri, *_ in kept(store)] == ["b"]


def test_store_that_cannot_be_written_is_not_the_shard_s_fault(
    store: LandingStore, reports: Path, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run fails and remembers nothing; the next one lands everything."""
    write(reports / "shard", [row("a", "1"), row("b", "2")])
    write_whole = FolderStorage.write

    def fail(storage: FolderStorage, name: str, content: bytes, **options: bool) -> None:
        if len(list(reports.parent.rglob("*.gz"))) == 1:
            raise OSError(28, "No space left on device")
        write_whole(storage, name, content, **options)

    monkeypatch.setattr(FolderStorage, "write", fail)
    with pytest.raises(OSError, match="No space left"):
        land(store, reports)
    assert store.documents() == []
    monkeypatch.undo()
    assert land(store, reports) == LandingSummary(1, 2, 2, 0, 0)


def test_directory_that_is_given_twice(store: LandingStore, reports: Path, write: Writer) -> None:
    (reports / "inner").mkdir()
    write(reports / "inner" / "shard", [row("a", "1")])
    assert store.land(find_files([reports, reports / "inner"])) == LandingSummary(1, 1, 1, 0, 0)


def test_log_of_before_there_were_shards(store: LandingStore, reports: Path, tmp_path: Path) -> None:
    """A shard that an older version took for a file is opened all the same."""
    shard = write_lines(reports / "shard", [row("a", "1")])
    status = shard.stat()
    (tmp_path / "landing" / "observations").mkdir(parents=True)
    old = {"source_uri": source_uri(shard), "content_sha256": "00", "size_bytes": status.st_size, "media_type": None}
    old |= {"modified_ns": status.st_mtime_ns, "reason": None, "detail": None}
    (tmp_path / "landing" / "observations" / "000001.jsonl").write_text(json.dumps(old) + "\n", encoding="utf-8")
    assert land(store, reports).new == 1


def test_what_changed_about_a_row_is_read_again(
    store: LandingStore, reports: Path, tmp_path: Path, catalogue: Catalogue
) -> None:
    """Its media type, or why it can't be used, though place and content are as before."""
    database = BuildDatabase(tmp_path / "build.duckdb")

    def read() -> tuple[int, list[tuple]]:
        land(store, reports)
        summary = read_documents(store, database, ReportReader(catalogue), again=False)
        with database.connect(read_only=True) as connection:
            query = "select parse_filename(source_uri), media_type, reason, detail from staging.documents order by 1"
            return summary.documents_read, connection.execute(query).fetchall()

    write_lines(reports / "s", [row("a", "x", media_type="image/png"), row("b", None)])
    assert read() == (2, [("a", "image/png", *_any), ("s.jsonl#2", None, "unreadable", "no content")])
    assert read()[0] == 0
    write_lines(reports / "s", [row("a", "x", media_type="text/plain"), row(None, "x")])
    assert read() == (2, [("a", "text/plain", *_any), ("s.jsonl#2", None, "unreadable", "no source_uri")])
    (reports / "s.jsonl").unlink()
    write_lines(reports / "s", [row("a", "x", media_type="text/plain")])
    assert read() == (0, [("a", "text/plain", *_any)])


class _Any:
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None


_any = (_Any(), _Any())


def test_shards_by_the_command_line(tmp_path: Path, reports: Path) -> None:
    """Two reports in a shard beside a broken shard and a single file: read as the files themselves are."""
    names = ["qingshi_water_bureau_2022.txt", "qingshi_water_bureau_2023.txt"]
    texts = [(SAMPLE_REPORTS / name).read_bytes() for name in names]
    uris = [f"https://reports.example/{name}" for name in names]
    write_parquet(
        reports / "shard", [row(uri, text) for uri, text in zip(uris, texts, strict=True)] + [row("none", None)]
    )
    (reports / "broken.parquet").write_bytes((reports / "shard.parquet").read_bytes()[:-30])
    (reports / "langzhong.txt").write_bytes((SAMPLE_REPORTS / "langzhong_government_2020.txt").read_bytes())
    warehouse = build(reports, tmp_path / "w.duckdb")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        read = connection.execute("select source_uri from marts.dim_report where tables_read order by 1").fetchall()
        rejected = connection.execute(
            "select parse_filename(source_uri), content_sha256, reason from quality.rejected_documents order by 1"
        ).fetchall()
        documents = connection.execute("select count(*) from staging.documents").fetchone()
    assert read == [(source_uri(reports / "langzhong.txt"),), *((uri,) for uri in uris)]
    assert rejected == [("broken.parquet", None, "unreadable"), ("shard.parquet#3", None, "unreadable")]
    assert documents == (5,)
    done = gongkai("extract", reports, "--output", tmp_path / "cells.parquet")
    assert done.returncode == 0, done.stderr
    assert pl.read_parquet(tmp_path / "cells.parquet")["report_id"].n_unique() == 3
    refused = [line for line in done.stderr.splitlines() if line.startswith("rejected: ")]
    assert sorted(line.split(": ")[2] for line in refused) == ["unreadable", "unreadable"]
