"""The landing store: what was found once is kept by content, with where and when it was found.

Belongs here: finding files, keeping their bytes, remembering observations. Doesn't belong here:
what a document says (``extract``).

On disk: ``contents/ab/ab….gz``, one file per content, and ``observations/000001.jsonl``, one file
per run that found something. Both are written beside their name and moved there, so that nothing
is ever half stored.
"""

import gzip
import hashlib
import json
import os
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from extract.documents import Document, RejectionReason
from extract.reader import MAX_DOCUMENT_BYTES


@dataclass(frozen=True)
class Observation:
    """A document seen at a place. ``reason`` is given where its content could not be kept."""

    source_uri: str
    content_sha256: str | None
    size_bytes: int
    modified_ns: int
    media_type: str | None = None
    reason: RejectionReason | None = None
    detail: str | None = None
    observation_number: int = 0

    @property
    def key(self) -> tuple[str, str | None]:
        """What makes it one document: place and content."""
        return self.source_uri, self.content_sha256


@dataclass(frozen=True)
class LandingSummary:
    """What a look at the reports directories found, in files."""

    found: int
    new: int
    unchanged: int
    not_kept: int


class LandingStore:
    """A directory of contents and observations."""

    def __init__(self, directory: Path) -> None:
        self._contents = directory / "contents"
        self._observations = directory / "observations"

    def documents(self) -> list[Observation]:
        """The last observation of every document, in the order of these observations.

        That a place could once not be read is forgotten when something was read there later.
        """
        observations = list(self._all_observations())
        by_key = {observation.key: observation for observation in observations}
        latest = {observation.source_uri: observation for observation in observations}
        kept = [o for o in by_key.values() if o.content_sha256 or o.key == latest[o.source_uri].key]
        return sorted(kept, key=lambda observation: observation.observation_number)

    def document(self, observation: Observation) -> Document:
        """A kept document with its bytes; OSError when the store has lost it."""
        path = self._content_path(observation.content_sha256 or "")
        with gzip.open(path) as file:
            return Document(observation.source_uri, file.read(), observation.media_type)

    def land(self, paths: Iterable[Path], *, look_again: bool = False) -> LandingSummary:
        """Keep the files that are new or changed since they were last seen.

        A file whose size and time of change are as before isn't opened, unless ``look_again``.
        """
        observations = list(self._all_observations())
        seen = {observation.source_uri: observation for observation in observations}
        known = {observation.key for observation in observations}
        batch: list[Observation] = []
        found = 0
        for found, path in enumerate(paths, start=1):  # noqa: B007 - the count outlives the loop
            before = seen.get(source_uri(path))
            if before is None or look_again or not _is_unchanged(path, before):
                now = self._observe(path)
                if before is None or (now.key, now.modified_ns) != (before.key, before.modified_ns):
                    batch.append(now)
        self._remember(batch)
        new = sum(1 for observation in batch if observation.key not in known)
        return LandingSummary(found, new, found - new, sum(1 for o in batch if o.reason))

    def _all_observations(self) -> Iterator[Observation]:
        number = 0
        for path in sorted(self._observations.glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                number += 1
                yield Observation(**json.loads(line), observation_number=number)

    def _observe(self, path: Path) -> Observation:
        uri = source_uri(path)
        try:
            status = path.stat()
            if refusal := refusal_of(path):
                return Observation(uri, None, status.st_size, status.st_mtime_ns, None, *refusal)
            content = path.read_bytes()
        except OSError as error:
            return Observation(uri, None, 0, 0, None, "unreadable", error.strerror or str(error))
        digest = hashlib.sha256(content).hexdigest()
        self._keep(digest, content)
        return Observation(uri, digest, status.st_size, status.st_mtime_ns)

    def _keep(self, digest: str, content: bytes) -> None:
        path = self._content_path(digest)
        if not path.exists():
            _write_whole(path, gzip.compress(content, compresslevel=6, mtime=0))

    def _content_path(self, digest: str) -> Path:
        return self._contents / digest[:2] / f"{digest}.gz"

    def _remember(self, batch: list[Observation]) -> None:
        if batch:
            number = 1 + sum(1 for _ in self._observations.glob("*.jsonl"))
            records = [{k: v for k, v in asdict(o).items() if k != "observation_number"} for o in batch]
            lines = "".join(json.dumps(record, ensure_ascii=True) + "\n" for record in records)
            _write_whole(self._observations / f"{number:06d}.jsonl", lines.encode())


def source_uri(path: Path) -> str:
    """A file's place as a URI: readable, with control characters and undecodable bytes escaped."""
    text = os.fsencode(path.absolute()).decode("utf-8", "backslashreplace")
    return "file://" + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"%{ord(match[0]):02X}", text)


def find_files(directories: Iterable[Path], *, without: Container[Path] = ()) -> Iterator[Path]:
    """Everything below the directories that isn't a directory, in the order of the names.

    Links to directories are yielded, not followed. ``without`` names files and folders to pass
    over: the warehouse may lie among the reports.
    """
    for directory in directories:
        for folder, subfolders, files in os.walk(directory):
            links = [name for name in subfolders if Path(folder, name).is_symlink()]
            subfolders[:] = sorted(n for n in subfolders if n not in links and Path(folder, n) not in without)
            paths = (Path(folder, name) for name in sorted([*files, *links]))
            yield from (path for path in paths if path not in without)


def _is_unchanged(path: Path, before: Observation) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (before.size_bytes, before.modified_ns)


def refusal_of(path: Path) -> tuple[RejectionReason, str] | None:
    """Why a file isn't opened at all; None where it may be. OSError when it can't be looked at."""
    status = path.stat()
    if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
        return "unsafe_input", "a link that leaves its directory"
    if S_ISDIR(status.st_mode):
        return "unsafe_input", "a link to a directory"
    if not S_ISREG(status.st_mode):
        return "unsafe_input", "not a regular file"
    if status.st_size > MAX_DOCUMENT_BYTES:
        return "too_large", f"more than {MAX_DOCUMENT_BYTES // 1024**2} MiB"
    return None


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
