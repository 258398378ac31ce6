"""A folder that an export fills: whole files only, and never a file of somebody else replaced or removed.

Belongs here: how files get to their place. Doesn't belong here: what they say.
"""

import json
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

#: The list of files that an export has made in the folder.
LIST = ".gongkai_export.json"


class FolderError(RuntimeError):
    """The folder can't take the files; the message is for the user."""


@contextmanager
def replaced_folder(folder: Path) -> Generator[Path]:
    """A folder beside to write into; what it holds takes the place of the files of the export before.

    A new folder appears whole. In one that is there each file is replaced whole, and files of the export before that
    are no more are removed; others stay. After an exception everything is as it was.

    Raises:
        FolderError: ``folder`` is a file, or has another's file where one would be written.
        OSError: something can't be written.

    """
    if folder.exists() and not folder.is_dir():
        raise FolderError(f"{folder} is a file, not a directory")
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.parent / f".{folder.name}.{os.getpid()}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        yield part
        _take_over(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _take_over(part: Path, folder: Path) -> None:
    new, old = _files(part), _listed(folder)
    for name in sorted(new - old):
        if (folder / name).exists() or any((folder / parent).is_file() for parent in Path(name).parents):
            raise FolderError(f"{folder / name} is there already and wasn't made by an export")
    if not folder.exists():
        _write_list(part, new)
        part.replace(folder)
        return
    # whoever kills us leaves no file of ours that isn't on the list
    _write_list(folder, new | old)
    for name in sorted(new):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (part / name).replace(folder / name)
    for name in old - new:
        (folder / name).unlink(missing_ok=True)
    _remove_empty(folder, {parent for name in old for parent in Path(name).parents})
    _write_list(folder, new)


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _listed(folder: Path) -> set[str]:
    """What the list says, as far as it lies within the folder."""
    try:
        names = json.loads((folder / LIST).read_text(encoding="utf-8"))["files"]
    except FileNotFoundError:
        return set()
    except (ValueError, KeyError, TypeError) as error:
        raise FolderError(f"{folder / LIST} isn't the list of an export") from error
    return {name for name in names if not Path(name).is_absolute() and ".." not in Path(name).parts}


def _write_list(folder: Path, names: set[str]) -> None:
    part = folder / f"{LIST}.part"
    part.write_text(json.dumps({"files": sorted(names)}, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(folder / LIST)


def _remove_empty(folder: Path, parents: set[Path]) -> None:
    for parent in sorted(parents - {Path()}, key=lambda path: -len(path.parts)):
        path = folder / parent
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
