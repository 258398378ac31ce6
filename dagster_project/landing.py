"""The landing store: what was found once is kept by content, with where and when it was found.

Belongs here: finding files, keeping their bytes, remembering observations. Doesn't belong here:
what a document says (``extract``), what stands in a shard (``shards``), asking servers for documents
(``fetching``), where the store lies (``storage``).

A row of a shard is kept like a file. Of the shard itself only a note is taken, by which it isn't opened
again until it changes, and for each row that has left it, another: so a row counts as new when it comes back.

In it: ``contents/ab/ab….gz``, one object per content, ``observations/000001.jsonl``, one object or several per run
that found something, and ``fetches/``, the log of what servers were asked. Each is there whole or not at all.
"""

import gzip
import hashlib
import io
import json
import os
import sys
import zlib
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any, Literal

from dagster_project.first_pass import FIRST_PASS
from dagster_project.shard_rows import Refusal, ShardError, printable
from dagster_project.shards import is_shard, read_shard
from dagster_project.storage import open_storage
from extract.documents import Document, Rejection, RejectionReason
from extract.reader import MAX_DOCUMENT_BYTES

Key = tuple[str, str | None]
OBSERVATIONS = "observations"
#: Observations that are written down at once, at least, where there are so many; those of a shard stay together.
SEGMENT = 50_000


@dataclass(frozen=True, slots=True)
class Observation:
    """A document seen at a place. ``reason`` is given where its content could not be kept.

    The row of a shard has the shard's URI in ``shard_uri`` and the shard's time of change. Of another kind are
    a look at a ``shard`` as a whole, which is a document only where it was refused, and the ``departure`` of a row.
    A look at a shard counts its documents, and those that were turned away, by which version of the first pass.
    """

    source_uri: str
    content_sha256: str | None
    size_bytes: int
    modified_ns: int
    media_type: str | None = None
    reason: RejectionReason | None = None
    detail: str | None = None
    kind: Literal["document", "shard", "departure"] = "document"
    shard_uri: str | None = None
    shard_documents: int = 0
    turned_away: int = 0
    first_pass: str | None = None
    observation_number: int = 0

    @property
    def key(self) -> Key:
        """What makes it one document: place and content."""
        return self.source_uri, self.content_sha256

    @property
    def is_document(self) -> bool:
        """Whether it is to be read or listed."""
        return self.kind == "document" or (self.kind == "shard" and self.reason is not None)


@dataclass(frozen=True)
class LandingSummary:
    """What a look at the reports directories found.

    ``files`` counts files, shards among them. The others count documents: a file that isn't a shard is one, a
    shard is as many as it has rows (equal rows once, unusable ones too, and one more where the shard was
    refused), also when it is unchanged and wasn't opened. Of ``turned_away`` documents of shards nothing is kept.
    """

    files: int
    found: int
    new: int
    unchanged: int
    not_kept: int
    turned_away: int = 0


