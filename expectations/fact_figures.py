"""The figures of the facts as the rules look at them, and the reports that are worth a closer look.

Belongs here: pieces of SQL that several rules about the facts share. Doesn't belong here: the rules (``fact_rules``).
"""

from expectations.rule import parts_of_subtotals, quoted
from extract.catalogue.model import Catalogue

#: The facts made of leaves: table, the columns that hold line and column of the form, the measure.
LEAF_FACTS = (
    ("fct_applications", "outcome", "applicant_type", "applications"),
    ("fct_reviews_litigation", "procedure", "review_result", "cases"),
)
REMAINDER = "not_broken_down"
#: What a staging cell says, printed or inferred.
FIGURE = "coalesce(value, inferred_value)"


def is_count(figure: str = FIGURE) -> str:
    """Whether a fact can hold a cell as a count: whole, in the unit of counts; divided in 64 bits where it fits."""
    return f"unit = 'count' and coalesce(try_cast({figure} as decimal(18, 6)) % 1, {figure} % 1) = 0"


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


def leaves(
    catalogue: Catalogue, cells: str = "staging.cells", figure: str = FIGURE, reports: str = "marts.dim_report"
) -> str:
    """What the facts must say, by such cells, as (report_id, line, column, figure); beside ``parts_of_subtotals``.

    Only current reports have facts. A line that stands for its parts is a leaf only where the parts aren't printed.
    """
    return f"""
        select cells.report_id, cells.line, cells."column", {figure} as figure
        from {cells} as cells
        semi join (from {reports} where is_current) as reports on cells.report_id = reports.report_id
        anti join split on cells.report_id = split.report_id and cells.line = split.subtotal
        where cells.line in ({quoted(lines_of_leaves(catalogue))}) and cells."column" != 'total'
            and (("column" != 'amount' and {is_count(figure)}) or ("column" = 'amount' and unit = 'yuan'))"""


def lines_of_leaves(catalogue: Catalogue) -> list[str]:
    """The lines of the form that the facts hold."""
    return [line.line for line in catalogue.lines if line.dimension]


def doubtful_reports(catalogue: Catalogue, *leaves_of_tables: str) -> str:
    """CTEs: ``figures`` are those of the facts, ``doubtful(report_id)`` the reports whose leaves aren't the tables'.

    Leaves are compared by the sum of their hashes, a report at a time: it takes a quarter of the time of a join of
    every figure with its cell, which is left to the reports that differ. Leaves that differ have sums that differ, but
    for one in 2 ** 64.
    """
    mark = 'hash(line, "column", figure::decimal(38, 6))::hugeint'
    numbers = range(len(leaves_of_tables))
    of_tables = "".join(
        f"union all select report_id, {', '.join(f'-{mark}' if n == number else '0' for n in numbers)} "
        f"from ({table}) where figure is not null "
        for number, table in enumerate(leaves_of_tables)
    )
    return f"""
        {parts_of_subtotals(catalogue)},
        figures as ({fact_figures(catalogue)}),
        marks(report_id, {", ".join(f"mark_{number}" for number in numbers)}) as (
            select report_id, {", ".join(mark for _ in numbers)} from figures
            where figure is not null and line != '{REMAINDER}' and "column" != '{REMAINDER}'
            {of_tables}
        ),
        doubtful as (
            select report_id from marks
            group by report_id having {" or ".join(f"sum(mark_{number}) != 0" for number in numbers)}
        )"""
