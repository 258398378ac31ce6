"""What is written down of each attempt to get something: the rows of ``staging.fetch_log``.

Belongs here: the record and the words for outcomes. Doesn't belong here: making attempts (``client``, ``files``),
keeping the records (``journal``).
"""

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Literal

Purpose = Literal["listing", "robots", "index", "document", "attachment", "shard_row"]
Outcome = Literal[
    # got it
    "listed",
    "new",
    "same",
    "not_modified",
    "duplicate",
    # to be asked elsewhere
    "moved",
    # the server says no
    "gone",
    "refused",
    "busy",
    "server_error",
    "robots_disallow",
    "robots_unreachable",
    # the way there failed
    "timeout",
    "no_connection",
    "incomplete",
    "bad_response",
    # we say no
    "too_large",
    "unwanted_type",
    "redirect_loop",
    "too_many_redirects",
    "private_address",
    "bad_address",
    "not_kept",
    "put_off",
]
#: Outcomes that brought what was asked for, or showed that nothing about it has changed.
SUCCEEDED: frozenset[Outcome] = frozenset(("listed", "new", "same", "not_modified", "duplicate"))
#: Outcomes after which the same may be asked again in a moment.
PASSING: frozenset[Outcome] = frozenset(
    ("busy", "server_error", "timeout", "no_connection", "incomplete", "bad_response")
)
#: Outcomes that say of the host that it is in trouble.
TROUBLED: frozenset[Outcome] = PASSING - {"bad_response"}


@dataclass(frozen=True)
class Attempt:
    """One attempt. Text where nothing else is said; None where there is nothing to say.

    ``size_bytes`` counts the bytes kept, unpacked. ``documents_linked`` counts what an index page or a listing
    named. ``is_last`` is False where the same address was asked for again at once, or a redirect was followed.
    """

    run_id: str
    source: str
    source_kind: str
    purpose: Purpose
    url: str
    outcome: Outcome
    started_at: str
    is_last: bool = True
    duration_ms: int = 0
    attempt_number: int = 1
    status: int | None = None
    content_sha256: str | None = None
    size_bytes: int | None = None
    media_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    linked_from: str | None = None
    redirected_from: str | None = None
    location: str | None = None
    retry_after_seconds: float | None = None
    documents_linked: int | None = None
    headers: str | None = None
    detail: str | None = None

    def to_line(self) -> bytes:
        """The record as a line of JSON, without what is None."""
        values = {name: value for name, value in vars(self).items() if value is not None}
        return json.dumps(values, ensure_ascii=True).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Attempt":
        """The record of a line; ValueError where the line is none. What a later version added is passed over."""
        values = json.loads(line)
        try:
            return cls(**{name: value for name, value in values.items() if name in _FIELDS})
        except (AttributeError, TypeError) as error:
            raise ValueError(f"no attempt: {line[:100]!r}") from error


_FIELDS = frozenset(field.name for field in fields(Attempt))


def now() -> str:
    """The time as it is written down: UTC, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
