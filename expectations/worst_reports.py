"""The reports that break most identities: for the page and for Dagster's checks.

Belongs here: their order. Doesn't belong here: how they are shown.
"""

from typing import Any

import duckdb

#: Enforced identities weigh more than reported ones, then the number of failures, then the largest difference.
WORST = """
    with failing as (
        from quality.identity_results
        where status = 'fail' and ($identity is null or identity = $identity)
    ),
    located as (
        select report_id, count(distinct explanation_no) as explanations from quality.suspect_cells group by all
    ),
    worst as (
        select
            report_id,
            count(*) filter (where is_enforced) as enforced,
            count(*) filter (where not is_enforced) as reported,
            max(abs(difference)) as largest_difference
        from failing group by all
        order by enforced desc, reported desc, largest_difference desc, report_id
        limit $most
    )
    select
        reports.agency_name, reports.report_year, worst.enforced, worst.reported, worst.largest_difference,
        coalesce(located.explanations, 0) as explanations, reports.title,
        parse_filename(reports.source_uri) as document, worst.report_id
    from worst
    left join marts.dim_report as reports on worst.report_id = reports.report_id
    left join located on worst.report_id = located.report_id
    order by enforced desc, reported desc, largest_difference desc, worst.report_id
"""


def worst_reports(
    connection: duckdb.DuckDBPyConnection, most: int, identity: str | None = None
) -> list[dict[str, Any]]:
    """At most so many reports that break an identity, or any, the worst first, with what they break."""
    found = connection.execute(WORST, {"identity": identity, "most": most})
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
