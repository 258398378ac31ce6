"""The rules of a sound warehouse, as queries for the rows that break them; made from the catalogue.

Belongs here: what is checked, of which table, and how grave a breach is. Doesn't belong here: Great
Expectations itself (``expectations.suites``) or Dagster's checks. A rule is *ours* when only a
fault of this project can break it: then nothing is published. It is *theirs* when a publisher's
figures can break it: then it is reported, and the figures stay as printed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from extract.catalogue.model import Catalogue, Identity

#: The facts made of leaves: table, the columns that hold line and column of the form, the measure.
LEAF_FACTS = (
    ("fct_applications", "outcome", "applicant_type", "applications"),
    ("fct_reviews_litigation", "procedure", "review_result", "cases"),
)
#: The section that each fact comes from.
FACT_SECTIONS = {
    "fct_enforcement_decisions": 2,
    "fct_normative_documents": 2,
    "fct_fees": 2,
    "fct_procurement": 2,
    "fct_applications": 3,
    "fct_application_flows": 3,
    "fct_reviews_litigation": 4,
}
#: Columns that the rules of a table read: a NULL there would pass most expectations.
GUARDED_COLUMNS = {
    "identity_results": ("report_id", "identity", "scope", "status", "is_enforced"),
    "figure_sources": ("report_id", "line", "column", "figure", "source_line"),
    "dim_report": ("report_id", "quality_status", "is_current"),
    "remainders": ("report_id", "total", "known", "remainder"),
}
#: The rule under which the guards of a table report: that it has its rows, and no NULL where rules look.
GUARD = "rows_are_complete"
REMAINDER = "not_broken_down"
#: A staging cell that a fact can hold as a count: whole, in the unit of counts.
COUNT_CELL = "unit = 'count' and coalesce(value, inferred_value) % 1 = 0"


@dataclass(frozen=True)
class Rule:
    """A named query for the rows that must not be there, in the table that it speaks of.

    ``schema`` and ``table`` name the table; ``query`` selects rows of at least ``report_id``.
    """

    name: str
    tier: Literal["ours", "theirs"]
    schema: str
    table: str
    description: str
    query: str


def rules(catalogue: Catalogue) -> tuple[Rule, ...]:
    """All rules: first ours, then one of theirs for each enforced identity."""
    enforced = [identity for identity in catalogue.identities if identity.is_enforced]
    return (
        _every_identity_evaluated(catalogue, enforced),
        _status_follows_sides(),
        _consistent_rows_hold(),
        _quality_status_follows_results(),
        _figures_trace_to_cells(catalogue),
        _remainders_trace_to_totals(catalogue),
        _leaf_sums_agree(catalogue),
        *(_identity_holds(identity) for identity in enforced),
    )


def _values(rows: Iterable[tuple[str, ...]]) -> str:
    return ", ".join("(" + ", ".join(f"'{value}'" for value in row) + ")" for row in rows)


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def _every_identity_evaluated(catalogue: Catalogue, enforced: list[Identity]) -> Rule:
    """Each report has each identity in each scope; of a line and its parts, one or the other."""
    parts = {line.line: line.parent_line for line in catalogue.lines}
    subtotals = {line.line for line in catalogue.lines if line.role == "subtotal"}
    expected = []
    for identity in enforced:
        for scope in catalogue.scopes_of(identity):
            alternative = scope if scope in subtotals else parts.get(scope)
            expected.append((identity.identity, scope, alternative if alternative in subtotals else ""))
    return Rule(
        "every_identity_evaluated",
        "ours",
        "quality",
        "identity_results",
        "Every enforced identity was evaluated for every report and scope that it applies to.",
        f"""
        with expected(identity, scope, subtotal) as (values {_values(expected)}),
        wanted as (
            select reports.report_id, expected.*, found.status from staging.reports as reports
            cross join expected
            left join {{batch}} as found
                on reports.report_id = found.report_id
                and expected.identity = found.identity and expected.scope = found.scope
        ),
        missing as (
            select report_id, identity, scope from wanted where subtotal = '' and status is null
        ),
        alternatives as (
            select
                report_id, identity, subtotal as scope,
                count(status) filter (where scope = subtotal) as as_one_line,
                count(*) filter (where scope != subtotal) as parts,
                count(status) filter (where scope != subtotal) as as_parts
            from wanted where subtotal != '' group by all
        )
        select report_id, identity, scope from missing
        union all
        select report_id, identity, scope from alternatives
        where not (as_one_line = 1 and as_parts = 0) and not (as_one_line = 0 and as_parts = parts)
        """,
    )


def _status_follows_sides() -> Rule:
    return Rule(
        "status_follows_sides",
        "ours",
        "quality",
        "identity_results",
        "A pass has every term and equal sides; a fail has sides that differ; anything else isn't assessable.",
        """
        select report_id, identity, scope, status, left_value, right_value, unknown_terms
        from {batch}
        where
            (status = 'pass' and not (unknown_terms = 0 and left_value is not null and left_value = right_value))
            or (status = 'fail' and not coalesce(difference != 0, false))
            or (status = 'not_assessable' and (unknown_terms = 0 or difference is not null))
            or status is null
        """,
    )


def _consistent_rows_hold() -> Rule:
    rows = " union all ".join(
        f"select report_id, {section} as section, is_consistent, '{table}' as fact from marts.{table}"
        for table, section in FACT_SECTIONS.items()
    )
    return Rule(
        "consistent_rows_hold",
        "ours",
        "quality",
        "identity_results",
        "A fact is marked consistent only where no enforced identity of its section fails and one could be assessed.",
        f"""
        with facts as ({rows}),
        sections as (
            select
                report_id, section,
                count(*) filter (where status = 'fail') as fails,
                count(*) filter (where status = 'pass') as passes
            from {{batch}} where is_enforced group by all
        )
        select distinct facts.report_id, facts.fact, facts.is_consistent, sections.fails, sections.passes
        from facts left join sections on facts.report_id = sections.report_id and facts.section = sections.section
        where facts.is_consistent is distinct from case
            when sections.fails > 0 then false when sections.passes > 0 then true end
        """,
    )


def _quality_status_follows_results() -> Rule:
    return Rule(
        "quality_status_follows_results",
        "ours",
        "marts",
        "dim_report",
        "Every report is in dim_report once, with the status that its identities give.",
        """
        with results as (
            select
                report_id,
                count(*) filter (where status = 'fail') as fails,
                count(*) filter (where status = 'pass') as passes
            from quality.identity_results where is_enforced group by all
        )
        select reports.report_id, found.quality_status, results.fails, results.passes
        from staging.reports as reports
        left join {batch} as found on reports.report_id = found.report_id
        left join results on reports.report_id = results.report_id
        where found.quality_status is distinct from case
            when results.fails > 0 then 'inconsistent' when results.passes > 0 then 'consistent' else 'not_assessable'
        end
        """,
    )


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


def _figures_trace_to_cells(catalogue: Catalogue) -> Rule:
    return Rule(
        "figures_trace_to_cells",
        "ours",
        "quality",
        "figure_sources",
        "Every figure of the facts is the value of a staging cell, printed or inferred, and has its source.",
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
    )


def _remainders_trace_to_totals(catalogue: Catalogue) -> Rule:
    return Rule(
        "remainders_trace_to_totals",
        "ours",
        "quality",
        "remainders",
        "Every remainder in the facts is a printed total less what its leaves say, and none is negative.",
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
    )


def _leaf_sums_agree(catalogue: Catalogue) -> Rule:
    """By report; a line that stands for its parts counts only where the parts aren't printed."""
    leaves = [line.line for line in catalogue.lines if line.dimension in {"outcome", "procedure", "flow"}]
    parts = [(line.line, line.parent_line) for line in catalogue.lines if line.parent_line]
    subtotals = {line.line for line in catalogue.lines if line.role == "subtotal"}
    pairs = [(part, parent) for part, parent in parts if parent in subtotals]
    return Rule(
        "leaf_sums_agree",
        "ours",
        "marts",
        "dim_report",
        "The leaves of the facts add up to those of staging, for each current report and line.",
        f"""
        with parts(part, subtotal) as (values {_values(pairs)}),
        split as (
            select distinct cells.report_id, parts.subtotal
            from staging.cells as cells inner join parts on cells.line = parts.part
            where cells.reading != 'blank'
        ),
        printed as (
            select cells.report_id, cells.line, sum(coalesce(cells.value, cells.inferred_value)) as total
            from staging.cells as cells
            inner join {{batch}} as reports on cells.report_id = reports.report_id and reports.is_current
            left join split on cells.report_id = split.report_id and cells.line = split.subtotal
            where cells.line in ({_codes(leaves)}) and cells."column" != 'total' and split.report_id is null
                and {COUNT_CELL}
            group by all
        ),
        facts as (
            select report_id, line, sum(figure) as total from ({_fact_figures(catalogue)})
            where line in ({_codes(leaves)}) and "column" != '{REMAINDER}' group by all
        )
        select
            coalesce(printed.report_id, facts.report_id) as report_id, coalesce(printed.line, facts.line) as line,
            printed.total as in_staging, facts.total as in_facts
        from printed full join facts on printed.report_id = facts.report_id and printed.line = facts.line
        where printed.total is distinct from facts.total
        """,
    )


def _identity_holds(identity: Identity) -> Rule:
    return Rule(
        f"{identity.identity}_holds",
        "theirs",
        "quality",
        "identity_results",
        f"{identity.label_en}: {identity.formula}. Reports that break it keep their figures as printed.",
        f"""
        select report_id, scope, left_value, right_value, difference, explanation
        from {{batch}}
        where identity = '{identity.identity}' and status = 'fail'
        """,
    )
