"""How large the packed streams of a PDF become, before pdfium unpacks them without bound.

Belongs here: what can be known from the bytes alone. Doesn't belong here: reading a document (``extract.layouts.pdf``).
Only deflated streams are looked at, as nearly all are. Forms that draw forms can't be bounded by a look at the bytes
(``extract.layouts.confined`` is for those).
"""

import re
import zlib
from collections.abc import Iterable, Iterator

from extract.layouts.allowance import Allowance

#: All that is packed may come to so many bytes when unpacked.
MOST_UNPACKED_BYTES = 400 * 1024**2
#: … and so many streams may there be in a document of more than a few hundred kilobytes.
MOST_STREAMS = 100_000

#: No more bytes than these are packed into one.
_HIGHEST_COMPRESSION = 1032
#: A stream may be packed several times; further ones aren't looked at.
_MOST_TIMES = 4
_CHUNK = 1024**2
#: "stream", and the first byte of what is deflated.
_BEGINNING, _END = re.compile(rb"stream\r?\n(?=[\x08\x18\x28\x38\x48\x58\x68\x78])"), b"endstream"
#: Two kinds of packing, one after the other in a list of filters.
_TWICE = re.compile(rb"/(?:Fl|LZW|Run)[A-Za-z]{0,12}+\s{0,20}+(?:/A[A-Za-z0-9]{0,20}+\s{0,20}+){0,2}+/(?:Fl|LZW|Run)")


def check_unpacked_size(content: bytes) -> None:
    """See that the streams of a PDF stay within the bounds when they are unpacked.

    Raises:
        Refused: they don't.

    """
    if len(content) * _HIGHEST_COMPRESSION <= MOST_UNPACKED_BYTES and not _TWICE.search(content):
        return
    unpacked = Allowance(MOST_UNPACKED_BYTES, "bytes of unpacked streams")
    # what looks like a stream may begin within another one, but not again and again
    looked_at = Allowance(2 * len(content), "bytes of streams within streams")
    streams = Allowance(MOST_STREAMS, "streams")
    view, end = memoryview(content), 0
    for match in _BEGINNING.finditer(content):
        streams.spend(1)
        if end >= 0 and end < match.end():
            end = content.find(_END, match.end())
        packed = view[match.end() : end if end >= 0 else len(content)]
        looked_at.spend(len(packed))
        _spend(packed, unpacked)


def _spend(packed: bytes | memoryview, allowance: Allowance) -> None:
    """Spend what a stream unpacks to, as often as it is packed; a damaged one unpacks as far as it goes."""
    pieces: Iterable[bytes | memoryview] = [packed]
    for _ in range(_MOST_TIMES):
        pieces = _counted(_unpacked(pieces), allowance)
    for _ in pieces:
        pass


def _counted(pieces: Iterable[bytes], allowance: Allowance) -> Iterator[bytes]:
    for piece in pieces:
        allowance.spend(len(piece))
        yield piece


def _unpacked(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """What deflated pieces unpack to, in pieces; nothing of what isn't deflated, though all of it is looked at."""
    unpacking = zlib.decompressobj()
    for piece in pieces:
        packed = piece
        while packed and not unpacking.eof:
            try:
                unpacked = unpacking.decompress(packed, _CHUNK)
            except zlib.error:
                packed = b""
                continue
            yield unpacked
            packed = unpacking.unconsumed_tail
