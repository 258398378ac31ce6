"""What the page says: the findings, beside the failing rows and suspect cells of the database.

Belongs here: queries and labels, as plain data. Doesn't belong here: markup (``page``).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.rule import Rule
from expectations.rules import GUARD, GUARD_DESCRIPTION, GUARDED_COLUMNS
from expectations.worst_reports import worst_reports
from extract.catalogue.model import Catalogue, Identity

if TYPE_CHECKING:  # it loads Great Expectations, which takes longer than the page
    from expectations.validation import Finding

#: How much the page shows; the tables of the warehouse hold it all.
SHOWN_ROWS, SHOWN_REPORTS, SHOWN_SUSPECTS = 100, 50, 8
Row = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """A rule with what became of it; ``count`` rows break it, of which ``rows`` are some."""

    rule: Rule
    is_blocking: bool
    passed: bool
    count: int
    rows: list[Row]
    errors: list[str]


@dataclass(frozen=True)
class IdentityOutcome:
    """An identity: how often each status occurs, and failing rows with what may be wrong in them."""

    identity: Identity
    outcome: Outcome
    statuses: dict[str, int]
    rows: list[Row]


@dataclass(frozen=True)
class Contents:
    """All that the page says."""

    identities: list[IdentityOutcome]
    others: list[Outcome]
    worst: list[Row]
    inconsistent_reports: int
    reports: int
    labels: dict[str, tuple[str, str]] = field(repr=False)

    @property
    def outcomes(self) -> list[Outcome]:
        """Of all rules, blocking ones first."""
        return [*self.others, *(identity.outcome for identity in self.identities)]


def read_contents(
    database: Path, catalogue: Catalogue, rules: Sequence[Rule], findings: Sequence["Finding"]
) -> Contents:
    """What became of the rules on a database, with the failing rows of each identity, the largest difference first."""
    outcomes = [*_outcomes(rules, findings)]
    by_identity = {outcome.rule.identity: outcome for outcome in outcomes if outcome.rule.identity}
    with duckdb.connect(str(database), read_only=True) as connection:
        statuses, rows = _statuses(connection), _failing_rows(connection)
        return Contents(
            identities=[
                IdentityOutcome(
                    identity, by_identity[identity.identity], statuses[identity.identity], rows[identity.identity]
                )
                for identity in sorted(catalogue.identities, key=lambda identity: identity.sort_order)
                if identity.identity in by_identity
            ],
            others=[outcome for outcome in outcomes if not outcome.rule.identity],
            worst=worst_reports(connection, SHOWN_REPORTS),
            **_rows(connection, COUNTS)[0],
            labels=_labels(catalogue),
        )


def _outcomes(rules: Sequence[Rule], findings: Sequence["Finding"]) -> list[Outcome]:
    """One for each rule and for the guards of each table; what was not judged did not pass."""
    guards = [Rule(GUARD, "ours", "", table, GUARD_DESCRIPTION, "") for table in GUARDED_COLUMNS]
    found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.table, finding.rule].append(finding)
    return [_outcome(rule, found[rule.table, rule.name]) for rule in (*rules, *guards)]


def _outcome(rule: Rule, findings: Sequence["Finding"]) -> Outcome:
    return Outcome(
        rule,
        is_blocking=rule.tier == "ours",
        passed=bool(findings) and all(finding.success for finding in findings),
        count=sum(finding.count for finding in findings),
        rows=[row for finding in findings for row in finding.rows][:SHOWN_ROWS],
        errors=[finding.error for finding in findings if finding.error] if findings else ["not judged"],
    )


COUNTS = """
    select
        count(distinct report_id) as reports,
        count(distinct report_id) filter (where status = 'fail') as inconsistent_reports
    from quality.identity_results
"""
STATUSES = "select identity, status, count(*) as results from quality.identity_results group by all"
FAILING = f"""
    select
        results.*, reports.title, reports.agency_name, reports.report_year, reports.source_uri,
        results.identity || ':' || results.scope as broken
    from quality.identity_results as results
    left join marts.dim_report as reports on results.report_id = reports.report_id
    where results.status = 'fail'
    qualify row_number() over (
        partition by results.identity order by abs(results.difference) desc, results.report_id, results.scope
    ) <= {SHOWN_ROWS}
    order by results.identity, abs(results.difference) desc, results.report_id, results.scope
"""
SUSPECTS = f"""
    with failing as ({FAILING}),
    named as (
        select *, unnest(string_split(identities, '; ')) as broken
        from quality.suspect_cells semi join failing using (report_id)
    )
    select named.* from named semi join failing using (report_id, broken)
    qualify row_number() over (
        partition by report_id, broken order by explanation_no, line, "column"
    ) <= {SHOWN_SUSPECTS}
    order by report_id, broken, explanation_no, line, "column"
"""


def _statuses(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _rows(connection, STATUSES):
        counts[row["identity"]][row["status"]] = row["results"]
    return counts


def _failing_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Row]]:
    """Failing rows of each identity, with the suspect cells of each under ``suspects``."""
    suspects: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in _rows(connection, SUSPECTS):
        suspects[row["report_id"], row["broken"]].append(row)
    failing: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(connection, FAILING):
        failing[row["identity"]].append(row | {"suspects": suspects[row["report_id"], row["broken"]]})
    return failing


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    relation = connection.sql(query)
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def _labels(catalogue: Catalogue) -> dict[str, tuple[str, str]]:
    """What the form calls lines and columns, in Chinese and English."""
    columns = {column.column: (column.label_zh, column.label_en) for column in catalogue.columns}
    return columns | {line.line: (line.label_zh, line.label_en) for line in catalogue.lines}
