"""What the page says: figures of the published tables, as plain data.

Belongs here: queries. Doesn't belong here: markup (``page``) or pictures (``charts``). Reports of one organ and of
a whole jurisdiction are never added, and of applications only tables whose identities hold count.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.exports.tables import open_warehouse

Row = dict[str, Any]
#: Rows of a table that are shown; the tables of the warehouse hold them all.
SHOWN_ROWS = 50


@dataclass(frozen=True)
class Contents:
    """All that the page says; each field is the rows of the query of its name, ``totals`` the one row of it."""

    totals: Row
    years: list[Row]
    provinces: list[Row]
    outcomes: list[Row]
    denials: list[Row]
    identities: list[Row]
    located: list[Row]
    rejected: list[Row]


def read_contents(warehouse: Path) -> Contents:
    """Read a published warehouse.

    Raises:
        WarehouseError: there is none.

    """
    with open_warehouse(warehouse) as connection:
        rows = {field.name: _rows(connection, QUERIES[field.name]) for field in fields(Contents)}
    return Contents(**rows | {"totals": rows["totals"][0]})  # ty: ignore[invalid-argument-type] — a row, not rows


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    relation = connection.sql(query)
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


QUERIES = {
    "totals": """
        select
            (select count(*) from marts.dim_report where is_current) as reports,
            (select count(*) from marts.dim_report) as copies,
            (select count(*) from marts.dim_agency where agency_id != 'unknown') as agencies,
            (select min(report_year) from marts.dim_report where is_current) as first_year,
            (select max(report_year) from marts.dim_report where is_current) as last_year,
            (select count(*) from quality.figure_sources) as figures,
            (select count(*) from marts.dim_report where is_current and quality_status = 'consistent') as holding,
            (select count(*) from marts.dim_report where is_current and quality_status = 'inconsistent') as failing,
            (select count(*) from quality.suspect_cells) as suspects,
            (select max(finished_at) from quality.run_history) as built_at
    """,
    "years": """
        select report_year, quality_status, count(*) as reports
        from marts.dim_report where is_current group by all order by all
    """,
    "provinces": """
        select
            regions.region_name, coverage.report_year, coverage.agencies_seen, coverage.agencies_reporting,
            coverage.coverage
        from marts.agg_region_coverage as coverage
        inner join marts.dim_region as regions on coverage.region_code = regions.region_code
        where regions.admin_level = 'province'
        qualify coverage.report_year = max(coverage.report_year) over ()
        order by coverage.agencies_seen desc, coverage.region_code
    """,
    "outcomes": """
        select
            facts.reporting_scope, facts.report_year, outcomes.outcome_category,
            any_value(if(outcomes.outcome_category is null, outcomes.label_zh, measures.label_zh)) as label_zh,
            any_value(if(outcomes.outcome_category is null, outcomes.label_en, measures.label_en)) as label_en,
            sum(facts.applications)::bigint as applications, count(distinct facts.report_id) as reports
        from marts.fct_applications as facts
        inner join marts.dim_outcome as outcomes on facts.outcome = outcomes.outcome
        -- a category is a measure, too, and called as that is
        left join marts.dim_measure as measures on outcomes.outcome_category = measures.measure
        where facts.is_consistent and facts.report_year is not null
        group by all having sum(facts.applications) > 0 order by all
    """,
    "denials": """
        select
            outcomes.label_zh, outcomes.label_en, outcomes.legal_basis, facts.reporting_scope,
            sum(facts.applications)::bigint as applications
        from marts.dim_outcome as outcomes
        inner join marts.fct_applications as facts on outcomes.outcome = facts.outcome
        where outcomes.outcome_category = 'denied' and facts.is_consistent
        group by all having sum(facts.applications) is not null
        order by min(outcomes.sort_order), facts.reporting_scope
    """,
    "identities": """
        select
            identities.label_zh, identities.label_en, identities.enforced,
            count(*) filter (where results.status = 'pass') as passes,
            count(*) filter (where results.status = 'fail') as fails,
            count(*) filter (where results.status = 'not_assessable') as not_assessable
        from marts.dim_identity as identities
        left join quality.identity_results as results on identities.identity = results.identity
        group by all order by min(identities.sort_order)
    """,
    "located": f"""
        select
            reports.agency_name, reports.report_year, reports.title, parse_filename(reports.source_uri) as document,
            cells.line, cells."column", cells.raw_text, cells.proposed, cells.proposed_least, cells.proposed_most,
            cells.source_line, cells.is_tie, cells.evidence
        from quality.suspect_cells as cells
        inner join marts.dim_report as reports on cells.report_id = reports.report_id
        order by cells.is_tie, reports.report_year desc, reports.agency_name, cells.report_id, cells.explanation_no,
            cells.source_line
        limit {SHOWN_ROWS}
    """,
    "rejected": """
        select reason, count(*) as documents from quality.rejected_documents
        group by all order by documents desc, reason
    """,
}
