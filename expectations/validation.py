"""Running the suites on a built database.

Belongs here: the connection between Great Expectations and DuckDB, and its results as plain data.
Doesn't belong here: what is expected (``expectations.rules``, ``expectations.suites``).
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import great_expectations as gx
from great_expectations.data_context.types.base import ProgressBarsConfig

from expectations.duckdb_dialect import address_of
from expectations.parts import FOUND, with_rows
from expectations.rule import Rule
from expectations.suites import suite_of

#: What rules ask of each report is asked of so many at a time. Each part looks through the tables of all reports, so
#: fewer parts take less time: a million's rules 185 s in two parts, 560 in ten, with 4 GB of memory in both.
REPORTS_OF_A_PART = 500_000
#: Great Expectations hands out so many rows that break a rule.
MOST_ROWS = 200


@dataclass(frozen=True)
class Finding:
    """The result of one expectation: the rule's name (or its guard's), and how many rows break it.

    ``rows`` are the first of them, 200 at most.
    """

    rule: str
    table: str
    success: bool
    count: int
    rows: list[dict[str, Any]]
    error: str | None = None


def validate(
    database: Path,
    rules: Sequence[Rule],
    memory_limit: str | None = None,
    reports_of_a_part: int = REPORTS_OF_A_PART,
) -> list[Finding]:
    """Judge a database by the rules; one finding for each rule and each guard.

    ``memory_limit`` is what DuckDB may take (``8GB``); left out, its own choice.

    Raises:
        KeyError: a rule speaks of a table that has no guards (``expectations.rules.GUARDED_COLUMNS``).

    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    findings: list[Finding] = []
    with (
        address_of(database) as address,
        _asked_once(database, rules, memory_limit, reports_of_a_part) as (asked, counts),
    ):
        source = context.data_sources.add_sql(name="warehouse", connection_string=address)
        for (schema, table), group in groupby(asked, key=lambda rule: (rule.schema, rule.table)):
            asset = source.add_table_asset(name=table, table_name=table, schema_name=schema)
            suite = context.suites.add(suite_of(table, group, _least_rows(database, table)))
            batch = asset.add_batch_definition_whole_table("all").get_batch()
            result = batch.validate(suite, result_format="COMPLETE")
            findings += [_finding(table, single, counts) for single in result.results]
    return findings


@contextmanager
def _asked_once(
    database: Path, rules: Sequence[Rule], memory_limit: str | None, reports_of_a_part: int
) -> Generator[tuple[list[Rule], dict[str, int]]]:
    """The rules by their tables, each asking for rows that were found already, and how many each has found.

    Great Expectations asks a query twice, once for its rows and once for their count, and the driver holds all of them
    in memory: so it is given the first ones. What is wrong with a query it says in its finding.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        if memory_limit:  # of the database, for all its connections
            connection.execute("set memory_limit = $1", [memory_limit])
        connection.execute(f"attach ':memory:' as {FOUND} (read_write)")
        try:
            counts = with_rows(connection, rules, reports_of_a_part, MOST_ROWS)
            in_order = sorted(rules, key=lambda rule: (rule.schema, rule.table))
            yield [_of_rows_found(rule) if rule.name in counts else rule for rule in in_order], counts
        finally:
            connection.execute(f"detach {FOUND}")


def _of_rows_found(rule: Rule) -> Rule:
    return replace(rule, query=f'select * from {FOUND}."{rule.name}" /* of {{batch}} */')


def _least_rows(database: Path, table: str) -> int:
    """How many rows a table must have: an empty table passes every other expectation."""
    counts = {
        "identity_results": "select count(*) from staging.reports",
        "dim_report": "select count(*) from staging.reports",
        "run_history": "select 1",
        "run_layouts": "select count(distinct layout) from staging.reports",
        "figure_sources": "select count(*) from staging.cells join marts.dim_report using (report_id) "
        'where is_current and line is not null and "column" is not null '
        "and coalesce(value, inferred_value) is not null",
    }
    if table not in counts:
        return 0
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute(counts[table]).fetchone()
    return row[0] if row else 0


def _finding(table: str, result: Any, counts: dict[str, int]) -> Finding:
    meta = (result.expectation_config.meta or {}) if result.expectation_config else {}
    details = result.result.get("details", {})
    rows = [dict(row) for row in details.get("unexpected_rows", [])]
    exception = _exception(result.exception_info)
    count = result.result.get("observed_value") if "unexpected_rows" in details else None
    count = result.result.get("unexpected_count") if count is None else count
    rule = meta.get("rule", "")
    return Finding(rule, table, bool(result.success), counts.get(rule, count or 0), rows, exception)


def _exception(info: Any) -> str | None:
    """Great Expectations gives one record, or one for each metric that raised."""
    records = [info] if "raised_exception" in (info or {}) else list((info or {}).values())
    messages = [r["exception_message"] for r in records if isinstance(r, dict) and r.get("raised_exception")]
    return messages[0] if messages else None
