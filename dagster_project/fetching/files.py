"""Sources that are no web pages: folders of this machine, and S3-compatible buckets through fsspec.

Belongs here: what is new there, kept and written down. Doesn't belong here: pages (``crawl``).
"""

import asyncio
import os
import tempfile
from collections.abc import Callable, Container, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import fsspec

from dagster_project.fetching.addresses import PORTS, PrivateAddressError, resolve
from dagster_project.fetching.attempts import Attempt, Outcome, now
from dagster_project.fetching.history import History
from dagster_project.fetching.sources import BucketSource, FolderSource
from dagster_project.landing import LandingStore, Observation, find_files, source_uri
from dagster_project.shard_rows import printable
from dagster_project.shards import is_shard, shard_suffix

Write = Callable[[Attempt], None]


def look_into_folder(
    source: FolderSource, store: LandingStore, run_id: str, write: Write, *, without: Container[Path]
) -> None:
    """Land what is new in a folder: a row for the look, and one for each document that it brought."""
    listing = _attempt(run_id, source, "listing", source_uri(source.path), "gone")
    if not source.path.is_dir():
        write(replace(listing, detail="no such folder"))
        return
    summary, observed = store.look(find_files([source.path], without=without))
    for attempt in _documents(run_id, source, observed):
        write(attempt)
    said = f"{summary.found} documents, {summary.new} of them new, {summary.not_kept} not kept"
    write(replace(listing, outcome="listed", documents_linked=summary.found, detail=said))


class BucketLook:
    """One look into a bucket. ``write`` gets a row for the listing, and one for each object that was asked for."""

    def __init__(self, source: BucketSource, store: LandingStore, history: History, run_id: str, write: Write) -> None:
        self._source = source
        self._store = store
        self._history = history
        self._run_id = run_id
        self._write = write

    def look(self) -> None:
        """Land the objects that are new or have changed, as far as their ETag or their time tells."""
        from botocore.exceptions import BotoCoreError

        listing = _attempt(self._run_id, self._source, "listing", self._source.url, "listed")
        try:
            self._check_address()
            files = self._open()
            found = files.find(self._source.url, detail=True)
        except (OSError, BotoCoreError, PrivateAddressError) as error:
            self._write(replace(listing, outcome=_outcome(error), detail=_said(error)))
            return
        objects = {f"s3://{printable(name)}": info for name, info in sorted(found.items()) if not name.endswith("/")}
        changed = {url: info for url, info in objects.items() if not self._is_known(url, info)}
        for url, info in changed.items():
            try:
                self._fetch(files, url, info)
            except (OSError, BotoCoreError) as error:
                self._log(url, info, _outcome(error), detail=_said(error))
        said = f"{len(objects)} objects, {len(changed)} of them new or changed"
        self._write(replace(listing, documents_linked=len(objects), detail=said))

    def _check_address(self) -> None:
        """The endpoint is asked for by name like any host, and may be private only where the manners allow it."""
        endpoint = self._source.endpoint_url or os.environ.get(
            "AWS_ENDPOINT_URL_S3", os.environ.get("AWS_ENDPOINT_URL")
        )
        if endpoint:
            parts = urlsplit(endpoint)
            port = parts.port or PORTS.get(parts.scheme, 443)
            asyncio.run(resolve(parts.hostname or "", port, allow_private=self._source.manners.allow_private_addresses))

    def _open(self) -> Any:
        manners = self._source.manners
        waits = {"connect_timeout": manners.connect_seconds, "read_timeout": manners.request_seconds}
        retries = {"max_attempts": manners.attempts, "mode": "standard"}
        return fsspec.filesystem(
            "s3",
            anon=self._source.anonymous,
            profile=self._source.profile,
            endpoint_url=self._source.endpoint_url,
            config_kwargs={**waits, "retries": retries, "user_agent_extra": "gongkai"},
            use_listings_cache=False,
            skip_instance_cache=True,
        )

    def _is_known(self, url: str, info: dict[str, Any]) -> bool:
        known = self._history.known(url)
        return known is not None and (known.etag, known.last_modified) == (_etag(info), _time(info))

    def _fetch(self, files: Any, url: str, info: dict[str, Any]) -> None:
        if is_shard(Path(url)):
            self._fetch_shard(files, url, info)
            return
        if info["size"] > self._source.manners.max_bytes:
            self._log(url, info, "too_large", detail=f"{info['size']} bytes announced")
            return
        content = files.cat_file(info["name"])
        if len(content) != info["size"]:
            self._log(url, info, "incomplete", detail=f"{len(content)} bytes of {info['size']}")
            return
        known = self._history.known(url)
        digest = self._store.keep(content, durable=True)
        outcome: Outcome = "same" if known is not None and known.content_sha256 == digest else "new"
        self._log(url, info, outcome, content_sha256=digest, size_bytes=len(content))

    def _fetch_shard(self, files: Any, url: str, info: dict[str, Any]) -> None:
        """A shard may be larger than memory: it is read from a file of this machine, which goes away."""
        with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
            path = Path(folder, f"shard{shard_suffix(Path(url))}")
            files.get_file(info["name"], str(path))
            os.utime(path, (0, info["LastModified"].timestamp()))
            observed = self._store.land_shard(path, url)
        for attempt in _documents(self._run_id, self._source, observed):
            self._write(replace(attempt, purpose="shard_row", linked_from=url))
        self._log(url, info, "new", purpose="listing")

    def _log(
        self,
        url: str,
        info: dict[str, Any],
        outcome: Outcome,
        purpose: Literal["document", "listing"] = "document",
        **values: Any,
    ) -> None:
        attempt = _attempt(self._run_id, self._source, purpose, url, outcome)
        attempt = replace(attempt, etag=_etag(info), last_modified=_time(info), linked_from=self._source.url, **values)
        self._write(attempt)
        self._history.take(attempt)


