"""Reading a shard: what its rows hold, and what of it can't be used."""

import json
import os
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from dagster_project import landing, shards
from dagster_project.landing import LandingStore, LandingSummary, source_uri
from extract import Document, Rejection
from tests.shard_files import Writer, kept, land, reasons, refused, row, write_lines, write_parquet


@pytest.mark.parametrize(
    "kind",
    [
        *(pa.binary(), pa.large_binary(), pa.binary_view(), pa.string(), pa.large_string(), pa.string_view()),
        *(pa.dictionary(pa.int32(), pa.string()), pa.dictionary(pa.int8(), pa.binary()), pa.binary(6)),
    ],
    ids=str,
)
def test_parquet_content_of_every_type(store: LandingStore, reports: Path, kind: pa.DataType) -> None:
    texts = ["报告", "公开", "报告"]
    uris = ["https://a/1", "https://a/2", "https://b/1"]
    value_type = kind.value_type if pa.types.is_dictionary(kind) else kind
    plain = pa.array([text.encode() for text in texts], pa.binary()).cast(value_type)
    content = plain.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else plain
    table = pa.table({"fetched": [1, 2, 3], "content": content, "source_uri": pa.array(uris).dictionary_encode()})
    parquet.write_table(table, reports / "shard.PARQUET", compression="zstd")
    assert land(store, reports) == LandingSummary(files=1, found=3, new=3, unchanged=0, not_kept=0)
    assert kept(store) == [(uri, text.encode(), None) for uri, text in zip(uris, texts, strict=True)]


def test_parquet_of_polars_and_duckdb(store: LandingStore, reports: Path) -> None:
    frame = pl.DataFrame({"source_uri": ["a", "b"], "content": [b"1", b"2"], "media_type": ["text/html", None]})
    frame.write_parquet(reports / "polars.parquet")
    with duckdb.connect() as connection:
        connection.sql("select 'c' as source_uri, '3' as content").write_parquet(str(reports / "duckdb.parquet"))
    land(store, reports)
    assert kept(store) == [("c", b"3", None), ("a", b"1", "text/html"), ("b", b"2", None)]


def test_dictionary_that_overflows_its_page(store: LandingStore, reports: Path) -> None:
    """A column read as a dictionary of which only the first pages are one."""
    contents = [f"{number:05}" * 40 for number in range(2000)]
    contents += contents[:500]
    uris = [f"https://a/{number}" for number in range(2500)]
    table = pa.table({"source_uri": uris, "content": pa.array(contents).dictionary_encode()})
    parquet.write_table(table, reports / "a.parquet", dictionary_pagesize_limit=50_000, data_page_size=10_000)
    read = [o for o in shards.read_shard(reports / "a.parquet", "s", 1000) if isinstance(o, Document)]
    assert [(o.source_uri, o.content.decode()) for o in read] == list(zip(uris, contents, strict=True))


def test_row_group_is_not_held_in_memory(reports: Path) -> None:
    table = pa.table({"source_uri": [str(n) for n in range(400)], "content": [os.urandom(100_000) for _ in range(400)]})
    parquet.write_table(table, reports / "a.parquet", use_dictionary=False, write_batch_size=8)
    del table
    before, peak = pa.total_allocated_bytes(), 0
    for _ in shards.read_shard(reports / "a.parquet", "s", 200_000):
        peak = max(peak, pa.total_allocated_bytes() - before)
    assert 100_000 < peak < 8_000_000


def test_media_type_is_the_row_s_own(store: LandingStore, reports: Path, write: Writer) -> None:
    types = ["text/html; charset=gbk", "", None, "odd\n"]
    write(reports / "shard", (row(str(n), "x", media_type=value) for n, value in enumerate(types)))
    land(store, reports)
    assert [media_type for *_, media_type in kept(store)] == ["text/html; charset=gbk", None, None, "odd%0A"]


def test_place_is_printable(store: LandingStore, reports: Path, write: Writer) -> None:
    write(reports / "shard", [row("https://a/年 报\n\x00\x7f?b=1#c", "x")])
    land(store, reports)
    assert [uri for uri, *_ in kept(store)] == ["https://a/年 报%0A%00%7F?b=1#c"]


def test_rows_that_cannot_be_used(store: LandingStore, reports: Path, write: Writer) -> None:
    rows = [row("a", "1"), row(None, "2"), row(" ", "3"), row("d", None), row("e" * 9000, "5"), row("f", "")]
    shard = write(reports / "shard", rows)
    assert land(store, reports) == LandingSummary(1, 6, 6, 0, 4)
    assert reasons(store, shard) == dict.fromkeys(["#2", "#3", "#4", "#5"], "unreadable")
    assert [(uri, content) for uri, content, _ in kept(store)] == [("a", b"1"), ("f", b"")]


