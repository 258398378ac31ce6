"""Great Expectations suites made from the rules: one for each table and tier.

Belongs here: turning rules into expectations, and the guards against passing on nothing. Doesn't
belong here: the rules themselves (``expectations.rules``).
"""

from collections.abc import Iterable

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.expectations.metadata_types import FailureSeverity

from expectations.rule import Rule
from expectations.rules import GUARD, GUARDED_COLUMNS


def suite_of(table: str, rules: Iterable[Rule], least_rows: int) -> gx.ExpectationSuite:
    """The suite of one table: its rules, no NULL where they look, and at least ``least_rows`` rows."""
    expectations = [
        gxe.ExpectTableRowCountToBeBetween(min_value=least_rows, severity=FailureSeverity.CRITICAL, meta=_meta(GUARD)),
        *(
            gxe.ExpectColumnValuesToNotBeNull(column=column, severity=FailureSeverity.CRITICAL, meta=_meta(GUARD))
            for column in GUARDED_COLUMNS[table]
        ),
        *(expectation_of(rule) for rule in rules),
    ]
    return gx.ExpectationSuite(name=table, expectations=expectations)


def expectation_of(rule: Rule) -> gxe.UnexpectedRowsExpectation:
    """The expectation that the rule's query selects no row."""
    severity = FailureSeverity.CRITICAL if rule.tier == "ours" else FailureSeverity.WARNING
    return gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=rule.query, description=rule.description, severity=severity, meta=_meta(rule.name)
    )


def _meta(name: str) -> dict[str, str]:
    return {"rule": name}
