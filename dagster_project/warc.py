"""Dumps of web crawls (WARC, ISO 28500): each response of a server is a row, as a shard has them.

Belongs here: from a dump to its pages, one record in memory at a time, whatever the dump holds. Doesn't belong here:
what becomes of a row (``shards``), fetching pages (``fetching``), what a page says (``extract``).

Records are parsed by warcio. They are cut apart here, so that no record, and nothing that a record is packed into,
takes more memory than the largest document may have, and so that a damaged one costs itself only.
"""

import io
import os
import re
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from dagster_project.shard_rows import Refusal, Row, ShardError, said_by, shortened

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

#: What is read from a file at once: what lies behind a packed record is copied for each.
READ_BYTES = 64 * 1024
#: Of a record besides its page: its own headers and those of the server.
MAX_HEADER_BYTES = 256 * 1024
#: A record that unpacks to so many times what a document may have isn't unpacked to its end.
MAX_UNPACKED_TIMES = 20
#: So many damaged records are passed over; behind that many the dump is given up.
MAX_DAMAGED_RECORDS = 100

_GZIP_BEGINS = b"\x1f\x8b\x08"
_LENGTH = re.compile(rb"\r?\nContent-Length:[ \t]*(\d{1,15})[ \t]*\r?\n", re.IGNORECASE)
#: How servers pack pages, as far as the standard library unpacks it.
_PACKINGS = frozenset(("", "identity", "gzip", "x-gzip", "deflate"))
BREAKS_OFF = "the file breaks off"

#: The bytes of a record, or why it can't be used.
Block = bytes | Refusal


def warc_rows(file: BinaryIO, largest: int) -> Iterator[Row]:
    """A row for each page that a server gave; the number is the record's, of all records of the dump.

    Raises:
        ShardError: after the last row, when the dump breaks off or records of it are damaged.

    """
    most = largest + MAX_HEADER_BYTES
    begin = file.read(len(_GZIP_BEGINS))
    file.seek(0)
    blocks = _packed(file, most) if begin == _GZIP_BEGINS else _plain(file, most)
    damaged: list[str] = []
    number = 0
    try:
        for block in blocks:
            if isinstance(block, bytes):
                for number, row in enumerate(_rows(block, largest), start=number + 1):  # noqa: B020 - it goes on counting
                    if row:
                        yield row._replace(number=number)
                continue
            number += 1
            if block[0] == "unreadable":
                damaged.append(f"record {number}: {block[1]}")
            else:
                yield Row(number, refusal=block)
    except ShardError as error:
        raise ShardError(error.refusal[0], f"record {number + 1}: {error}") from error
    if damaged:
        more = f", and {len(damaged) - 1} more records" if len(damaged) > 1 else ""
        raise ShardError("unreadable", damaged[0] + more)


# -- records as bytes -------------------------------------------------------------------------


def _packed(file: BinaryIO, most: int) -> Iterator[Block]:
    """Each member of a file of gzip members, which is a record by the standard; behind a damaged one the next."""
    rest, damaged = b"", 0
    while rest := rest or file.read(READ_BYTES):
        begin = file.tell() - len(rest)
        try:
            block, rest = _member(rest, file, most)
            yield block
        except zlib.error as error:
            yield "unreadable", f"it can't be unpacked: {said_by(error)}"
            damaged += 1
            if damaged > MAX_DAMAGED_RECORDS:
                raise ShardError("unreadable", f"more than {MAX_DAMAGED_RECORDS} damaged records before it") from error
            rest = _next_member(file, begin + 1)


def _member(begin: bytes, file: BinaryIO, most: int) -> tuple[Block, bytes]:
    """A member unpacked, and what was read behind it; one that is too large is unpacked and let go of."""
    unpack, pieces, size = zlib.decompressobj(wbits=31), [], 0
    packed = begin
    while not unpack.eof:
        if not (packed := packed or file.read(READ_BYTES)):
            raise ShardError("unreadable", BREAKS_OFF)
        piece = unpack.decompress(packed, READ_BYTES)
        packed = unpack.unconsumed_tail
        size += len(piece)
        if size > MAX_UNPACKED_TIMES * most:
            raise ShardError("unsafe_input", f"more than {MAX_UNPACKED_TIMES * most // 1024**2} MiB packed into it")
        if size <= most:
            pieces.append(piece)
        else:
            pieces.clear()
    block = b"".join(pieces) if size <= most else _too_large(most)
    return block, unpack.unused_data