def test_lines_that_cannot_be_used(store: LandingStore, reports: Path) -> None:
    good = b'{"source_uri": "%d", "content": "x", "more": [{}]}\n'
    lines = [b"\xef\xbb\xbf" + good % 1, b"\r\n", b"[1]\n", b"{\n", b'{"source_uri": "5"}\n', b"\xff\xfe\n"]
    lines += [b'{"source_uri": 7, "content": "x"}\n', b'{"source_uri": "8", "content": ["x"]}\n', good % 9]
    lines += [b'{"source_uri": "10", "content": "x", "media_type": 1}\n', b"[" * 100_000 + b"\n", b"1" * 5000 + b"\n"]
    lines += [b'{"source_uri": "13", "content": "\\ud800"}\n', b'{"source_uri": "\\ud800\\n", "content": "x"}\r\n']
    lines += [good % 15, b'{"source_uri": "16", "cont']
    (reports / "shard.jsonl").write_bytes(b"".join(lines))
    land(store, reports)
    unusable = [f"#{number}" for number in (3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16)]
    assert reasons(store, reports / "shard.jsonl") == dict.fromkeys(unusable, "unreadable")
    assert [uri for uri, *_ in kept(store)] == ["1", "9", "\\ud800%0A", "15"]


def test_document_that_is_too_large(
    store: LandingStore, reports: Path, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit holds for each document of a shard, in bytes, and not for the shard."""
    monkeypatch.setattr(landing, "MAX_DOCUMENT_BYTES", 30)
    shard = write(reports / "shard", [row("https://a/b", "年" * 11), row("c", "年" * 10), row("d", "x" * 31)])
    assert shard.stat().st_size > 30
    land(store, reports)
    assert reasons(store, shard) == {"https://a/b": "too_large", "d": "too_large"}
    assert [uri for uri, *_ in kept(store)] == ["c"]


def test_line_that_is_too_long_is_not_held_in_memory(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines at the limit, over it, far over it, and the last without an end."""
    monkeypatch.setattr(shards, "READ_BYTES", 40)
    sizes = [60, 61, 500, 59, 100]
    lines = [json.dumps(row("u", "x" * (size - len(json.dumps(row("u", "")))))) for size in sizes]
    (reports / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    outcomes = list(shards.read_shard(reports / "a.jsonl", "s", 10))
    assert [(o.source_uri, o.reason) for o in outcomes if isinstance(o, Rejection)] == [
        *[("u", "too_large"), ("s#2", "too_large"), ("s#3", "too_large"), ("u", "too_large"), ("s#5", "too_large")]
    ]
    with (reports / "a.jsonl").open("rb") as file:
        assert list(map(len, filter(None, shards._lines(file, 60)))) == [61, 60]


def test_values_without_end_are_not_parsed(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "MAX_COMMAS_OF_A_LINE", 100)
    shard = write_lines(reports / "a", [row("u", "x", more=[[]] * 101), row("u", "x", more=[[]] * 90)])
    first, second = shards.read_shard(shard, "s", 1000)
    assert (first.source_uri, second.source_uri) == ("s#1", "u")


def test_file_of_something_else_is_not_listed_without_end(
    store: LandingStore, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "MAX_LISTED_ROWS", 5)
    events: list[dict[str, object]] = [{"event": number} for number in range(100)]
    shard = write_lines(reports / "events", [*events, row("a", "1")])
    land(store, reports)
    assert list(reasons(store, shard)) == ["", "#1", "#2", "#3", "#4", "#5"]
    assert "95 more rows" in str(refused(store)[source_uri(shard)])
    assert len(kept(store)) == 1


def test_shard_without_end(store: LandingStore, reports: Path, write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "MAX_ROWS", 3)
    shard = write(reports / "a", [row(str(number), "x") for number in range(5)])
    land(store, reports)
    assert [uri for uri, *_ in kept(store)] == ["0", "1", "2"]
    assert reasons(store, shard) == {"": "too_large"}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"url": ["a"], "content": ["b"]}, "no column source_uri among: url, content"),
        ({"source_uri": ["a"], "Content": ["b"]}, "no column content"),
        ({"source_uri": [1], "content": ["b"]}, "source_uri isn't text or bytes but int64"),
        ({"source_uri": ["a"], "content": [["b"]]}, "content isn't text or bytes but list"),
        ({"source_uri": ["a"], "content": [{"content": "b"}]}, "content isn't text or bytes but struct"),
        ({"source_uri": ["a"], "content": ["b"], "media_type": [1]}, "media_type isn't text"),
        ({f"\x1b{number}": [1] for number in range(1000)}, "no column source_uri among: %1B0"),
    ],
)
def test_shard_with_wrong_columns(store: LandingStore, reports: Path, columns: dict, said: str) -> None:
    parquet.write_table(pa.table(columns), reports / "b.parquet")
    write_lines(reports / "c", [row("a", "1")])
    assert land(store, reports) == LandingSummary(files=2, found=2, new=2, unchanged=0, not_kept=1)
    ((place, (reason, detail)),) = refused(store).items()
    assert (place, reason) == (source_uri(reports / "b.parquet"), "unreadable")
    assert said in str(detail)
    assert len(str(detail)) < 1000
    assert land(store, reports).new == 0


