"""The log of attempts, and whether the sources are fresh."""

from dataclasses import asdict
from datetime import UTC, datetime

import dagster as dg

from dagster_project.build_database import BuildDatabase
from dagster_project.defs.pools import WRITING
from dagster_project.defs.raw.sources import SOURCE_ASSETS
from dagster_project.fetch_log import load_fetch_log, source_states
from dagster_project.fetching.sources import load_sources
from dagster_project.landing import LandingStore
from dagster_project.metadata import markdown_table, table_metadata
from dagster_project.settings import Settings

FETCH_LOG = dg.AssetKey(["staging", "fetch_log"])


@dg.asset(
    key=FETCH_LOG,
    group_name="staging",
    deps=SOURCE_ASSETS,
    kinds={"duckdb", "python"},
    metadata={"dagster/table_name": "staging.fetch_log"},
    pool=WRITING,
)
def fetch_log(settings: dg.ResourceParam[Settings], database: dg.ResourceParam[BuildDatabase]) -> dg.MaterializeResult:
    """Every attempt to get something from a source, with how it ended."""
    rows = load_fetch_log(LandingStore(settings.landing_location), database)
    preview = database.previews(["staging.fetch_log"])["staging.fetch_log"]
    return dg.MaterializeResult(metadata=table_metadata(preview) | {"new_rows": rows})


@dg.asset_check(asset=FETCH_LOG, name="sources_are_fresh", pool=WRITING)
def sources_are_fresh(
    settings: dg.ResourceParam[Settings], database: dg.ResourceParam[BuildDatabase]
) -> dg.AssetCheckResult:
    """Every source was asked lately, answered, and named documents; else it is listed with what happened."""
    states = []
    if settings.sources is not None:
        states = source_states(database, load_sources(settings.sources), datetime.now(UTC))
    stale = [state for state in states if state.state != "fresh"]
    return dg.AssetCheckResult(
        passed=not stale,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(f"{state.source} is {state.state.replace('_', ' ')}" for state in stale)[:1000] or None,
        metadata={"sources": dg.MetadataValue.md(markdown_table([asdict(state) for state in stale or states]))},
    )
