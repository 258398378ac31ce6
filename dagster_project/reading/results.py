"""What was read of some documents, as Arrow tables, in one file that is mapped into memory and not copied.

Belongs here: the file. Doesn't belong here: columns (``extract.frames``, ``build_database``), reading documents.
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa

from dagster_project.build_database import DOCUMENTS, Outcome, documents_frame
from dagster_project.landing import Observation
from extract.documents import Report
from extract.frames import REPORT_TABLES

Tables = dict[str, pa.Table]

#: The tables, in the order in which they stand in the file.
NAMES = (DOCUMENTS, *REPORT_TABLES)


def tables_of(readings: Sequence[tuple[Observation, Outcome]], fingerprint: str) -> Tables:
    """The rows of all staging tables for some documents."""
    reports = [outcome for _, outcome in readings if isinstance(outcome, Report)]
    frames = {DOCUMENTS: documents_frame(readings, fingerprint)}
    frames |= {table: frame(reports) for table, (_, frame) in REPORT_TABLES.items()}
    return {table: _arrow(frame) for table, frame in frames.items()}


def write_results(path: Path, tables: Tables) -> None:
    """Write the tables one behind the other, each as a stream of its own."""
    with pa.OSFile(str(path), "wb") as file:
        for name in NAMES:
            with pa.ipc.new_stream(file, tables[name].schema) as stream:
                stream.write_table(tables[name])


def read_results(path: Path) -> Tables:
    """The tables of a file; they stay readable when the file is removed."""
    with pa.memory_map(str(path)) as file:
        return {name: pa.ipc.open_stream(file).read_all() for name in NAMES}


def joined(parts: Sequence[Tables]) -> Tables:
    """The rows of several results as one, without copying them."""
    return {name: pa.concat_tables([part[name] for part in parts]) for name in NAMES}


def _arrow(frame: pl.DataFrame) -> pa.Table:
    return frame.to_arrow()