def test_column_that_stands_there_twice(store: LandingStore, reports: Path) -> None:
    twice = pa.Table.from_arrays([pa.array(["a"])] * 3, names=["source_uri", "content", "content"])
    parquet.write_table(twice, reports / "a.parquet")
    land(store, reports)
    assert "2 columns are called content" in str(refused(store))


def test_columns_of_nulls_as_pandas_writes_them(store: LandingStore, reports: Path) -> None:
    nulls = pa.nulls(2)
    parquet.write_table(
        pa.table({"source_uri": ["a", "b"], "content": ["1", "2"], "media_type": nulls}), reports / "a.parquet"
    )
    parquet.write_table(pa.table({"source_uri": ["a", "b"], "content": nulls}), reports / "b.parquet")
    land(store, reports)
    assert kept(store) == [("a", b"1", None), ("b", b"2", None)]
    assert reasons(store, reports / "b.parquet") == {"#1": "unreadable", "#2": "unreadable"}


def test_text_that_is_not_utf_8_is_kept_as_it_is(store: LandingStore, reports: Path) -> None:
    """Writers don't always check: the bytes of a page in GB18030 may stand in a column of text."""
    page = "年报".encode("gb18030")
    content = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\4\0\0\0"), pa.py_buffer(page))
    parquet.write_table(pa.table({"source_uri": pa.array([b"\xff"]), "content": content}), reports / "a.parquet")
    land(store, reports)
    assert kept(store) == [("\\xff", page, None)]


def test_damaged_row_group_costs_its_rows_only(store: LandingStore, reports: Path) -> None:
    table = pa.table(
        {"source_uri": [f"https://a/{n}" for n in range(9)], "content": [f"content {n}" for n in range(9)]}
    )
    parquet.write_table(
        table,
        reports / "a.parquet",
        row_group_size=3,
        compression="none",
        use_dictionary=False,
        write_page_checksum=True,
    )
    whole = (reports / "a.parquet").read_bytes()
    (reports / "a.parquet").write_bytes(whole.replace(b"content 4", b"content !", 1))
    land(store, reports)
    assert [content for _, content, _ in kept(store)] == [f"content {n}".encode() for n in (0, 1, 2, 6, 7, 8)]
    ((place, (reason, detail)),) = refused(store).items()
    assert (place, reason) == (source_uri(reports / "a.parquet"), "unreadable")
    assert "row group 2" in str(detail)


def test_damaged_footer_is_never_more_than_an_error(reports: Path) -> None:
    """Byte by byte: some damage makes pyarrow end the process, where it is asked for a column's metadata."""
    shard = write_parquet(reports / "a", [row("a", "1", more=[{"b": 1}])])
    whole = shard.read_bytes()
    outcomes: set[str] = set()
    for position in range(len(whole) - 8 - int.from_bytes(whole[-8:-4], "little"), len(whole), 2):
        shard.write_bytes(whole[:position] + bytes([whole[position] ^ 2]) + whole[position + 1 :])
        try:
            outcomes |= {type(outcome).__name__ for outcome in shards.read_shard(shard, "s", 1000)}
        except shards.ShardError as error:
            outcomes.add(error.refusal[0])
    assert {"unreadable", "Document"} <= outcomes <= {"unreadable", "unsafe_input", "Document", "Rejection"}


def test_shard_that_is_all_air_is_not_unpacked(
    store: LandingStore, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "MAX_UNPACKED_BYTES", 1_000_000)
    table = pa.table({"source_uri": ["a"], "content": ["x" * 2_000_000]})
    parquet.write_table(table, reports / "a.parquet", compression="zstd", use_dictionary=False)
    land(store, reports)
    assert reasons(store, reports / "a.parquet") == {"": "unsafe_input"}


def test_shard_without_rows(store: LandingStore, reports: Path) -> None:
    parquet.write_table(pa.table({"source_uri": pa.nulls(0), "content": pa.nulls(0)}), reports / "a.parquet")
    (reports / "b.jsonl").write_bytes(b"\n")
    assert land(store, reports) == LandingSummary(2, 0, 0, 0, 0)
    assert store.documents() == []
