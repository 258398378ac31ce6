"""Rules about the facts: every figure has its cell, every cell its figure, every remainder its total.

Belongs here: what must hold between the facts and staging. Doesn't belong here: identities
(``identity_rules``).
"""

from expectations.fact_figures import IS_COUNT, REMAINDER, doubtful_reports, fact_figures, leaves, lines_of_leaves
from expectations.rule import Rule, parts_of_subtotals, quoted
from extract.catalogue.model import Catalogue


def figures_trace_to_cells(catalogue: Catalogue) -> Rule:
    """From each figure to its cell, remainders aside."""
    return Rule(
        "figures_trace_to_cells",
        "ours",
        "quality",
        "figure_sources",
        "Every figure of the facts is the value of a staging cell, printed or inferred, and has its source. "
        "/ 事实表的每个数字均为暂存单元格的载明值或推算值，并有出处。",
        f"""
        with {doubtful_reports(catalogue)}
        select figures.* from figures
        semi join doubtful on figures.report_id is not distinct from doubtful.report_id
        left join (from staging.cells semi join doubtful using (report_id)) as cells
            on figures.report_id = cells.report_id and figures.line = cells.line
            and figures."column" = cells."column" and figures.figure = coalesce(cells.value, cells.inferred_value)
        left join (from {{batch}} semi join doubtful using (report_id)) as sources
            on figures.report_id = sources.report_id and figures.line = sources.line
            and figures."column" = sources."column" and figures.figure = sources.figure
        where figures.figure is not null and (cells.report_id is null or sources.report_id is null)
            and figures.line != '{REMAINDER}' and figures."column" != '{REMAINDER}'
        """,
        is_by_report=True,
    )


def remainders_trace_to_totals(catalogue: Catalogue) -> Rule:
    """From each remainder to its total, and for lines to the leaves in staging."""
    return Rule(
        "remainders_trace_to_totals",
        "ours",
        "quality",
        "remainders",
        "Every remainder in the facts is a printed total less what its leaves say, and none is negative. "
        "/ 事实表的每个余数等于载明的合计减去各明细，且不为负。",
        f"""
        with figures as not materialized ({fact_figures(catalogue)}),
        totals as (
            select remainders.*, coalesce(cells.value, cells.inferred_value) as printed_total
            from {{batch}} as remainders
            left join staging.cells as cells
                on remainders.report_id = cells.report_id
                and cells.line = if(remainders.line = '{REMAINDER}', 'processed', remainders.line)
                and cells."column" = if(remainders."column" = '{REMAINDER}', 'total', remainders."column")
        ),
        leaves as (
            select report_id, line, sum(coalesce(value, inferred_value)) as known
            from staging.cells
            where line is not null and "column" != 'total' and {IS_COUNT}
            group by all
        )
        select figures.report_id, figures.line, figures."column", figures.figure, totals.printed_total, totals.known
        from figures
        left join totals
            on figures.report_id = totals.report_id and figures.line = totals.line
            and figures."column" = totals."column"
        left join leaves on figures.report_id = leaves.report_id and figures.line = leaves.line
        where (figures.line = '{REMAINDER}' or figures."column" = '{REMAINDER}') and figures.figure is not null
            and (
                totals.report_id is null
                or figures.figure < 0
                or totals.total is distinct from totals.printed_total
                or figures.figure is distinct from totals.printed_total - totals.known
                or (figures.line != '{REMAINDER}' and totals.known is distinct from coalesce(leaves.known, 0))
            )
        """,
        is_by_report=True,
    )


def totals_are_met(catalogue: Catalogue) -> Rule:
    """Lines against their own total, unknown outcomes against the total of processed applications."""
    leaves = [line.line for line in catalogue.lines if line.dimension in {"outcome", "procedure", "flow"}]
    return Rule(
        "totals_are_met",
        "ours",
        "quality",
        "remainders",
        "Where a remainder stands in the facts, it and the leaves beside it add up to the printed total. "
        "/ 事实表中有余数的，余数与各明细之和等于载明的合计。",
        f"""
        with figures as not materialized ({fact_figures(catalogue)} ),
        totals as (
            select report_id, line, "column", coalesce(value, inferred_value) as total
            from staging.cells where line is not null and {IS_COUNT}
        ),
        of_lines as (
            select figures.report_id, figures.line, 'total' as "column", sum(figures.figure) as in_facts
            from figures
            semi join {{batch}} as remainders
                on figures.report_id = remainders.report_id and figures.line = remainders.line
                and remainders."column" = '{REMAINDER}' and not remainders.is_negative
            where figures.line in ({quoted(leaves)})
            group by all
        ),
        of_applicants as (
            select figures.report_id, 'processed' as line, figures."column", sum(figures.figure) as in_facts
            from figures
            semi join {{batch}} as remainders
                on figures.report_id = remainders.report_id and figures."column" = remainders."column"
                and remainders.line = '{REMAINDER}' and not remainders.is_negative
            where figures.fact = 'fct_applications' and figures."column" != '{REMAINDER}'
            group by all
        ),
        of_tables as (
            select figures.report_id, 'processed' as line, 'total' as "column", sum(figures.figure) as in_facts
            from figures
            semi join {{batch}} as remainders
                on figures.report_id = remainders.report_id and remainders.line = '{REMAINDER}'
                and remainders."column" = '{REMAINDER}' and not remainders.is_negative
            where figures.fact = 'fct_applications'
            group by all
        ),
        sums as (from of_lines union all from of_applicants union all from of_tables)
        select sums.*, totals.total
        from sums
        left join totals
            on sums.report_id = totals.report_id and sums.line = totals.line and sums."column" = totals."column"
        where sums.in_facts is distinct from totals.total
        """,
        is_by_report=True,
    )


def leaf_sums_agree(catalogue: Catalogue) -> Rule:
    """By report, line and column."""
    return Rule(
        "leaf_sums_agree",
        "ours",
        "marts",
        "dim_report",
        "The leaves of the facts add up to those of staging, for each current report, line and column. "
        "/ 就每份现行报告的每行每列，事实表明细之和等于暂存表明细之和。",
        f"""
        with {doubtful_reports(catalogue)}, {parts_of_subtotals(catalogue)},
        closely as (from {{batch}} semi join doubtful using (report_id) where is_current),
        printed_cells as (from staging.cells semi join closely using (report_id)),
        compared as (
            select report_id, line, "column", figure as in_staging, null as in_facts
            from ({leaves(catalogue, "printed_cells")})
            union all
            select report_id, line, "column", null as in_staging, figure as in_facts from figures
            where line in ({quoted(lines_of_leaves(catalogue))}) and "column" != '{REMAINDER}'
        )
        select compared.report_id, line, sum(in_staging) as in_staging, sum(in_facts) as in_facts
        from compared
        semi join doubtful on compared.report_id is not distinct from doubtful.report_id
        group by compared.report_id, line, "column"
        having sum(in_staging) is distinct from sum(in_facts)
        """,
        is_by_report=True,
    )
