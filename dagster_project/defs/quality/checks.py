"""The checks of Great Expectations on the built tables: ours block publishing, theirs warn.

Belongs here: the checks, what they show in Dagster, and writing the page that they link. Doesn't belong here: the
rules and the page's contents (``expectations``).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import dagster as dg
import duckdb

from dagster_project.build_database import BuildDatabase
from dagster_project.defs.pools import WRITING
from dagster_project.logs import LOGGER
from dagster_project.memory import memory_limit
from dagster_project.metadata import markdown_table
from dagster_project.progress import step
from dagster_project.settings import SEEDS_DIRECTORY, Settings
from dagster_project.whole_files import part_of, put_in_place
from expectations.rules import GUARD, GUARD_DESCRIPTION, GUARDED_COLUMNS, rules
from expectations.worst_reports import worst_reports
from extract import load_catalogue

if TYPE_CHECKING:
    from expectations.validation import Finding

CATALOGUE = load_catalogue(SEEDS_DIRECTORY)
RULES = rules(CATALOGUE)
SCHEMA_OF = {rule.table: rule.schema for rule in RULES}
IDENTITY_OF = {rule.name: rule.identity for rule in RULES if rule.identity}
#: What a check shows; the page shows more, and the tables of the warehouse hold it all.
SHOWN_ROWS, SHOWN_REPORTS = 50, 10

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
        dg.AssetCheckSpec(GUARD, asset=[SCHEMA_OF[table], table], description=GUARD_DESCRIPTION, blocking=True)
        for table in GUARDED_COLUMNS
    ),
]


@dg.multi_asset_check(specs=SPECS, pool=WRITING)
def warehouse_checks(
    settings: dg.ResourceParam[Settings], database: dg.ResourceParam[BuildDatabase]
) -> Iterator[dg.AssetCheckResult]:
    """Run all suites at once: Great Expectations takes longer to load than to judge."""
    from expectations.validation import validate

    found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    with step("Checking the warehouse"):
        findings = validate(database.path, RULES, memory_limit())
        for finding in findings:
            found[finding.table, finding.rule].append(finding)
        _write_page(settings, findings)
        shown = {rule: _worst(settings, identity) for rule, identity in IDENTITY_OF.items()}
    for spec in SPECS:
        of_check = found[spec.asset_key.path[-1], spec.name]
        result = _result(spec, of_check, _page_metadata(settings) | shown.get(spec.name, {}))
        if not result.passed:
            what = {"check": spec.name, "table": spec.asset_key.path[-1], "is_blocking": spec.blocking}
            LOGGER.warning("check failed", extra=what | {"rows": sum(finding.count for finding in of_check)})
        yield result


def _result(spec: dg.AssetCheckSpec, findings: Sequence["Finding"], more: dict[str, Any]) -> dg.AssetCheckResult:
    rows = [row for finding in findings for row in finding.rows]
    return dg.AssetCheckResult(
        asset_key=spec.asset_key,
        check_name=spec.name,
        # a rule without a finding was not judged: that is no pass
        passed=bool(findings) and all(finding.success for finding in findings),
        severity=dg.AssetCheckSeverity.ERROR if spec.blocking else dg.AssetCheckSeverity.WARN,
        metadata={
            "rows_found": sum(finding.count for finding in findings),
            "rows": dg.MetadataValue.md(markdown_table(rows[:SHOWN_ROWS])),
            "errors": [finding.error for finding in findings if finding.error],
            **more,
        },
    )


def _worst(settings: Settings, identity: str) -> dict[str, Any]:
    """The worst reports of an identity as a table."""
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        return {
            "worst_reports": dg.MetadataValue.md(markdown_table(worst_reports(connection, SHOWN_REPORTS, identity)))
        }


def _page_metadata(settings: Settings) -> dict[str, Any]:
    """The page twice: browsers follow no link from a web page to a file, so its path stands beside it, to be copied."""
    page = settings.validation_page
    return {"page": dg.MetadataValue.url(page.as_uri()), "page_path": dg.MetadataValue.path(str(page))}


def _write_page(settings: Settings, findings: Sequence["Finding"]) -> None:
    """The page of this run, in place of that of the run before; whoever reads the old one goes on."""
    from expectations.validation_page import read_contents, render

    contents = read_contents(settings.build_database, CATALOGUE, RULES, findings)
    page = settings.validation_page
    with part_of(page) as part:
        part.write_text(render(contents, settings.warehouse.name, datetime.now(UTC)), encoding="utf-8")
        put_in_place(part, page)
