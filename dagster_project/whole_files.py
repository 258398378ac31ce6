"""Files that are in their place whole or not at all, also after a kill or a power cut.

Belongs here: writing beside the place, through to the disk, and moving in. Doesn't belong here: what the files are
(``versions``, ``storage``), or several places in one.
"""

import os
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

#: Held while a file is moved to its place: whoever has it knows that nothing changes meanwhile.
MOVING = threading.Lock()


@contextmanager
def part_of(target: Path) -> Generator[Path]:
    """Where to write what is to become ``target``: beside it, under a name of this process, gone at the end."""
    target.parent.mkdir(parents=True, exist_ok=True)
    clear_parts(target)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield part
    finally:
        _remove(part)


def put_in_place(part: Path, target: Path) -> None:
    """Make a written file ``target``, in one step; whoever has the old one open goes on reading it."""
    write_through(part)
    with MOVING:
        part.replace(target)
        write_through(target.parent)


def write_through(path: Path) -> None:
    """Wait until a file, or what names a folder has, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clear_parts(target: Path) -> None:
    """Remove what processes that are no more had begun to write for ``target``, and what this one has."""
    name = re.compile(rf"\.{re.escape(target.name)}\.(\d+)\.(?:part|probe)(?:\.wal)?")
    # not a pattern of names: the warehouse's may have brackets in it
    for path in target.parent.iterdir() if target.parent.is_dir() else ():
        found = name.fullmatch(path.name)
        if found and (int(found[1]) == os.getpid() or not _is_running(int(found[1]))):
            path.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    """A file, and what DuckDB would add to the next one of this name."""
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    with suppress(OverflowError, PermissionError):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True