class LandingStore:
    """A folder of contents and observations, or such a place in a bucket (``s3://bucket/folder``)."""

    def __init__(self, location: Path | str) -> None:
        self.location = location
        self.storage = open_storage(location)

    def documents(self) -> list[Observation]:
        """The last observation of every document, in the order of these observations.

        That a place could once not be read is forgotten when something was read there later, and that a row
        could not be used when its shard no longer has it.
        """
        number = attrgetter("observation_number")
        kept = sorted(_Ledger(self._all_observations()).documents.values(), key=number)
        return sorted({observation.key: observation for observation in kept}.values(), key=number)

    def shards(self) -> list[Observation]:
        """The last look at each shard, in the order of their places."""
        last = {look.source_uri: look for look in self._all_observations(b'"kind": "shard"')}
        return [last[uri] for uri in sorted(last)]

    def document(self, observation: Observation) -> Document:
        """A kept document with its bytes; OSError when the store has lost it."""
        content = self.content(observation.content_sha256 or "")
        return Document(observation.source_uri, content, observation.media_type, observation.content_sha256)

    def content(self, digest: str) -> bytes:
        """The bytes with this hash; OSError when the store has lost or damaged them."""
        try:
            content = gzip.decompress(self.storage.read(_content_name(digest)))
        except (EOFError, zlib.error) as error:
            raise OSError(f"the landing store has damaged {digest}: {error}") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise OSError(f"the landing store has other bytes under {digest}")
        return content

    def has(self, digest: str) -> bool:
        """Whether the store has bytes with this hash."""
        return self.storage.exists(_content_name(digest))

    def keep(self, content: bytes, *, durable: bool = False) -> str:
        """Keep bytes, where they aren't kept whole yet, and return their hash; ``durable`` outlives a power cut."""
        digest = hashlib.sha256(content).hexdigest()
        if not self._has_whole(digest):
            packed = gzip.compress(content, compresslevel=6, mtime=0)
            self.storage.write(_content_name(digest), packed, durable=durable)
        return digest

    def _has_whole(self, digest: str) -> bool:
        """Whether bytes with this hash are kept, and no power cut tore them before they were written down."""
        if not self.has(digest):
            return False
        try:
            self.content(digest)
        except OSError:
            return False
        return True

    def remember(self, observations: Iterable[Observation]) -> list[Observation]:
        """Add those observations to the log that say anything new, and return them."""
        ledger = _Ledger(self._all_observations())
        taken = [observation for observation in observations if ledger.take(observation)]
        self.write_down(taken)
        return taken

    def write_down(self, batch: list[Observation]) -> None:
        """Add observations to the log as they are; the contents that they name are there for good by then."""
        if batch:
            self.storage.settle()
            lines = "".join(json.dumps(_record(observation), ensure_ascii=True) + "\n" for observation in batch)
            number = 1 + len(self.storage.names(OBSERVATIONS))
            while not self.storage.write_new(f"{OBSERVATIONS}/{number:06d}.jsonl", lines.encode()):
                number += 1  # a fetch and a build may write at the same time

    def land(self, paths: Iterable[Path], *, look_again: bool = False) -> LandingSummary:
        """Keep the documents that are new or changed since they were last seen.

        A file whose size and time of change are as before isn't opened, unless ``look_again``.
        """
        return self.look(paths, look_again=look_again)[0]

    def look(self, paths: Iterable[Path], *, look_again: bool = False) -> tuple[LandingSummary, list[Observation]]:
        """As ``land``; also what was observed anew."""
        ledger = _Ledger(self._all_observations())
        known = {key for _, key in ledger.documents}
        files = list(dict.fromkeys(path.absolute() for path in paths))
        batch: list[Observation] = []
        found = turned_away = written = 0
        for path in files:
            uri = source_uri(path)
            before = ledger.places.get(uri)
            if before is None or look_again or not _is_unchanged(path, before):
                observations = self._look_at_shard(path, uri, ledger) if is_shard(path) else [self._observe(path)]
                batch += [observation for observation in observations if ledger.take(observation)]
            found += ledger.count(uri)
            turned_away += ledger.places[uri].turned_away
            if len(batch) - written >= SEGMENT:
                self.write_down(batch[written:])
                written = len(batch)
        self.write_down(batch[written:])
        new = len({o.key for o in batch if o.is_document} - known)
        not_kept = sum(1 for o in batch if o.is_document and o.reason)
        return LandingSummary(len(files), found, new, found - new, not_kept, turned_away), batch

    def _all_observations(self, having: bytes = b"") -> Iterator[Observation]:
        """The log, or its lines that have a text in them."""
        number = 0
        for name in self.storage.names(OBSERVATIONS):
            for line in io.BytesIO(self.storage.read(name)):
                number += 1
                if having in line:
                    yield _observation(json.loads(line), number)

    def _observe(self, path: Path) -> Observation:
        uri = source_uri(path)
        try:
            status = path.stat()
            if refusal := refusal_of(path):
                return Observation(uri, None, status.st_size, status.st_mtime_ns, None, *refusal)
            content = path.read_bytes()
        except OSError as error:
            return Observation(uri, None, 0, 0, None, "unreadable", error.strerror or str(error))
        return Observation(uri, self.keep(content), status.st_size, status.st_mtime_ns)

    def land_shard(self, path: Path, uri: str) -> list[Observation]:
        """Keep the rows of a shard that was brought here from another place; what was observed anew."""
        ledger = _Ledger(self._all_observations())
        batch = [observation for observation in self._look_at_shard(path, uri, ledger) if ledger.take(observation)]
        self.write_down(batch)
        return batch

    def _look_at_shard(self, path: Path, uri: str, ledger: "_Ledger") -> list[Observation]:
        """The shard, its rows, and those that have left it, unless it broke off."""
        rows: dict[Key, Observation] = {}
        refusal: Refusal | None = None
        try:
            status = path.stat()
            refusal = refusal_of(path)
            outcomes = None if refusal else read_shard(path, uri, MAX_DOCUMENT_BYTES, FIRST_PASS.is_candidate)
        except OSError as error:
            refusal = "unreadable", error.strerror or str(error)
            return [Observation(uri, None, 0, 0, None, *refusal, kind="shard")]
        try:
            for outcome in outcomes or ():
                row = self._row(outcome, uri, status.st_mtime_ns)
                rows.setdefault(row.key, row)
        except ShardError as error:
            refusal = error.refusal
        shard = Observation(uri, None, status.st_size, status.st_mtime_ns, None, *(refusal or ()), kind="shard")
        if outcomes and outcomes.turned_away:
            shard = replace(shard, turned_away=outcomes.turned_away, first_pass=FIRST_PASS.version)
        shard = replace(shard, shard_documents=len(rows))
        left = [] if refusal else [row for key, row in ledger.rows[uri].items() if key not in rows]
        return [shard, *rows.values(), *(replace(row, kind="departure") for row in left)]

    def _row(self, outcome: Document | Rejection, shard_uri: str, modified_ns: int) -> Observation:
        """What became of a row; its content is kept at once."""
        uri = outcome.source_uri
        if isinstance(outcome, Rejection):
            return Observation(uri, None, 0, modified_ns, None, outcome.reason, outcome.detail, shard_uri=shard_uri)
        size = len(outcome.content)
        return Observation(uri, self.keep(outcome.content), size, modified_ns, outcome.media_type, shard_uri=shard_uri)


