"""One request with its answer: bounded in time and size, to checked addresses, and nothing it says is followed.

Belongs here: the HTTP client and what can go wrong on the way. Doesn't belong here: whether to ask at all
(``robots``, ``hosts``), asking again (``asking``), redirects and links (``crawl``).
"""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import httpcore
import httpx

from dagster_project.fetching.addresses import GuardedBackend, PrivateAddressError
from dagster_project.fetching.attempts import Outcome
from dagster_project.fetching.decoding import ACCEPTED, Body, EncodingError, TooLargeError
from dagster_project.fetching.sources import Manners
from dagster_project.shard_rows import printable

#: A longer header isn't taken for one.
LONGEST_HEADER = 2048
#: Headers that are kept: no more letters than this, and none that belong to a session.
LONGEST_HEADERS = 8192
FORGOTTEN_HEADERS = frozenset(("set-cookie", "set-cookie2", "authorization", "proxy-authenticate"))
REDIRECTS = frozenset((301, 302, 303, 307, 308))


@dataclass(frozen=True)
class Answer:
    """What became of one request. ``content`` is given with the outcome ``new`` only: a whole body."""

    outcome: Outcome
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    detail: str | None = None

    @property
    def media_type(self) -> str | None:
        """What the server says that it is, with its parameters."""
        return printable(self.headers.get("content-type", ""))[:200] or None

    @property
    def retry_after_seconds(self) -> float | None:
        """How long the server asks to be left alone: seconds, or until a date."""
        said = self.headers.get("retry-after", "").strip()
        if said.isascii() and said.isdigit():
            return float(said[:9])
        try:
            until = parsedate_to_datetime(said).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return max(0.0, (until - datetime.now(UTC)).total_seconds())

    def record(self) -> dict[str, Any]:
        """What is written down of it."""
        return {
            "status": self.status,
            "media_type": self.media_type,
            "etag": self._header("etag"),
            "last_modified": self._header("last-modified"),
            "location": self._header("location"),
            "retry_after_seconds": self.retry_after_seconds,
            "headers": self._headers_as_text() if self.headers else None,
            "detail": self.detail,
        }

    def _header(self, name: str) -> str | None:
        """A header as it can be sent back; None where it is absent or too long."""
        said = self.headers.get(name, "")
        return said if said and len(said) <= LONGEST_HEADER and said.isascii() and said.isprintable() else None

    def _headers_as_text(self) -> str:
        """The headers as JSON, as many of them as there is room for."""
        kept: dict[str, str] = {}
        for name, value in self.headers.items():
            if name.lower() not in FORGOTTEN_HEADERS:
                kept[printable(name)] = printable(value)
                if len(json.dumps(kept)) > LONGEST_HEADERS:
                    kept.popitem()
                    break
        return json.dumps(kept, ensure_ascii=True)


class Client:
    """Asks for addresses, one way of treating servers for all."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        certificates = _certificates()
        transport = httpx.AsyncHTTPTransport(verify=certificates)
        # httpx has no public place for a network backend; its pool takes one
        transport._pool = httpcore.AsyncConnectionPool(
            ssl_context=certificates,
            network_backend=GuardedBackend(allow_private=manners.allow_private_addresses),
            max_keepalive_connections=16,
            keepalive_expiry=30,
        )
        # without trust_env no proxy of the environment makes connections in our place
        self._client = httpx.AsyncClient(transport=transport, trust_env=False, follow_redirects=False)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def ask(self, url: str, conditions: Mapping[str, str], *, any_type: bool = False) -> Answer:
        """The answer for an address; never raises for what a server does."""
        try:
            async with asyncio.timeout(self._manners.request_seconds):
                return await self._ask(url, conditions, any_type)
        except TimeoutError:
            return Answer("timeout", detail=f"no whole answer within {self._manners.request_seconds:g} seconds")
        except httpx.TimeoutException as error:
            return Answer("timeout", detail=_said(error))
        except PrivateAddressError as error:
            return Answer("private_address", detail=str(error))
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            return Answer("bad_address", detail=_said(error))
        except httpx.RemoteProtocolError as error:
            broke_off = any(word in str(error) for word in ("closed", "disconnected"))
            return Answer("incomplete" if broke_off else "bad_response", detail=_said(error))
        except (httpx.ReadError, httpx.WriteError) as error:
            return Answer("incomplete", detail=_said(error))
        except (httpx.TransportError, ssl.SSLError, OSError) as error:
            return Answer("no_connection", detail=_said(error))
        except (httpx.HTTPError, ValueError) as error:
            return Answer("bad_response", detail=_said(error))

    async def _ask(self, url: str, conditions: Mapping[str, str], any_type: bool) -> Answer:
        headers = {"User-Agent": self._manners.user_agent, "Accept": "*/*", "Accept-Encoding": ACCEPTED, **conditions}
        waits = httpx.Timeout(self._manners.request_seconds, connect=self._manners.connect_seconds)
        async with self._client.stream("GET", url, headers=headers, timeout=waits) as response:
            outcome = _outcome(response.status_code)
            if outcome == "new":
                return await self._read(response, any_type)
            return Answer(outcome, response.status_code, dict(response.headers))

    async def _read(self, response: httpx.Response, any_type: bool) -> Answer:
        status, headers = response.status_code, dict(response.headers)
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if not any_type and media_type and not any(fnmatchcase(media_type, t) for t in self._manners.media_types):
            return Answer("unwanted_type", status, headers, detail=printable(media_type)[:200])
        try:
            if int(headers.get("content-length", "0")) > self._manners.max_bytes:
                return Answer("too_large", status, headers, detail=f"{headers['content-length']} bytes announced")
            body = Body(headers.get("content-encoding", ""), self._manners.max_bytes)
            async for piece in response.aiter_raw():
                body.take(piece)
            return Answer("new", status, headers, body.whole())
        except TooLargeError as error:
            return Answer("too_large", status, headers, detail=str(error))
        except EncodingError as error:
            return Answer("bad_response", status, headers, detail=str(error))


@cache
def _certificates() -> ssl.SSLContext:
    """The authorities that servers are believed by; reading them takes as long as ten requests."""
    return httpx.create_ssl_context()


def _outcome(status: int) -> Outcome:
    """What a status says; ``new`` where a body follows that may be read."""
    if status in REDIRECTS:
        return "moved"
    if status in {429, 503}:
        return "busy"
    if status == 408:
        return "timeout"
    named: dict[int, Outcome] = {200: "new", 203: "new", 304: "not_modified", 404: "gone", 410: "gone"}
    return named.get(status) or (
        "refused" if 400 <= status < 500 else "server_error" if status >= 500 else "bad_response"
    )


def _said(error: BaseException) -> str:
    return printable(" ".join((str(error) or type(error).__name__).split()))[:300]
