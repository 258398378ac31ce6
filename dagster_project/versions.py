"""Published warehouses that were replaced: a number of them is kept, and any can be put back.

Belongs here: swapping a warehouse in, keeping the one before, pruning, restoring. Doesn't belong here: making one
(``build_database``) or what the user is told (``cli``).

A version is named by when it was published. It is the published file itself, under a second name (a hard link), so
that keeping it costs no time, and only the space that readers of the old file would hold anyway.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from dagster_project.settings import Settings
from dagster_project.whole_files import part_of, put_in_place, write_through

NAME_FORMAT, SUFFIX = "%Y%m%dT%H%M%S.%fZ", ".duckdb"


class VersionError(RuntimeError):
    """There is no such version, or it can't be put back; the message is for the user."""


@dataclass(frozen=True)
class Version:
    """A kept warehouse; ``reports`` is None where it can't be read."""

    name: str
    path: Path
    published_at: datetime
    size_bytes: int
    reports: int | None


class Versions:
    """The warehouse at ``warehouse``, and in ``folder`` the last ``kept`` ones that stood there before."""

    def __init__(self, warehouse: Path, folder: Path, kept: int) -> None:
        self.warehouse, self._folder, self._kept = warehouse, folder, kept

    def swap_in(self, part: Path) -> None:
        """Make a written file the published warehouse; the one before becomes a version."""
        self._keep()
        self._put(part)
        self._prune()

    def listed(self) -> list[Version]:
        """What can be put back, the latest first."""
        return [_version(path) for path in reversed(self._paths()) if not self._is_published(path)]

    def restore(self, name: str | None = None) -> Version:
        """Put a version back, the latest unless it is named; the one that it replaces is kept as well.

        Raises:
            VersionError: there is no such version, several names begin like this one, or it can't be read.

        """
        version = self._chosen(name)
        if version.reports is None:
            raise VersionError(f"{version.path} isn't a warehouse that can be read")
        self._keep()
        with part_of(self.warehouse) as part:
            _link_or_copy(version.path, part)
            self._put(part)
        version.path.unlink()
        self._prune()
        return version

    def _chosen(self, name: str | None) -> Version:
        versions = self.listed()
        found = [version for version in versions if name is None or version.name.startswith(name)]
        if not versions:
            raise VersionError(f"no version of {self.warehouse} is kept")
        if not found or (name is not None and len(found) > 1):
            names = ", ".join(version.name for version in found or versions)
            raise VersionError(f"{'several versions begin with' if found else 'there is no version'} {name}: {names}")
        return found[0]

    def _keep(self) -> None:
        """A second name for the published file, which outlives its replacement."""
        if not self._kept or not self.warehouse.exists():
            return
        published_at = datetime.fromtimestamp(self.warehouse.stat().st_mtime, UTC)
        version = self._folder / f"{published_at.strftime(NAME_FORMAT)}{SUFFIX}"
        if version.exists() and self._is_published(version):
            return
        with part_of(version) as part:
            _link_or_copy(self.warehouse, part)
            put_in_place(part, version)

    def _put(self, part: Path) -> None:
        """DuckDB would add what a program that wrote into the old file, and crashed, left beside it."""
        self.warehouse.with_name(f"{self.warehouse.name}.wal").unlink(missing_ok=True)
        put_in_place(part, self.warehouse)

    def _prune(self) -> None:
        paths = [path for path in self._paths() if not self._is_published(path)]
        for path in paths[: max(0, len(paths) - self._kept)]:
            path.unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        return sorted(path for path in self._folder.glob(f"[0-9]*{SUFFIX}") if _published_at(path))

    def _is_published(self, path: Path) -> bool:
        """A kill between keeping and replacing leaves the published file with a version's name."""
        return self.warehouse.exists() and self.warehouse.samefile(path)


def kept_versions(settings: Settings) -> Versions:
    """The warehouse of these settings with its versions."""
    return Versions(settings.warehouse, settings.versions, settings.kept_versions)


def _version(path: Path) -> Version:
    published_at = _published_at(path) or datetime.fromtimestamp(0, UTC)
    return Version(path.name.removesuffix(SUFFIX), path, published_at, path.stat().st_size, _reports(path))


def _published_at(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.name.removesuffix(SUFFIX), NAME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def _reports(path: Path) -> int | None:
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            row = connection.execute("select count(*) from marts.dim_report").fetchone()
    except duckdb.Error:
        return None
    return row[0] if row else None


def _link_or_copy(source: Path, target: Path) -> None:
    """A second name where the file system knows such a thing; else a copy with the time of change."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
        status = source.stat()
        os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
        write_through(target)
