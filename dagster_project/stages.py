"""How long each stage of a build took: ``quality.run_stages``, one row per build and stage.

Belongs here: the stages, from Dagster's own times of its steps. Doesn't belong here: what was read or found
(``run_history``).

A build publishes before its publishing is over: how long that took stands in the warehouse of the build after it.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import dagster as dg
import duckdb
import polars as pl

#: Dagster's steps as the stages of a build.
STAGES = {
    "raw__documents": "landing",
    "staging__fetch_log": "fetch_log",
    "staging__fetch_log_sources_are_fresh": "freshness",
    "staging_tables": "reading",
    "dbt_models": "models",
    "run_history": "history",
    "warehouse_checks": "checks",
    "published__warehouse": "publishing",
}

STAGES_TABLE = """
create table if not exists quality.run_stages (
    run_number integer not null, stage varchar not null, started_at timestamp not null, seconds double not null
)
"""


@dataclass(frozen=True)
class Stage:
    """One stage that is over; its start in UTC, and its wall seconds."""

    stage: str
    started_at: datetime
    seconds: float


def stages_of(instance: dg.DagsterInstance, run_id: str) -> list[Stage]:
    """The stages of a run that are over, as they began."""
    times = ((one.step_key, one.start_time, one.end_time) for one in instance.get_run_step_stats(run_id))
    over = [
        Stage(STAGES.get(key, key), datetime.fromtimestamp(start, UTC).replace(tzinfo=None), round(end - start, 3))
        for key, start, end in times
        if start and end
    ]
    return sorted(over, key=lambda stage: stage.started_at)


def record_stages(connection: duckdb.DuckDBPyConnection, instance: dg.DagsterInstance) -> None:
    """Add what is over of the last two builds and isn't noted yet; the history must be there."""
    last = connection.execute("select run_number, run_id from quality.run_history order by 1 desc limit 2").fetchall()
    for run_number, run_id in last:
        _add(connection, run_number, stages_of(instance, run_id))


def _add(connection: duckdb.DuckDBPyConnection, run_number: int, stages: Iterable[Stage]) -> None:
    rows = pl.DataFrame([{"run_number": run_number} | asdict(stage) for stage in stages])
    if rows.is_empty():
        return
    connection.register("stages", rows.to_arrow())
    connection.execute(
        "insert into quality.run_stages by name from stages anti join quality.run_stages using (run_number, stage)"
    )
    connection.unregister("stages")