def _attempt(
    run_id: str,
    source: FolderSource | BucketSource,
    purpose: Literal["document", "listing"],
    url: str,
    outcome: Outcome,
) -> Attempt:
    return Attempt(run_id, source.name, source.kind, purpose, url, outcome, now())


def _documents(run_id: str, source: FolderSource | BucketSource, observed: Iterable[Observation]) -> Iterable[Attempt]:
    """A row for each document that a look brought, or that couldn't be kept."""
    for observation in observed:
        if observation.is_document:
            outcome: Outcome = "not_kept" if observation.reason else "new"
            attempt = _attempt(run_id, source, "document", observation.source_uri, outcome)
            said = f"{observation.reason}: {observation.detail}" if observation.reason else None
            yield replace(
                attempt,
                content_sha256=observation.content_sha256,
                size_bytes=None if observation.reason else observation.size_bytes,
                media_type=observation.media_type,
                linked_from=observation.shard_uri,
                detail=said,
            )


def _etag(info: dict[str, Any]) -> str | None:
    return info.get("ETag")


def _time(info: dict[str, Any]) -> str | None:
    modified = info.get("LastModified")
    return modified.isoformat() if isinstance(modified, datetime) else None


def _outcome(error: Exception) -> Outcome:
    """What an error of the bucket's library says."""
    from botocore.exceptions import ConnectionError as NoConnectionError
    from botocore.exceptions import (
        ConnectTimeoutError,
        HTTPClientError,
        NoCredentialsError,
        ProfileNotFound,
        ReadTimeoutError,
    )

    named: list[tuple[type[BaseException] | tuple[type[BaseException], ...], Outcome]] = [
        (PrivateAddressError, "private_address"),
        ((ConnectTimeoutError, ReadTimeoutError, TimeoutError), "timeout"),
        ((PermissionError, NoCredentialsError, ProfileNotFound), "refused"),
        (FileNotFoundError, "gone"),
        ((NoConnectionError, HTTPClientError, ConnectionError), "no_connection"),
    ]
    return next((outcome for kind, outcome in named if isinstance(error, kind)), "server_error")


def _said(error: Exception) -> str:
    return printable(" ".join((str(error) or type(error).__name__).split()))[:300]
