"""Reads damaged documents in a process of its own, so that one that crashes or hangs ends only this.

Belongs here: reading one document as the project does, and measuring it. Doesn't belong here: watching the
process (``tests.fuzz.watch``).
"""

import faulthandler
import resource
import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from dagster_project.settings import SEEDS_DIRECTORY
from dagster_project.shards import READERS, ShardError, read_shard
from extract import Catalogue, Document, Rejection, Report, ReportReader, load_catalogue
from extract.frames import REPORT_TABLES, rejections_frame
from extract.reader import MAX_DOCUMENT_BYTES

#: What a process may take of address space beyond what it begins with: then an allocation fails, a fault.
MOST_BYTES = 1_536 * 1024**2
#: A longer detail of a rejection would fill a list that people read.
LONGEST_DETAIL = 2_000

MEGABYTE = 1024**2


#: A document's number, or its name.
Key = int | str


class Case(NamedTuple):
    """A document, and what was done to it; ``format`` is its row in the summary."""

    key: Key
    format: str
    suffix: str
    content: bytes
    damages: tuple[str, ...] = ()


#: From the catalogue, for the documents are made by it, to documents by their keys.
MakeCases = Callable[[Catalogue], Callable[[Key], Case]]


@dataclass(frozen=True)
class Outcome:
    """What came of a document: how many reports and rejections, or the fault, with time and memory.

    ``resident`` is the process's memory afterwards, ``growth`` how much it was more in between, in megabytes.
    """

    key: Key
    reasons: Counter[str] = field(default_factory=Counter)
    fault: str | None = None
    seconds: float = 0.0
    resident: float = 0.0
    growth: float = 0.0


def work(connection: Connection, make_cases: MakeCases, traces: Path) -> None:
    """Read the documents whose keys come in, until None does; the first answer says that all is ready."""
    reader = ReportReader(load_catalogue(SEEDS_DIRECTORY))
    case = make_cases(reader.catalogue)
    most = int(_memory("VmSize") * MEGABYTE) + MOST_BYTES
    with traces.open("w") as file, tempfile.TemporaryDirectory() as folder:
        # the process that watches asks so where a document takes too long
        faulthandler.register(signal.SIGUSR1, file)
        faulthandler.enable(file)
        connection.send(None)
        while (key := connection.recv()) is not None:
            damaged = case(key)
            resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
            connection.send(measured(reader, damaged, Path(folder)))
            resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def measured(reader: ReportReader, damaged: Case, folder: Path) -> Outcome:
    """The outcome of one document."""
    before = _memory("VmRSS", reset=True)
    fault, reasons = None, Counter[str]()
    begin = time.perf_counter()
    try:
        reasons.update(_reasons(reader, damaged, folder))
    except BaseException as error:  # whatever it is, a document must not be the cause of it
        if isinstance(error, KeyboardInterrupt):
            raise
        fault = "".join(traceback.format_exception(error))
    seconds = time.perf_counter() - begin
    growth = _memory("VmHWM") - before
    return Outcome(damaged.key, reasons, fault, seconds, _memory("VmRSS"), growth)


def _reasons(reader: ReportReader, damaged: Case, folder: Path) -> Iterator[str]:
    """What becomes of each document of a file: ``read``, or why not."""
    uri = f"file:///damaged{damaged.suffix}"
    if damaged.suffix not in READERS:
        yield _reason(reader.read(Document(uri, damaged.content)))
        return
    path = folder / f"damaged{damaged.suffix}"
    path.write_bytes(damaged.content)
    try:
        for found in read_shard(path, uri, MAX_DOCUMENT_BYTES):
            yield _reason(reader.read(found) if isinstance(found, Document) else found)
    except ShardError as error:
        yield _reason(Rejection(uri, "", *error.refusal))


def _reason(outcome: Report | Rejection) -> str:
    """What is counted of an outcome, once it is known that it can be stored."""
    if isinstance(outcome, Report):
        for schema, frame in REPORT_TABLES.values():
            assert frame([outcome]).schema == schema
        return "read"
    assert isinstance(outcome, Rejection), type(outcome)
    assert len(outcome.detail) <= LONGEST_DETAIL, f"a detail of {len(outcome.detail)} letters"
    assert rejections_frame([outcome]).height == 1
    return outcome.reason


def _memory(name: str, *, reset: bool = False) -> float:
    """A line of the process's status, in megabytes; ``reset`` makes the peak begin here."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) * 1024 / MEGABYTE
