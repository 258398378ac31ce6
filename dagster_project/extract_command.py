"""``gongkai extract``: reading reports into one file, without landing store or warehouse."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from dagster_project.found_documents import found_in
from dagster_project.landing import find_files
from dagster_project.progress import tracked
from dagster_project.settings import SEEDS_DIRECTORY
from extract import Document, Rejection, Report, ReportReader, load_catalogue
from extract.frames import cells_frame

WRITERS: dict[str, Callable[[pl.DataFrame, Path], None]] = {
    ".parquet": lambda frame, path: frame.write_parquet(path),
    ".csv": lambda frame, path: frame.write_csv(path),
    ".jsonl": lambda frame, path: frame.write_ndjson(path),
}


@dataclass
class NotRead:
    """What gave no report: rejections, and the documents of shards that can't be any, by the shard."""

    rejections: list[Rejection] = field(default_factory=list)
    turned_away: dict[str, int] = field(default_factory=dict)


def extract_to_file(paths: Iterable[Path], output: Path) -> NotRead:
    """Read all reports, write their cells to ``output``, return what gave none.

    Raises:
        OSError: the output can't be written.

    """
    reader = ReportReader(load_catalogue(SEEDS_DIRECTORY))
    not_read = NotRead()
    outcomes = [
        outcome
        for path in tracked(list(_files(paths)), "Reading documents")
        for outcome in _read(reader, path, not_read.turned_away)
    ]
    # The same document may stand in several shards.
    reports = list({outcome.report_id: outcome for outcome in outcomes if isinstance(outcome, Report)}.values())
    output.parent.mkdir(parents=True, exist_ok=True)
    WRITERS[output.suffix](cells_frame(reports), output)
    not_read.rejections += [outcome for outcome in outcomes if isinstance(outcome, Rejection)]
    return not_read


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from find_files([path]) if path.is_dir() else [path]


def _read(reader: ReportReader, path: Path, turned_away: dict[str, int]) -> Iterator[Report | Rejection]:
    """What became of a file, or of each row of a shard."""
    for found in found_in(path, turned_away):
        yield reader.read(found) if isinstance(found, Document) else found
