"""``gongkai extract``: reading reports into one file, without landing store or warehouse."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl

from dagster_project.landing import find_files, refusal_of, source_uri
from dagster_project.progress import tracked
from dagster_project.settings import SEEDS_DIRECTORY
from extract import Document, Rejection, Report, ReportReader, load_catalogue
from extract.frames import cells_frame

WRITERS: dict[str, Callable[[pl.DataFrame, Path], None]] = {
    ".parquet": lambda frame, path: frame.write_parquet(path),
    ".csv": lambda frame, path: frame.write_csv(path),
    ".jsonl": lambda frame, path: frame.write_ndjson(path),
}


def extract_to_file(paths: Iterable[Path], output: Path) -> list[Rejection]:
    """Read all reports, write their cells to ``output``, return the rejections.

    Raises:
        OSError: the output can't be written.

    """
    reader = ReportReader(load_catalogue(SEEDS_DIRECTORY))
    outcomes = [_read(reader, path) for path in tracked(list(_files(paths)), "Reading documents")]
    reports = [outcome for outcome in outcomes if isinstance(outcome, Report)]
    output.parent.mkdir(parents=True, exist_ok=True)
    WRITERS[output.suffix](cells_frame(reports), output)
    return [outcome for outcome in outcomes if isinstance(outcome, Rejection)]


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from find_files([path]) if path.is_dir() else [path]


def _read(reader: ReportReader, path: Path) -> Report | Rejection:
    try:
        if refusal := refusal_of(path):
            return Rejection(source_uri(path), "", *refusal)
        return reader.read(Document(source_uri(path), path.read_bytes()))
    except OSError as error:
        return Rejection(source_uri(path), "", "unreadable", error.strerror or str(error))
