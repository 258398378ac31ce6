"""Dumps of crawls for the tests, written by warcio.

Belongs here: records of all kinds, packed or not. Doesn't belong here: the pages in them.
"""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


def record(uri: str, content: bytes, *, kind: str = "response", status: str = "200 OK", **more: Any) -> dict[str, Any]:
    """A record as ``write_warc`` takes it; ``headers`` are the server's, ``warc_headers`` the record's own."""
    return {"uri": uri, "content": content, "kind": kind, "status": status} | more


def write_warc(path: Path, records: Iterable[dict[str, Any]]) -> Path:
    """A dump with a ``warcinfo`` first; packed where its name says so."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=path.suffix == ".gz")
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "tests"}))
        for one in records:
            http = StatusAndHeaders(one["status"], [*one.get("headers", {}).items()], protocol="HTTP/1.1")
            made = writer.create_warc_record(
                one["uri"],
                one["kind"],
                payload=io.BytesIO(one["content"]),
                http_headers=http if one["kind"] == "response" else None,
                warc_headers_dict=one.get("warc_headers", {}),
            )
            writer.write_record(made)
    return path
