"""A rule, and the pieces of SQL that several rules share.

Belongs here: what a rule is. Doesn't belong here: any particular rule (``identity_rules``,
``fact_rules``) or their list (``rules``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from extract.catalogue.model import Catalogue


@dataclass(frozen=True)
class Rule:
    """A named query for the rows that must not be there, in the table that it speaks of.

    ``schema`` and ``table`` name the table; ``query`` selects rows of at least ``report_id``, where it is a report that
    breaks the rule. ``description`` says in ``English. / 中文。`` what holds where there is no such row; ``identity``
    is the identity that the rule speaks of. ``is_by_report`` says that what it finds of a report depends on no other
    one, nor on the order of the rows: then it may be asked of some reports after the other.
    """

    name: str
    tier: Literal["ours", "theirs"]
    schema: str
    table: str
    description: str
    query: str
    identity: str | None = None
    is_by_report: bool = False


def values(rows: Iterable[tuple[str, ...]]) -> str:
    """Rows of codes as the inside of a VALUES list."""
    return ", ".join("(" + ", ".join(f"'{value}'" for value in row) + ")" for row in rows)


def quoted(codes: Iterable[str]) -> str:
    """Codes as the inside of an IN list."""
    return ", ".join(f"'{code}'" for code in codes)


def parts_and_subtotals(catalogue: Catalogue) -> list[tuple[str, str]]:
    """The lines that are printed as parts of another one, or in whose place the other one is."""
    subtotals = {line.line for line in catalogue.lines if line.role == "subtotal"}
    return [(line.line, line.parent_line) for line in catalogue.lines if line.parent_line in subtotals]


def parts_of_subtotals(catalogue: Catalogue) -> str:
    """CTEs: ``split(report_id, subtotal)`` are the lines whose parts a report prints in their place."""
    return f"""
        parts(part, subtotal) as (values {values(parts_and_subtotals(catalogue))}),
        split as (
            select distinct cells.report_id, parts.subtotal
            from staging.cells as cells inner join parts on cells.line = parts.part
            where cells.reading != 'blank'
        )"""
