"""What a build says when it is done: where the warehouse is, what it holds, what was rejected, what fails.

Belongs here: reading the published warehouse for people on a terminal. Doesn't belong here: anything
that changes it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dagster_project.run_history import last_run
from dagster_project.shard_rows import printable
from dagster_project.stages import Stage

#: Longer lists are cut; the warehouse has them whole.
SHOWN_ROWS = 20


def print_summary(warehouse: Path, stages: Iterable[Stage], console: Console) -> None:
    """Print the summary of a published warehouse, and of the build that made it."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        console.print(f"Warehouse: {warehouse}", soft_wrap=True, markup=False)
        _print_documents(last_run(connection), console)
        print_turned_away(connection, console)
        _print_contents(connection, console)
        _print_stages(stages, console)
        _print_table(connection, console, "Rejected documents", REJECTED, "quality.rejected_documents")
        _print_table(connection, console, "Unmapped rows", UNMAPPED, "staging.unmapped_rows")
        _print_table(connection, console, "Identities", IDENTITIES, "quality.identity_results")
        _print_table(connection, console, "Failing identities", FAILING, "quality.identity_results")


CONTENTS = """
select
    (select count(*) from marts.dim_report),
    (select count(*) from marts.dim_report where is_current),
    (select count(*) from marts.dim_agency where agency_id != 'unknown'),
    (select count(*) from staging.cells where reading = 'read'),
    (select count(*) from staging.unmapped_rows),
    (select count(*) from quality.rejected_documents)
"""
REJECTED = """
select parse_filename(source_uri) as document, reason, detail from quality.rejected_documents order by all
"""
UNMAPPED = """
select coalesce(label, '') as label, count(*) as "rows", count(distinct report_id) as reports
from staging.unmapped_rows group by all order by reports desc, "rows" desc, label
"""
TURNED_AWAY = """
select count(*), sum(documents_turned_away)::bigint from staging.shards having sum(documents_turned_away) > 0
"""
IDENTITIES = """
pivot (select identity, status from quality.identity_results)
on status in ('pass', 'fail', 'not_assessable') using count(*) group by identity order by identity
"""
FAILING = """
select
    coalesce(reports.agency_name, parse_filename(reports.source_uri)) as report, reports.report_year as year,
    results.identity, results.scope, results.left_value::bigint as "left", results.right_value::bigint as "right"
from quality.identity_results as results
inner join marts.dim_report as reports on results.report_id = reports.report_id
where results.status = 'fail' order by all
"""


def _print_documents(run: Mapping[str, Any], console: Console) -> None:
    """What the build found in the landing store, beside the warehouse that was published before it."""
    kinds = ", ".join(f"{run[f'documents_{kind}']} {kind}" for kind in ("new", "changed", "unchanged"))
    refused = {name.removeprefix("rejected_"): n for name, n in run.items() if name.startswith("rejected_") and n}
    reasons = ", ".join(f"{count} {reason}" for reason, count in refused.items())
    console.print(f"Documents: {run['documents']} ({kinds}); rejected: {reasons or 'none'}", highlight=False)


def print_turned_away(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """Print how much of shards was turned away, if anything was."""
    if found := connection.execute(TURNED_AWAY).fetchone():
        shards, documents = found
        said = f"Turned away as no reports: {documents} documents of {shards} shards (staging.shards)"
        console.print(said, highlight=False)


def _print_stages(stages: Iterable[Stage], console: Console) -> None:
    seconds = ", ".join(f"{stage.stage.replace('_', ' ')} {stage.seconds:.1f}" for stage in stages)
    console.print(f"Seconds: {seconds}", highlight=False)


def _print_contents(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    counts = connection.execute(CONTENTS).fetchone() or ()
    words = ("copies of reports", "current reports", "agencies", "figures read", "unmapped rows", "documents rejected")
    console.print(", ".join(f"{count} {word}" for count, word in zip(counts, words, strict=True)))


def _print_table(connection: duckdb.DuckDBPyConnection, console: Console, title: str, query: str, source: str) -> None:
    relation = connection.sql(query)
    rows = relation.fetchall()
    if not rows:
        console.print(f"{title}: none")
        return
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in relation.columns:
        table.add_column(column, overflow="fold")
    for row in rows[:SHOWN_ROWS]:
        table.add_row(*(_as_it_is(value) for value in row))
    console.print(table)
    if len(rows) > SHOWN_ROWS:
        console.print(f"… {len(rows) - SHOWN_ROWS} more in {source}")


def _as_it_is(value: object) -> Text:
    """What a document says, with its brackets taken for brackets and its control characters escaped."""
    return Text("" if value is None else printable(str(value)))
