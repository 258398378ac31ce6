"""One row per build in ``quality.run_history``, one per build and layout in ``quality.run_layouts``.

Belongs here: what is noted of a build, and with which run it is compared. Doesn't belong here: what a drop means
(``expectations.history_rules``), reading the samples (``dagster_project.sample_gold``), or times (``stages``).

A build is compared with the run whose warehouse is published when it begins: a blocked build stays in the history
of the building file, and no later one is measured by it. Layouts are compared on the reports that both have, and
that balanced or didn't before, so that neither new documents nor tables that weren't read before count as a drop.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import duckdb

from dagster_project.sample_gold import GoldScore
from dagster_project.stages import STAGES_TABLE
from extract.documents import RejectionReason

REASONS = get_args(RejectionReason)
HISTORY_TABLES = ("run_history", "run_layouts", "run_stages")

_HISTORY = f"""
create table if not exists quality.run_history (
    run_number integer not null, run_id varchar not null, baseline_run_number integer,
    started_at timestamp not null, finished_at timestamp not null,
    reader_fingerprint varchar not null, catalogue_fingerprint varchar not null,
    documents bigint not null, documents_new bigint not null, documents_changed bigint not null,
    documents_unchanged bigint not null,
    {", ".join(f"rejected_{reason} bigint not null" for reason in REASONS)},
    reports bigint not null, identities_passed bigint not null, identities_failed bigint not null,
    identities_not_assessable bigint not null, gold_fingerprint varchar, gold_figures bigint, gold_read bigint,
    gold_wrong bigint, gold_recall double
)
"""
_LAYOUTS = """
create table if not exists quality.run_layouts (
    run_number integer not null, layout varchar not null, reports bigint not null, reports_failing bigint not null,
    failure_rate double not null, reports_compared bigint not null, failing_before bigint not null,
    failing_now bigint not null
)
"""
_NEW_RUN = f"""
insert into quality.run_history by name
select
    (select coalesce(max(run_number), 0) + 1 from quality.run_history)::integer as run_number,
    $run_id as run_id, $baseline::integer as baseline_run_number,
    $started_at::timestamp as started_at, $finished_at::timestamp as finished_at,
    $reader_fingerprint as reader_fingerprint, $catalogue_fingerprint as catalogue_fingerprint,
    documents.*, reports.*, results.*,
    $gold_fingerprint::varchar as gold_fingerprint, $gold_figures::bigint as gold_figures,
    $gold_read::bigint as gold_read, $gold_wrong::bigint as gold_wrong,
    $gold_read::bigint / nullif($gold_figures::bigint, 0) as gold_recall
from (
    select
        count(*) as documents,
        count(*) filter (not is_known and not is_known_place) as documents_new,
        count(*) filter (not is_known and is_known_place) as documents_changed,
        count(*) filter (is_known) as documents_unchanged,
        {", ".join(f"count(*) filter (reason = '{r}') as rejected_{r}" for r in REASONS)}
    from (
        select
            reason,
            (source_uri, coalesce(content_sha256, '')) in (select (source_uri, content_sha256) from documents_before)
                as is_known,
            source_uri in (select source_uri from documents_before) as is_known_place
        from staging.documents
    )
) as documents,
(select count(*) as reports from marts.dim_report) as reports,
(
    select
        count(*) filter (status = 'pass') as identities_passed,
        count(*) filter (status = 'fail') as identities_failed,
        count(*) filter (status = 'not_assessable') as identities_not_assessable
    from quality.identity_results
) as results
"""
_NEW_LAYOUTS = """
insert into quality.run_layouts by name
select
    (select max(run_number) from quality.run_history) as run_number,
    coalesce(now.layout, 'none') as layout,
    count(*) as reports,
    count(*) filter (now.quality_status = 'inconsistent') as reports_failing,
    reports_failing / count(*) as failure_rate,
    count(before.report_id) as reports_compared,
    count(*) filter (before.quality_status = 'inconsistent') as failing_before,
    count(*) filter (before.report_id is not null and now.quality_status = 'inconsistent') as failing_now
