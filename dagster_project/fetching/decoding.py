"""Unpacking what servers pack, as far as the limit allows and no byte further.

Belongs here: content encodings. Doesn't belong here: what the bytes are.
"""

import zlib

#: What a request offers to take.
ACCEPTED = "gzip"
#: How what gzip packed begins.
GZIP = b"\x1f\x8b"


class EncodingError(Exception):
    """The body isn't packed as its header says, or in a way that nobody asked for."""


class TooLargeError(Exception):
    """The body is larger than the limit."""


class Body:
    """A body that comes in pieces: unpacked, and bounded after unpacking.

    Raises (all methods):
        TooLargeError: there is more than ``most_bytes``.
        EncodingError: the pieces can't be unpacked.

    """

    def __init__(self, encoding: str, most_bytes: int) -> None:
        encoding = encoding.strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise EncodingError(f"packed as {encoding[:40]}, which was not asked for")
        self._unpack = zlib.decompressobj(wbits=47) if encoding not in {"", "identity"} else None
        self._most = most_bytes
        self._pieces: list[bytes] = []
        self._size = 0
        self._is_begun = self._is_over = False

    def take(self, piece: bytes) -> None:
        """Add the next piece as it came."""
        if self._is_over:
            return
        self._is_begun = self._is_begun or bool(piece)
        while piece and self._unpack is not None:
            try:
                self._add(self._unpack.decompress(piece, self._most - self._size + 1))
            except zlib.error as error:
                raise EncodingError(f"the body can't be unpacked: {error}") from error
            piece = self._unpack.unconsumed_tail
            if self._unpack.eof:
                # packed bodies may follow one another; anything else behind the end is no part of the body
                rest = self._unpack.unused_data
                piece = rest if rest.startswith(GZIP) else b""
                if piece:
                    self._unpack = zlib.decompressobj(wbits=47)
                # zlib would gather all that follows, without a bound
                self._is_over = not rest.startswith(GZIP) and not GZIP.startswith(rest)
        if self._unpack is None:
            self._add(piece)

    def whole(self) -> bytes:
        """All of it, once it has come to its end."""
        if self._unpack is not None and self._is_begun and not self._unpack.eof:
            raise EncodingError("the packed body breaks off")
        return b"".join(self._pieces)

    def _add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._most:
            raise TooLargeError(f"more than {self._most} bytes")
        self._pieces.append(piece)
