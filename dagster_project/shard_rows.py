"""What a shard is read into: its rows, or why it can't be read.

Belongs here: the shape of a row, and how what a shard says is quoted. Doesn't belong here: reading a format
(``shards``, ``warc``).
"""

import re
from typing import NamedTuple

from extract.documents import RejectionReason

Refusal = tuple[RejectionReason, str]


class ShardError(Exception):
    """A shard, or what is left of it, can't be read. Rows that came before are good."""

    def __init__(self, reason: RejectionReason, detail: str) -> None:
        super().__init__(detail)
        self.refusal: Refusal = (reason, detail)


class Row(NamedTuple):
    """A row as found, numbered from 1; None where a value is missing, ``refusal`` where it isn't usable at all."""

    number: int
    source_uri: str | None = None
    content: bytes | memoryview | None = None
    media_type: str | None = None
    refusal: Refusal | None = None


def printable(text: str) -> str:
    """A URI as it is kept: control characters and halves of characters escaped."""
    text = text.encode("utf-8", "backslashreplace").decode()
    return re.sub(r"[\x00-\x1f\x7f]", lambda match: f"%{ord(match[0]):02X}", text)


def said_by(error: BaseException) -> str:
    """What an error says, in a line."""
    return shortened(getattr(error, "strerror", None) or str(error) or type(error).__name__)


def shortened(text: str) -> str:
    """A line of what is said of a shard: it holds names from the shard, so that it can be of any length."""
    return printable(" ".join(text.split())[:300])
