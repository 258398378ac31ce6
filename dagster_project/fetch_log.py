"""The log of attempts as a table, and what it tells of each source.

Belongs here: from the landing store's log to ``staging.fetch_log``, and whether sources are fresh. Doesn't belong
here: making attempts and writing them down (``fetching``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Literal

import polars as pl

from dagster_project.build_database import BuildDatabase
from dagster_project.fetching.attempts import SUCCEEDED, Attempt
from dagster_project.fetching.journal import attempts_of, segments
from dagster_project.fetching.sources import Sources
from dagster_project.landing import LandingStore

_NUMBERS = {"duration_ms": pl.Int64, "attempt_number": pl.Int64, "status": pl.Int64, "size_bytes": pl.Int64}
_TYPES = _NUMBERS | {"documents_linked": pl.Int64, "retry_after_seconds": pl.Float64, "is_last": pl.Boolean}
FETCH_LOG_SCHEMA = pl.Schema(
    {"log_segment": pl.String, "line_number": pl.Int64}
    | {field.name: _TYPES.get(field.name, pl.String) for field in fields(Attempt)}
    | {"started_at": pl.Datetime("us")}
)

#: Reports come from January to April, when sources are asked every day; else every week. A day is for delays.
SEASON_MONTHS = range(1, 5)
SEASON_PATIENCE, OTHER_PATIENCE = timedelta(days=2), timedelta(days=8)

#: Segments of the log that are loaded in one transaction.
SEGMENTS_AT_ONCE = 50

State = Literal["fresh", "never_fetched", "overdue", "failed", "silent"]


@dataclass(frozen=True)
class SourceState:
    """What the log tells of a source. ``asked`` to ``documents_linked`` are of its last run.

    ``failed``: fewer than half of the addresses answered. ``silent``: they did, but named no document.
    """

    source: str
    kind: str
    state: State
    last_asked: datetime | None = None
    last_new_document: datetime | None = None
    asked: int = 0
    succeeded: int = 0
    documents_linked: int = 0
    outcomes: str = ""


def load_fetch_log(store: LandingStore, database: BuildDatabase) -> int:
    """Put those segments of the log into ``staging.fetch_log`` that aren't there yet; how many rows they have."""
    database.create_table("fetch_log", FETCH_LOG_SCHEMA)
    loaded = database.loaded_segments()
    rows = 0
    waiting = [segment for segment in segments(store) if segment not in loaded]
    for start in range(0, len(waiting), SEGMENTS_AT_ONCE):
        batch = waiting[start : start + SEGMENTS_AT_ONCE]
        frame = pl.concat([fetch_log_frame(segment, attempts_of(store, segment)) for segment in batch])
        database.append("fetch_log", frame)
        rows += frame.height
    return rows


def fetch_log_frame(segment: str, attempts: Iterable[Attempt]) -> pl.DataFrame:
    """The rows of a segment, its lines counted from 1; times are UTC."""
    rows = [
        vars(attempt)
        | {"log_segment": segment, "line_number": number}
        | {"started_at": datetime.fromisoformat(attempt.started_at).astimezone(UTC).replace(tzinfo=None)}
        for number, attempt in enumerate(attempts, start=1)
    ]
    return pl.DataFrame(rows, schema=FETCH_LOG_SCHEMA)


def source_states(database: BuildDatabase, sources: Sources, today: datetime) -> list[SourceState]:
    """The state of each source at a time (UTC), in the order of the sources file."""
    with database.connect(read_only=True) as connection:
        query = _LAST_RUNS.format(succeeded=", ".join(f"'{outcome}'" for outcome in sorted(SUCCEEDED)))
        rows = {row[0]: row[1:] for row in connection.execute(query).fetchall()}
    states = []
    for source in sources.sources:
        if source.name in rows:
            asked_at, new_at, asked, succeeded, linked, outcomes = rows[source.name]
            named = linked if source.kind != "pages" else asked
            state = _state(today.replace(tzinfo=None), asked_at, asked, succeeded, named)
            states.append(
                SourceState(source.name, source.kind, state, asked_at, new_at, asked, succeeded, linked, outcomes)
            )
        else:
            states.append(SourceState(source.name, source.kind, "never_fetched"))
    return states


def _state(today: datetime, asked_at: datetime, asked: int, succeeded: int, documents: int) -> State:
    if today - asked_at > (SEASON_PATIENCE if today.month in SEASON_MONTHS else OTHER_PATIENCE):
        return "overdue"
    if not succeeded or succeeded * 2 < asked:
        return "failed"
    return "fresh" if documents else "silent"


#: For each source: when it was last asked and last brought something new, and how its last run ended.
_LAST_RUNS = """
with ended as (
    select *, outcome in ({succeeded}) as is_success, outcome != 'put_off' as is_asked
    from staging.fetch_log
    where is_last and purpose != 'robots'
),

last_runs as (
    select source, arg_max(run_id, started_at) as run_id, max(started_at) as asked_at,
        max(started_at) filter (outcome = 'new' and purpose in ('document', 'attachment', 'shard_row')) as new_at
    from ended
    group by source
),

counted as (
    select source, run_id, outcome, count(*) as ends, count(*) filter (is_asked) as asked,
        count(*) filter (is_success) as succeeded, coalesce(sum(documents_linked), 0) as documents_linked
    from ended semi join last_runs using (source, run_id)
    group by all
)

select source, any_value(asked_at), any_value(new_at), sum(asked)::bigint, sum(succeeded)::bigint,
    sum(documents_linked)::bigint, string_agg(concat(ends, ' ', outcome), ', ' order by ends desc, outcome)
from last_runs join counted using (source, run_id)
group by source
"""