from marts.dim_report as now
left join before on now.report_id = before.report_id and before.quality_status != 'not_assessable'
group by all
"""


@dataclass(frozen=True)
class Run:
    """What the run itself tells; times are in UTC."""

    run_id: str
    started_at: datetime
    finished_at: datetime
    reader_fingerprint: str
    catalogue_fingerprint: str


def record_run(connection: duckdb.DuckDBPyConnection, run: Run, gold: GoldScore | None, published: Path) -> None:
    """Add a run to the history of the building database, compared with the one of the published warehouse.

    A building database without a history takes over the published one.
    """
    tables = _attach(connection, published)
    connection.begin()
    connection.execute("create schema if not exists quality")
    _create_tables(connection, tables)
    _remember_published(connection, tables)
    connection.execute(_NEW_RUN, asdict(run) | _gold_values(gold) | {"baseline": _baseline(connection, tables)})
    connection.execute(_NEW_LAYOUTS)
    connection.commit()
    if tables:
        connection.execute("detach published")


def last_run(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The figures of the last build, by the columns of ``quality.run_history``."""
    found = connection.execute("from quality.run_history order by run_number desc limit 1")
    row = found.fetchone()
    return dict(zip([name for name, *_ in found.description or ()], row or (), strict=True))


def describe(connection: duckdb.DuckDBPyConnection, descriptions: Mapping[str, tuple[str, Mapping[str, str]]]) -> None:
    """Put descriptions, of tables and of their columns, into the database as comments."""
    for table, (description, columns) in descriptions.items():
        connection.execute(f"comment on table quality.{table} is {_literal(description)}")
        for column, text in columns.items():
            connection.execute(f'comment on column quality.{table}."{column}" is {_literal(text)}')


def _attach(connection: duckdb.DuckDBPyConnection, published: Path) -> frozenset[str]:
    """The tables of the published warehouse; none where there is no such file, or another program writes it."""
    if not published.is_file():
        return frozenset()
    try:
        connection.execute(f"attach {_literal(str(published))} as published (read_only)")
    except duckdb.IOException:
        return frozenset()
    query = "select table_name from duckdb_tables() where database_name = 'published'"
    return frozenset(name for (name,) in connection.execute(query).fetchall())


def _remember_published(connection: duckdb.DuckDBPyConnection, published: frozenset[str]) -> None:
    """The documents and reports of the published warehouse, as temporary tables; empty where it has none."""
    reports = "published.marts.dim_report" if "dim_report" in published else "marts.dim_report where false"
    documents = "published.staging.documents" if "documents" in published else "staging.documents where false"
    connection.execute(f"create or replace temp table before as select report_id, quality_status from {reports}")
    connection.execute(
        "create or replace temp table documents_before as "
        f"select source_uri, coalesce(content_sha256, '') as content_sha256 from {documents}"
    )


def _create_tables(connection: duckdb.DuckDBPyConnection, published: frozenset[str]) -> None:
    present = connection.execute("select count(*) from duckdb_tables() where table_name = 'run_history'").fetchone()
    is_new = present == (int("run_history" in published),)
    for table, definition in zip(HISTORY_TABLES, (_HISTORY, _LAYOUTS, STAGES_TABLE), strict=True):
        connection.execute(definition)
        if is_new and table in published:
            connection.execute(f"insert into quality.{table} by name from published.quality.{table}")


def _baseline(connection: duckdb.DuckDBPyConnection, published: frozenset[str]) -> int | None:
    if "run_history" not in published:
        return None
    row = connection.execute("select max(run_number) from published.quality.run_history").fetchone()
    return row[0] if row else None


def _gold_values(gold: GoldScore | None) -> dict[str, object]:
    names = ("figures", "read", "wrong", "fingerprint")
    return {f"gold_{name}": getattr(gold, name) if gold else None for name in names}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
