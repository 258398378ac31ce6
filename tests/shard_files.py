"""Shards for the tests, and what a landing store keeps of them.

Belongs here: writing rows as Parquet and as JSON Lines, listing what was kept and what was refused. Doesn't
belong here: the documents in the rows (``tests.report_writer``).
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from dagster_project.landing import LandingStore, LandingSummary, find_files, source_uri

Rows = Iterable[dict[str, object]]
Writer = Callable[[Path, Rows], Path]


def write_parquet(path: Path, rows: Rows) -> Path:
    parquet.write_table(pa.Table.from_pylist(list(rows)), path.with_suffix(".parquet"))
    return path.with_suffix(".parquet")


def write_lines(path: Path, rows: Rows) -> Path:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.with_suffix(".jsonl").write_text(lines, encoding="utf-8")
    return path.with_suffix(".jsonl")


def row(uri: object, content: object, **more: object) -> dict[str, object]:
    return {"source_uri": uri, "content": content} | more


def land(store: LandingStore, reports: Path, **options: bool) -> LandingSummary:
    return store.land(find_files([reports]), **options)


def kept(store: LandingStore) -> list[tuple[str, bytes, str | None]]:
    """Place, bytes and media type of the documents, as they would be read."""
    documents = [store.document(o) for o in store.documents() if not o.reason]
    return [(document.source_uri, document.content, document.media_type) for document in documents]


def refused(store: LandingStore) -> dict[str, tuple[str | None, str | None]]:
    return {o.source_uri: (o.reason, o.detail) for o in store.documents() if o.reason}


def reasons(store: LandingStore, shard: Path) -> dict[str, str | None]:
    """Reasons by row number, or by place where that isn't a row's; empty for the shard itself."""
    return {uri.removeprefix(source_uri(shard)): reason for uri, (reason, _) in refused(store).items()}
