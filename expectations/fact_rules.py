"""Rules about the facts: every figure has its cell, every cell its figure, every remainder its total.

Belongs here: what must hold between the facts and staging. Doesn't belong here: identities
(``identity_rules``).
"""

from expectations.rule import Rule, parts_of_subtotals, quoted
from extract.catalogue.model import Catalogue

#: The facts made of leaves: table, the columns that hold line and column of the form, the measure.
LEAF_FACTS = (
    ("fct_applications", "outcome", "applicant_type", "applications"),
    ("fct_reviews_litigation", "procedure", "review_result", "cases"),
)
REMAINDER = "not_broken_down"
#: A staging cell that a fact can hold as a count: whole, in the unit of counts; divided in 64 bits where it fits.
COUNT_CELL = (
    "unit = 'count' and coalesce(try_cast(coalesce(value, inferred_value) as decimal(18, 6)) % 1, "
    "coalesce(value, inferred_value) % 1) = 0"
)
#: A staging cell that a fact can hold at all: a count, or money whose unit is known.
FACT_CELL = f"((\"column\" != 'amount' and {COUNT_CELL}) or (\"column\" = 'amount' and unit = 'yuan'))"


def _fact_figures(catalogue: Catalogue) -> str:
    """All figures of the facts as (fact, report_id, line, column, figure), remainders included."""
    selects = [
        f"select '{table}' as fact, report_id, {line} as line, {column} as \"column\", {measure} as figure "
        f"from marts.{table}"
        for table, line, column, measure in LEAF_FACTS
    ]
    flows = [line.line for line in catalogue.lines if line.dimension == "flow"]
    selects += [
        f"select 'fct_application_flows', report_id, '{flow}', applicant_type, {flow} from marts.fct_application_flows"
        for flow in flows
    ]
    for table, (line, columns) in _section_2_facts(catalogue).items():
        selects += [
            f"select '{table}', report_id, {line}, '{code}', {column} from marts.{table}"
            for code, column in columns.items()
        ]
    return " union all ".join(selects)


def _section_2_facts(catalogue: Catalogue) -> dict[str, tuple[str, dict[str, str]]]:
    """For each fact of section 2: what gives the line, and its measures by the code of their column."""
    facts = {
        "fct_enforcement_decisions": ("decision_type", "decision_type"),
        "fct_normative_documents": ("document_type", "document_type"),
        "fct_fees": ("fees", None),
        "fct_procurement": ("procurement", None),
    }
    found = {}
    for table, (dimension, line) in facts.items():
        members = [member for member in catalogue.lines if member.dimension == dimension]
        columns = [c for m in members for columns in catalogue.column_sets[m.sub_table].values() for c in columns]
        unit = {c: f"{c}_yuan" if catalogue.unit_of_column[c] == "yuan" else c for c in columns}
        found[table] = (line or f"'{members[0].line}'", unit)
    return found


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
        with figures as ({_fact_figures(catalogue)})
        select figures.* from figures
        left join staging.cells as cells
            on figures.report_id = cells.report_id and figures.line = cells.line
            and figures."column" = cells."column" and figures.figure = coalesce(cells.value, cells.inferred_value)
        left join {{batch}} as sources
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
        with figures as ({_fact_figures(catalogue)}),
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
            where line is not null and "column" != 'total' and {COUNT_CELL}
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
        with figures as ({_fact_figures(catalogue)} ),
        totals as (
            select report_id, line, "column", coalesce(value, inferred_value) as total
            from staging.cells where line is not null and {COUNT_CELL}
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
    """By report, line and column; a line that stands for its parts counts only where the parts aren't printed."""
    leaves = [line.line for line in catalogue.lines if line.dimension]
    return Rule(
        "leaf_sums_agree",
        "ours",
        "marts",
        "dim_report",
        "The leaves of the facts add up to those of staging, for each current report, line and column. "
        "/ 就每份现行报告的每行每列，事实表明细之和等于暂存表明细之和。",
        f"""
        with {parts_of_subtotals(catalogue)},
        figures as (
            select
                cells.report_id, cells.line, cells."column",
                coalesce(cells.value, cells.inferred_value) as in_staging, null as in_facts
            from staging.cells as cells
            inner join {{batch}} as reports on cells.report_id = reports.report_id and reports.is_current
            left join split on cells.report_id = split.report_id and cells.line = split.subtotal
            where cells.line in ({quoted(leaves)}) and cells."column" != 'total' and split.report_id is null
                and {FACT_CELL}
            union all
            select report_id, line, "column", null as in_staging, figure as in_facts
            from ({_fact_figures(catalogue)})
            where line in ({quoted(leaves)}) and "column" != '{REMAINDER}' and figure is not null
        )
        select report_id, line, sum(in_staging) as in_staging, sum(in_facts) as in_facts
        from figures
        group by report_id, line, "column"
        having sum(in_staging) is distinct from sum(in_facts)
        """,
        is_by_report=True,
    )
