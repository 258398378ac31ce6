"""The figures of the facts as the rules look at them, and the reports that are worth a closer look.

Belongs here: pieces of SQL that several rules about the facts share. Doesn't belong here: the rules (``fact_rules``).
"""

from expectations.rule import parts_and_subtotals, quoted
from extract.catalogue.model import Catalogue

#: The facts made of leaves: table, the columns that hold line and column of the form, the measure.
LEAF_FACTS = (
    ("fct_applications", "outcome", "applicant_type", "applications"),
    ("fct_reviews_litigation", "procedure", "review_result", "cases"),
)
REMAINDER = "not_broken_down"
#: What a staging cell says, printed or inferred.
FIGURE = "coalesce(value, inferred_value)"
#: Whether a fact can hold the cell as a count: whole, in the unit of counts; divided in 64 bits where it fits.
IS_COUNT = f"unit = 'count' and coalesce(try_cast({FIGURE} as decimal(18, 6)) % 1, {FIGURE} % 1) = 0"


def fact_figures(catalogue: Catalogue) -> str:
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


def leaves(catalogue: Catalogue, cells: str) -> str:
    """What the facts must say, by some rows of staging.cells: report_id, line, column, figure; beside ``split``.

    A line that stands for its parts is a leaf only where the parts aren't printed (``parts_of_subtotals``).
    """
    return f"""
        select cells.report_id, cells.line, cells."column", {FIGURE} as figure
        from {cells} as cells
        anti join split on cells.report_id = split.report_id and cells.line = split.subtotal
        where {_is_leaf(catalogue)} and (unit != 'count' or {IS_COUNT})"""


def _is_leaf(catalogue: Catalogue) -> str:
    """Whether a cell stands where a leaf of the facts does, in the unit that is asked for there."""
    return (
        f"line in ({quoted(lines_of_leaves(catalogue))}) and \"column\" != 'total' "
        "and unit = if(\"column\" = 'amount', 'yuan', 'count')"
    )


def lines_of_leaves(catalogue: Catalogue) -> list[str]:
    """The lines of the form that the facts hold."""
    return [line.line for line in catalogue.lines if line.dimension]


def doubtful_reports(catalogue: Catalogue) -> str:
    """CTEs: ``doubtful(report_id)``, the reports whose figures in the facts, or in their sources, aren't staging's.

    What a report's figures are as a whole says the sum of their hashes. It takes a tenth of the time of a join of every
    figure with its cell, which is left to the reports that differ: those have other sums, but for one in 2 ** 64. A
    report that has nothing wrong may be among them, such as one with a count that isn't whole.
    """
    mark = 'hash(line, "column", {}::decimal(38, 6))::hugeint'
    pairs = parts_and_subtotals(catalogue)
    of_subtotals = "".join(
        f" + if(bool_or(line in ({quoted(part for part, of in pairs if of == subtotal)}) and reading != 'blank'), 0, "
        f"coalesce(sum(mark) filter (is_leaf and line = '{subtotal}'), 0))"
        for subtotal in sorted({subtotal for _, subtotal in pairs})
    )
    return f"""
        figures as not materialized ({fact_figures(catalogue)}),
        printed as (
            select
                report_id, line, reading, {_is_leaf(catalogue)} as is_leaf,
                case when "column" is not null and {FIGURE} is not null then {mark.format(FIGURE)} end as mark
            from staging.cells
            where line is not null
        ),
        marks(report_id, of_leaves, of_all) as (
            select
                report_id,
                coalesce(sum(mark) filter (is_leaf and line not in ({quoted(of for _, of in pairs)})), 0){of_subtotals},
                sum(mark)
            from printed
            group by report_id
        ),
        differences(report_id, of_leaves, of_all) as (
            from marks semi join (from marts.dim_report where is_current) as reports using (report_id)
            union all
            select report_id, -sum({mark.format("figure")}), 0 from figures
            where figure is not null and line != '{REMAINDER}' and "column" != '{REMAINDER}' group by report_id
            union all
            select report_id, 0, -sum({mark.format("figure")}) from quality.figure_sources group by report_id
        ),
        doubtful as (
            select report_id from differences group by report_id having sum(of_leaves) != 0 or sum(of_all) != 0
        )"""
