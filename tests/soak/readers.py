"""Readers beside the builds: a connection must see one state of the warehouse, whole, from first to last.

Belongs here: reading and noting what went wrong. Doesn't belong here: builds.
"""

import multiprocessing
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb

#: How many seconds connections stay open: of a script, of a notebook, of a dashboard.
STAYS = (0.0, 1.0, 20.0)
#: Seconds between two connections, and between two queries of one: the machine is for the builds.
BETWEEN_CONNECTIONS, BETWEEN_QUERIES = 0.3, 0.5
#: All of it must stay as it is for the life of a connection, and agree with itself.
STATE = """
select
    (select max(run_number) from quality.run_history) as run_number,
    (select run_id from quality.run_history order by run_number desc limit 1) as run_id,
    (select documents from quality.run_history order by run_number desc limit 1) as documents_noted,
    (select count(*) from staging.documents) as documents,
    (select reports from quality.run_history order by run_number desc limit 1) as reports_noted,
    (select count(*) from marts.dim_report) as reports,
    (select count(*) from marts.dim_report anti join staging.reports using (report_id)) as reports_from_nowhere,
    (select count(*) from marts.fct_applications anti join marts.dim_report using (report_id)) as facts_of_nothing,
    (select sum(hash(facts)) from marts.fct_enforcement_decisions as facts) as figures
"""


@dataclass
class Readings:
    """What a reader did: connections, queries, versions that it saw, errors."""

    connections: int = 0
    queries: int = 0
    versions: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)


class Reader:
    """A process that opens the warehouse again and again; every connection stays open for some seconds."""

    def __init__(self, warehouse: Path, stay: float) -> None:
        context = multiprocessing.get_context("forkserver")
        self._end: Event = context.Event()
        self._answer, theirs = context.Pipe(duplex=False)
        self._process: BaseProcess = context.Process(target=_read, args=(warehouse, stay, self._end, theirs))
        self._process.start()
        theirs.close()

    def stop(self) -> Readings:
        """End it, and get what it noted; EOFError when it crashed."""
        self._end.set()
        readings = self._answer.recv()
        self._process.join()
        return readings


def _read(warehouse: Path, stay: float, end: Event, answer: Connection) -> None:
    readings = Readings()
    while not end.is_set():
        try:
            _connect(warehouse, stay, readings, end)
        except Exception as error:
            readings.errors.append(f"{type(error).__name__}: {error}")
        end.wait(BETWEEN_CONNECTIONS)
    answer.send(readings)


def _connect(warehouse: Path, stay: float, readings: Readings, end: Event) -> None:
    with duckdb.connect(str(warehouse), read_only=True, config={"threads": 1}) as connection:
        readings.connections += 1
        until = time.monotonic() + stay
        first = state(connection)
        readings.versions.add(str(first["run_id"]))
        readings.errors += disagreements(first)
        while True:
            readings.queries += 1
            if (now := state(connection)) != first:
                readings.errors.append(f"a connection saw {first} and then {now}")
            if time.monotonic() >= until or end.wait(BETWEEN_QUERIES):
                return


def state(connection: duckdb.DuckDBPyConnection) -> dict[str, object]:
    """What a connection sees."""
    result = connection.execute(STATE)
    names = [column[0] for column in result.description or ()]
    row = result.fetchone()
    return dict(zip(names, row or (), strict=True))


def disagreements(seen: dict[str, object]) -> list[str]:
    """What can't be in a warehouse that is whole."""
    wrong = [name for name in ("reports_from_nowhere", "facts_of_nothing") if seen[name]]
    wrong += [name for name in ("documents", "reports") if seen[name] != seen[f"{name}_noted"]]
    return [f"{', '.join(wrong)}: {seen}"] if wrong else []