class _Ledger:
    """What the observations amount to, taken one after the other."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        #: The last look at each file, shards among them.
        self.places: dict[str, Observation] = {}
        #: What each shard holds, usable or not.
        self.rows: defaultdict[str, dict[Key, Observation]] = defaultdict(dict)
        #: What is to be read or listed, for the shard that it stands in.
        self.documents: dict[tuple[str | None, Key], Observation] = {}
        for observation in observations:
            self._add(observation)

    def take(self, observation: Observation) -> bool:
        """Whether the observation brought anything new."""
        before = self._before(observation)
        if before is not None and replace(observation, observation_number=before.observation_number) == before:
            return False
        self._add(observation)
        return True

    def count(self, uri: str) -> int:
        """The documents of a file."""
        place = self.places[uri]
        return int(place.is_document) + (len(self.rows[uri]) if place.kind == "shard" else 0)

    def _before(self, observation: Observation) -> Observation | None:
        if observation.shard_uri is None:
            return self.places.get(observation.source_uri)
        row = self.rows[observation.shard_uri].get(observation.key)
        # A shard has changed more often than each of its rows has.
        return row and replace(row, modified_ns=observation.modified_ns)

    def _add(self, observation: Observation) -> None:
        uri, key = observation.shard_uri, observation.key
        if uri is None:
            self.places[observation.source_uri] = observation
            self.documents.pop((None, (observation.source_uri, None)), None)
        elif observation.kind == "departure":
            self.rows[uri].pop(key, None)
            if observation.content_sha256 is None:
                self.documents.pop((uri, key), None)
        else:
            self.rows[uri][key] = observation
        if observation.is_document:
            self.documents[uri, key] = observation


def source_uri(path: Path) -> str:
    """A file's place as a URI: readable, with control characters and undecodable bytes escaped."""
    text = os.fsencode(path.absolute()).decode("utf-8", "backslashreplace")
    return "file://" + printable(text)


def find_files(directories: Iterable[Path], *, without: Container[Path] = ()) -> Iterator[Path]:
    """Everything below the directories that isn't a directory, in the order of the names.

    Links to directories are yielded, not followed, and folders that can't be looked into. ``without`` names files
    and folders to pass over: the warehouse may lie among the reports.
    """
    for directory in directories:
        # not os.walk: it passes over what it can't look into, and calls itself for each folder in a folder
        waiting = [directory]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    found = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
            except OSError:
                yield folder
                continue
            paths = {name: path for name in sorted(found) if (path := Path(folder, name)) not in without}
            yield from (path for name, path in paths.items() if not found[name])
            waiting += reversed([path for name, path in paths.items() if found[name]])


def _is_unchanged(path: Path, before: Observation) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    is_same_kind = is_shard(path) == (before.kind == "shard")
    if before.turned_away and before.first_pass != FIRST_PASS.version:
        return False
    return is_same_kind and (status.st_size, status.st_mtime_ns) == (before.size_bytes, before.modified_ns)


def _record(observation: Observation) -> dict[str, object]:
    """What is written of an observation: what the defaults don't say. Its number is its place in the log."""
    values = {field.name: (getattr(observation, field.name), field.default) for field in fields(observation)}
    del values["observation_number"]
    return {name: value for name, (value, default) in values.items() if value != default}


def _observation(record: dict[str, Any], number: int) -> Observation:
    """Rows of a shard share the text of its address: a corpus has millions of rows, which are in memory all at once."""
    if shard_uri := record.get("shard_uri"):
        record["shard_uri"] = sys.intern(shard_uri)
    return Observation(**record, observation_number=number)


def refusal_of(path: Path) -> Refusal | None:
    """Why a file isn't opened at all; None where it may be. OSError when it can't be looked at.

    A shard may be of any size: it isn't read whole.
    """
    status = path.stat()
    if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
        return "unsafe_input", "a link that leaves its directory"
    if S_ISDIR(status.st_mode):
        is_link = path.is_symlink()
        return ("unsafe_input", "a link to a directory") if is_link else ("unreadable", "a folder that can't be opened")
    if not S_ISREG(status.st_mode):
        return "unsafe_input", "not a regular file"
    if status.st_size > MAX_DOCUMENT_BYTES and not is_shard(path):
        return "too_large", f"more than {MAX_DOCUMENT_BYTES // 1024**2} MiB"
    return None


def _content_name(digest: str) -> str:
    return f"contents/{digest[:2]}/{digest}.gz"
