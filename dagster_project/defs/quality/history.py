"""The history of builds: a row for this one, beside what it is compared with."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from dagster_project.build_database import BuildDatabase
from dagster_project.defs.pools import WRITING
from dagster_project.defs.warehouse.models import MANIFEST
from dagster_project.extraction import reader_fingerprint
from dagster_project.metadata import table_metadata
from dagster_project.run_history import HISTORY_TABLES, Run, describe, record_run
from dagster_project.sample_gold import score_samples
from dagster_project.settings import SAMPLE_GOLD, SAMPLE_REPORTS, SEEDS_DIRECTORY, Settings
from dagster_project.stages import record_stages
from extract import Catalogue, ReportReader, load_catalogue

_SOURCES = {
    node["name"]: node
    for node in MANIFEST["sources"].values()
    if node["schema"] == "quality" and node["name"] in HISTORY_TABLES
}
#: After the models, and before the checks: these judge this row with all others in one go, so that it can't depend on
#: a table that they may block. The model is made of those that the row counts, in the same step.
_READ = [["staging", "documents"], ["intermediate", "int_section_consistency"]]


@dg.multi_asset(
    specs=[
        dg.AssetSpec(["quality", table], group_name="quality", deps=_READ, kinds={"duckdb", "python"})
        .merge_attributes(metadata={"dagster/table_name": f"quality.{table}"})
        .replace_attributes(description=_SOURCES[table]["description"])
        for table in HISTORY_TABLES
    ],
    pool=WRITING,
)
def run_history(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    database: dg.ResourceParam[BuildDatabase],
) -> Iterator[dg.MaterializeResult]:
    """Note this build: what it read, what balances, and how well the bundled samples are read."""
    catalogue = load_catalogue(SEEDS_DIRECTORY)
    score = score_samples(ReportReader(catalogue), SAMPLE_REPORTS, SAMPLE_GOLD)
    with database.connect() as connection:
        record_run(connection, _this_run(context, catalogue), score, settings.warehouse)
        record_stages(connection, context.instance)
        describe(connection, {table: _described(node) for table, node in _SOURCES.items()})
    previews = database.previews([f"quality.{table}" for table in HISTORY_TABLES])
    for table in HISTORY_TABLES:
        metadata = table_metadata(previews[f"quality.{table}"])
        yield dg.MaterializeResult(asset_key=["quality", table], metadata=metadata)


def _this_run(context: dg.AssetExecutionContext, catalogue: Catalogue) -> Run:
    record = context.instance.get_run_record_by_id(context.run_id)
    now = datetime.now(UTC).replace(tzinfo=None)
    started = record.start_time if record else None
    return Run(
        run_id=context.run_id,
        started_at=datetime.fromtimestamp(started, UTC).replace(tzinfo=None) if started else now,
        finished_at=now,
        reader_fingerprint=reader_fingerprint(catalogue),
        catalogue_fingerprint=catalogue.fingerprint,
    )


def _described(node: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    return node["description"], {name: column["description"] for name, column in node["columns"].items()}
