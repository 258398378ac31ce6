"""The dbt project, parsed once: it is the same for every warehouse, so its parse is kept with the project.

Belongs here: dbt's parse and when it is out of date. Doesn't belong here: running models (``dbt_runner``).
"""

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from filelock import FileLock

from dagster_project.dbt_command import invoke_dbt
from dagster_project.settings import BUILD_DATABASE, DBT_DIRECTORY, Settings

#: Parses of this process by the digest of the project.
_PARSED: dict[str, Any] = {}


def load_manifest(settings: Settings) -> Mapping[str, Any]:
    """Dbt's ``manifest.json``, parsed again only when a file of the project has changed.

    Raises:
        DbtError: the project can't be parsed.

    """
    digest, folder = _project_digest(), parse_folder(settings)
    with _alone(folder):
        if not _is_of(folder, digest):
            _parse(folder, digest)
        try:
            return _read_manifest(folder)
        except ValueError:  # cut off by a power cut, after which no stamp can be trusted
            _parse(folder, digest)
            return _read_manifest(folder)


def parsed_project(settings: Settings) -> Any:
    """The manifest as dbt's own object, which spares its commands the parse.

    Raises:
        DbtError: the project can't be parsed.

    """
    digest, folder = _project_digest(), parse_folder(settings)
    if digest not in _PARSED:
        with _alone(folder):
            _parse(folder, digest)
    return _PARSED[digest]


def parse_folder(settings: Settings) -> Path:
    """Where dbt itself keeps it, or the warehouse's state where the project can't be written."""
    own = DBT_DIRECTORY / "target"
    return own if os.access(own if own.exists() else DBT_DIRECTORY, os.W_OK) else settings.dbt_target


def _alone(folder: Path) -> AbstractContextManager[object]:
    """Two builds may begin at once; dbt doesn't write its files in one go."""
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "parse.lock")


def _read_manifest(folder: Path) -> Mapping[str, Any]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def _is_of(folder: Path, digest: str) -> bool:
    stamp = folder / "project.sha256"
    return (folder / "manifest.json").is_file() and stamp.is_file() and stamp.read_text() == digest


def _parse(folder: Path, digest: str) -> None:
    """Parse; dbt itself reads again only what has changed.

    The path is no database's: one that differed would make dbt parse everything again, and only its name is read.
    """
    (folder / "project.sha256").unlink(missing_ok=True)
    _PARSED[digest] = invoke_dbt(["parse"], folder, Path(BUILD_DATABASE)).result
    (folder / "project.sha256").write_text(digest)


def _project_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in DBT_DIRECTORY.rglob("*") if p.suffix in {".sql", ".py", ".yml", ".csv", ".md"}):
        if not {"target", "logs"} & set(path.relative_to(DBT_DIRECTORY).parts):
            digest.update(str(path.relative_to(DBT_DIRECTORY)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
