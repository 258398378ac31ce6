"""The checks of Great Expectations on the built tables: ours block publishing, theirs warn."""

from collections import defaultdict
from collections.abc import Iterator

import dagster as dg

from dagster_project.metadata import markdown_table
from dagster_project.progress import step
from dagster_project.settings import SEEDS_DIRECTORY, Settings
from expectations.rules import GUARD, GUARDED_COLUMNS, rules
from extract import load_catalogue

RULES = rules(load_catalogue(SEEDS_DIRECTORY))
SCHEMA_OF = {rule.table: rule.schema for rule in RULES}
#: Rows that a check shows; the tables of the warehouse hold them all.
SHOWN_ROWS = 50

SPECS = [
    *(
        dg.AssetCheckSpec(
            rule.name,
            asset=[rule.schema, rule.table],
            description=rule.description,
            blocking=rule.tier == "ours",
        )
        for rule in RULES
    ),
    *(
        dg.AssetCheckSpec(
            GUARD,
            asset=[SCHEMA_OF[table], table],
            description="The table has its rows, and no NULL where the rules look.",
            blocking=True,
        )
        for table in GUARDED_COLUMNS
    ),
]


@dg.multi_asset_check(specs=SPECS)
def warehouse_checks(settings: dg.ResourceParam[Settings]) -> Iterator[dg.AssetCheckResult]:
    """Run all suites at once: Great Expectations takes longer to load than to judge."""
    from expectations.validation import Finding, validate

    with step("Checking the warehouse"):
        found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in validate(settings.build_database, RULES):
            found[finding.table, finding.rule].append(finding)
    for spec in SPECS:
        findings = found[spec.asset_key.path[-1], spec.name]
        rows = [row for finding in findings for row in finding.rows]
        yield dg.AssetCheckResult(
            asset_key=spec.asset_key,
            check_name=spec.name,
            # a rule without a finding was not judged: that is no pass
            passed=bool(findings) and all(finding.success for finding in findings),
            severity=dg.AssetCheckSeverity.ERROR if spec.blocking else dg.AssetCheckSeverity.WARN,
            metadata={
                "rows_found": len(rows),
                "rows": dg.MetadataValue.md(markdown_table(rows[:SHOWN_ROWS])),
                "errors": [finding.error for finding in findings if finding.error],
            },
        )
