"""Rules about the identities: that each was evaluated and judged as the form says, and which reports break one.

Belongs here: what must hold of ``quality.identity_results`` and of what is marked after it. Doesn't
belong here: figures of the facts (``fact_rules``).
"""

from expectations.rule import Rule, parts_of_subtotals, values
from extract.catalogue.model import Catalogue, Identity

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

#: What an identity that isn't enforced doesn't do: agencies restate last year's figures.
REPORTED, REPORTED_ZH = ", and no report is inconsistent for it alone.", "，仅此不判定报告不一致。"


def every_identity_evaluated(catalogue: Catalogue, enforced: list[Identity]) -> Rule:
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
        "Every enforced identity was evaluated for every report and scope that it applies to. "
        "/ 每项强制勾稽关系均已对每份报告及其适用对象核对。",
        f"""
        with expected(identity, scope, subtotal) as (values {values(expected)}),
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
        is_by_report=True,
    )


def status_follows_sides() -> Rule:
    """What each status means (forms: ``pass``, ``fail``, anything else)."""
    return Rule(
        "status_follows_sides",
        "ours",
        "quality",
        "identity_results",
        "A pass has every term and equal sides; a fail has sides that differ; anything else isn't assessable. "
        "/ 通过：各项齐全且两边相等；不通过：两边不等；其余为无法核对。",
        """
        select report_id, identity, scope, status, left_value, right_value, unknown_terms
        from {batch}
        where
            (status = 'pass' and not (unknown_terms = 0 and left_value is not null and left_value = right_value))
            or (status = 'fail' and not coalesce(difference != 0, false))
            or (status = 'not_assessable' and (unknown_terms = 0 or difference is not null))
            or status is null
        """,
        is_by_report=True,
    )


def known_terms_are_counted(catalogue: Catalogue, enforced: list[Identity]) -> Rule:
    """Each identity written out once more, term by term, and its printed terms counted in staging."""
    terms = [
        (identity.identity, scope, term.line or scope, term.column or scope)
        for identity in enforced
        for scope in catalogue.scopes_of(identity)
        for term in catalogue.identity_terms
        if term.identity == identity.identity
    ]
    return Rule(
        "known_terms_are_counted",
        "ours",
        "quality",
        "identity_results",
        "Every enforced identity counts as known exactly those of its terms that staging has a printed value for. "
        "/ 强制勾稽关系的已知项恰为暂存表中载有数值的项。",
        f"""
        with terms(identity, scope, line, "column") as (values {values(terms)}),
        {parts_of_subtotals(catalogue)},
        printed as (
            select cells.report_id, terms.identity, terms.scope, count(*) as known
            from staging.cells as cells
            inner join terms on cells.line = terms.line and cells."column" = terms."column"
            left join split on cells.report_id = split.report_id and cells.line = split.subtotal
            where cells.value is not null and split.report_id is null
            group by all
        )
        select results.report_id, results.identity, results.scope, results.terms - results.unknown_terms, printed.known
        from {{batch}} as results
        left join printed
            on results.report_id = printed.report_id
            and results.identity = printed.identity and results.scope = printed.scope
        where results.is_enforced and results.terms - results.unknown_terms != coalesce(printed.known, 0)
        """,
        is_by_report=True,
    )


def consistent_rows_hold() -> Rule:
    """The flag of each fact against the results of its section."""
    rows = " union all ".join(
        f"select report_id, {section} as section, is_consistent, '{table}' as fact from marts.{table}"
        for table, section in FACT_SECTIONS.items()
    )
    return Rule(
        "consistent_rows_hold",
        "ours",
        "quality",
        "identity_results",
        "A fact is marked consistent only where no enforced identity of its section fails and one could be assessed. "
        "/ 仅当所在部分无强制勾稽关系不成立且至少一项可核对时，事实才标为一致。",
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
        is_by_report=True,
    )


def quality_status_follows_results() -> Rule:
    """The status of each report against its results."""
    return Rule(
        "quality_status_follows_results",
        "ours",
        "marts",
        "dim_report",
        "Every report is in dim_report once, with the status that its identities give. "
        "/ 每份报告在 dim_report 中恰有一行，其状态由勾稽关系的核对结果决定。",
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
        is_by_report=True,
    )


def identity_holds(identity: Identity) -> Rule:
    """The reports whose printed figures break an identity, enforced or reported, the largest difference first."""
    end, end_zh = (".", "。") if identity.is_enforced else (REPORTED, REPORTED_ZH)
    return Rule(
        f"{identity.identity}_holds",
        "theirs",
        "quality",
        "identity_results",
        f"{identity.label_en}: {identity.formula} (Regulations, {identity.legal_basis}). Reports that break it keep "
        f"their figures as printed{end} / {identity.label_zh}：{identity.formula_zh}"
        f"（《条例》{identity.legal_basis_zh}）。不成立的报告保留原文数字{end_zh}",
        f"""
        select
            reports.agency_name, reports.report_year, results.scope, results.left_value, results.right_value,
            results.difference, results.origin, results.source_lines, reports.title, results.report_id
        from {{batch}} as results
        left join marts.dim_report as reports on results.report_id = reports.report_id
        where results.identity = '{identity.identity}' and results.status = 'fail'
        order by abs(results.difference) desc, results.report_id, results.scope
        """,
        identity.identity,
    )
