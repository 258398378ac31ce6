"""What is said when a disk is full: that it is, and which.

Belongs here: telling this failure from others, by what the system, DuckDB and SQLite say. Doesn't belong here: what
becomes of the build (``build``).
"""

import errno
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dagster_project.dbt_project import parse_folder
from dagster_project.settings import Settings

_SAID = re.compile(r"No space left on device|disk is full|Disk quota exceeded", re.IGNORECASE)
_PATH = re.compile(r"[\"'](/[^\"']+)[\"']")


def is_full_disk(error: BaseException) -> bool:
    """Whether this, or what it came from, is a disk without space, or a quota that is used up."""
    return any(
        (isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)) or says_full_disk(str(cause))
        for cause in _chain(error)
    )


def says_full_disk(message: str) -> bool:
    """Whether a message speaks of a disk without space."""
    return bool(_SAID.search(message))


def describe_full_disk(message: str, settings: Settings) -> str:
    """A sentence: the folder that the message names, else of the folders that a build writes the fullest."""
    named = [path.parent for path in map(Path, _PATH.findall(message)) if path.parent.is_dir()]
    folder = named[0] if named else min(_folders(settings), key=_free)
    return f"the disk that {folder} is on is full; the warehouse is as it was before"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _folders(settings: Settings) -> list[Path]:
    folders = [settings.state, settings.dagster_home, parse_folder(settings), Path(tempfile.gettempdir())]
    if isinstance(settings.landing_location, Path):
        folders.append(settings.landing_location)
    return [folder for folder in folders if folder.is_dir()] or [settings.warehouse.parent]


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free