def _next_member(file: BinaryIO, position: int) -> bytes:
    """What stands from the next beginning of a member on, as far as it was read; empty at the end of the file."""
    file.seek(position)
    read = b""
    while piece := file.read(READ_BYTES):
        read = read[-len(_GZIP_BEGINS) :] + piece
        if (at := read.find(_GZIP_BEGINS)) >= 0:
            return read[at:]
    return b""


def _plain(file: BinaryIO, most: int) -> Iterator[Block]:
    """Each record of a file that isn't packed; where one ends only its headers say."""
    while (headers := _headers(file)).strip():
        length = _LENGTH.search(headers)
        if not headers.startswith(b"WARC/") or not length:
            raise ShardError("unreadable", "no record of a web archive begins here")
        size = int(length[1])
        if size > most:
            if file.seek(size, os.SEEK_CUR) > os.fstat(file.fileno()).st_size:
                raise ShardError("unreadable", BREAKS_OFF)
            yield _too_large(most)
            continue
        content = file.read(size)
        if len(content) < size:
            raise ShardError("unreadable", BREAKS_OFF)
        yield headers + content


def _headers(file: BinaryIO) -> bytes:
    """The lines up to an empty one, behind the empty lines that end the record before."""
    lines: list[bytes] = []
    size = 0
    while line := file.readline(MAX_HEADER_BYTES):
        if not line.strip():
            if lines:
                return b"".join((*lines, b"\r\n"))
            continue
        lines.append(line)
        size += len(line)
        if size > MAX_HEADER_BYTES:
            raise ShardError("unreadable", f"headers of more than {MAX_HEADER_BYTES // 1024} KiB")
    return b"".join(lines)


def _too_large(most: int) -> Refusal:
    return "too_large", f"a record of more than {most // 1024**2} MiB"


# -- records as pages -------------------------------------------------------------------------


def _rows(block: bytes, largest: int) -> Iterator[Row | None]:
    """A row for each record of a block that is a page; None for one of another kind."""
    from warcio.recordloader import ArcWarcRecordLoader  # only where there is a dump

    stream, loader = io.BytesIO(block), ArcWarcRecordLoader(verify_http=False)
    while True:
        try:
            record = loader.parse_record_stream(stream, known_format="warc")
            yield _row(record, largest)
            while record.raw_stream.read(READ_BYTES):
                pass
        except EOFError:
            return
        except Exception as error:  # whatever warcio makes of damaged bytes
            yield Row(0, refusal=("unreadable", f"not a record of a web archive: {said_by(error)}"))
            return
        while (begin := stream.read(1)) in (b"\r", b"\n"):
            pass
        if not begin:
            return
        stream.seek(-1, io.SEEK_CUR)


def _row(record: "ArcWarcRecord", largest: int) -> Row | None:
    """The page that a record holds; None for what is no page: requests, redirects, what wasn't found."""
    if record.rec_type != "response" or record.http_headers is None or record.http_headers.get_statuscode() != "200":
        return None
    uri, headers = record.rec_headers.get_header("WARC-Target-URI"), record.http_headers
    packing = (headers.get_header("Content-Encoding") or "").strip().lower()
    if packing not in _PACKINGS:
        return Row(0, uri, refusal=("unreadable", f"packed in a way that isn't read: {shortened(packing)}"))
    content = _content(record, largest)
    cut = record.rec_headers.get_header("WARC-Truncated")
    refusal: Refusal | None = ("unreadable", f"the crawler cut it off: {shortened(cut)}") if cut else None
    return Row(0, uri, content, headers.get_header("Content-Type"), refusal)


def _content(record: "ArcWarcRecord", largest: int) -> bytes:
    """The page unpacked, and a byte more than ``largest`` of one that is larger."""
    stream, pieces, size = record.content_stream(), [], 0
    while size <= largest and (piece := stream.read(READ_BYTES)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)[: largest + 1]
