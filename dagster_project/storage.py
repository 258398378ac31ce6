"""Where kept things lie: a folder of this machine, or a bucket that fsspec can reach.

Belongs here: whole objects under names, each there whole or not at all. Doesn't belong here: what
the objects are (``landing``, ``fetching.journal``).
"""

import contextlib
import os
import secrets
import time
from collections.abc import Generator
from pathlib import Path
from typing import Protocol

import fsspec

from dagster_project.whole_files import write_through

#: Where a folder's files are written, and when one is taken to be left by a process that is no more.
PARTS, ABANDONED_SECONDS = ".parts", 24 * 3600
#: From so many files on it is quicker to write through all that the machine has waiting.
MANY_FILES = 1000


class Storage(Protocol):
    """Objects by name; a name is a relative path with ``/``."""

    def names(self, folder: str) -> list[str]:
        """The names below a folder, sorted; empty where there is no such folder."""
        ...

    def read(self, name: str) -> bytes:
        """An object's bytes; OSError where it can't be read."""
        ...

    def exists(self, name: str) -> bool:
        """Whether there is such an object."""
        ...

    def write(self, name: str, content: bytes, *, durable: bool = False) -> None:
        """Put an object in its place, whole or not at all; ``durable`` survives a power cut too."""
        ...

    def write_new(self, name: str, content: bytes) -> bool:
        """Put an object in a place that is free, and say whether it was: of two writers one gets the place."""
        ...

    def settle(self) -> None:
        """Wait until all that was written survives a power cut."""
        ...

    def sweep(self) -> None:
        """Remove what processes that were killed had begun to write."""
        ...


def open_storage(location: Path | str) -> Storage:
    """The storage at a folder or at a URL such as ``s3://bucket/folder``.

    Who may use a bucket, and where it is, its library reads from the environment (``AWS_…``).
    """
    if isinstance(location, str) and "://" in location:
        return BucketStorage(location)
    return FolderStorage(Path(location))


class FolderStorage:
    """Files, written in a folder of their own and moved to their name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unsettled: list[Path] = []

    def names(self, folder: str) -> list[str]:
        """See ``Storage``."""
        paths = (path for path in (self._folder / folder).rglob("*") if path.is_file())
        return sorted(path.relative_to(self._folder).as_posix() for path in paths)

    def read(self, name: str) -> bytes:
        """See ``Storage``."""
        return (self._folder / name).read_bytes()

    def exists(self, name: str) -> bool:
        """See ``Storage``."""
        return (self._folder / name).exists()

    def write(self, name: str, content: bytes, *, durable: bool = False) -> None:
        """See ``Storage``."""
        with self._part(name, content, durable) as part:
            part.replace(self._folder / name)
            if durable:
                write_through((self._folder / name).parent)
            else:
                self._unsettled.append(self._folder / name)

    def write_new(self, name: str, content: bytes) -> bool:
        """See ``Storage``."""
        with self._part(name, content, durable=True) as part:
            try:
                (self._folder / name).hardlink_to(part)
            except FileExistsError:
                return False
            except OSError:  # a file system without links: one writer is all that it can have
                part.replace(self._folder / name)
            return True

    def settle(self) -> None:
        """See ``Storage``."""
        if len(self._unsettled) >= MANY_FILES:
            os.sync()
        else:
            folders = {folder for path in self._unsettled for folder in (path.parent, path.parent.parent)}
            for path in (*self._unsettled, *folders):
                write_through(path)
        self._unsettled.clear()

    def sweep(self) -> None:
        """See ``Storage``."""
        oldest = time.time() - ABANDONED_SECONDS
        for part in (self._folder / PARTS).glob("*.part"):
            with contextlib.suppress(FileNotFoundError):
                if part.stat().st_mtime < oldest:
                    part.unlink()

    @contextlib.contextmanager
    def _part(self, name: str, content: bytes, durable: bool) -> Generator[Path]:
        part = self._folder / PARTS / f"{os.getpid()}-{secrets.token_hex(8)}.part"
        for folder in (part.parent, (self._folder / name).parent):
            folder.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                file.write(content)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            yield part
        finally:
            part.unlink(missing_ok=True)


class BucketStorage:
    """Objects of a bucket: the service shows an object when all of it is there."""

    def __init__(self, url: str) -> None:
        # listings are never remembered: another process may have written meanwhile
        self._files, self._root = fsspec.core.url_to_fs(url.rstrip("/"), use_listings_cache=False)

    def names(self, folder: str) -> list[str]:
        """See ``Storage``."""
        found = self._files.find(f"{self._root}/{folder}")
        return sorted(path.removeprefix(f"{self._root}/") for path in found)

    def read(self, name: str) -> bytes:
        """See ``Storage``."""
        return self._files.cat_file(f"{self._root}/{name}")

    def exists(self, name: str) -> bool:
        """See ``Storage``."""
        return self._files.exists(f"{self._root}/{name}")

    def write(self, name: str, content: bytes, *, durable: bool = False) -> None:  # noqa: ARG002 — it always is
        """See ``Storage``."""
        self._files.pipe_file(f"{self._root}/{name}", content)

    def write_new(self, name: str, content: bytes) -> bool:
        """See ``Storage``."""
        try:
            self._files.pipe_file(f"{self._root}/{name}", content, mode="create")
        except FileExistsError:
            return False
        return True

    def settle(self) -> None:
        """See ``Storage``; the service confirms only what it has."""

    def sweep(self) -> None:
        """See ``Storage``; the service does that itself."""
