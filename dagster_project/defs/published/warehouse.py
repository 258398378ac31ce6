"""The published warehouse: the one file that analysts and BI tools open."""

import dagster as dg

from dagster_project.build_database import BuildDatabase
from dagster_project.defs.pools import WRITING
from dagster_project.defs.quality.history import run_history
from dagster_project.defs.warehouse.models import dbt_models
from dagster_project.logs import LOGGER
from dagster_project.progress import step
from dagster_project.run_history import last_run
from dagster_project.settings import Settings
from dagster_project.stages import record_stages, stages_of
from dagster_project.versions import kept_versions


@dg.asset(
    key=["published", "warehouse"],
    group_name="published",
    deps=[*dbt_models.keys, *run_history.keys],
    kinds={"duckdb"},
    pool=WRITING,
)
def published_warehouse(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    database: dg.ResourceParam[BuildDatabase],
) -> dg.MaterializeResult:
    """The warehouse, swapped in whole once every blocking check has passed; readers of the old file go on."""
    with database.connect() as connection:
        record_stages(connection, context.instance)
        figures = last_run(connection)
    with step("Publishing"):
        database.publish(kept_versions(settings))
    size = settings.warehouse.stat().st_size
    seconds = {f"seconds_{one.stage}": one.seconds for one in stages_of(context.instance, context.run_id)}
    LOGGER.info("published", extra={"path": str(settings.warehouse), "size_bytes": size})
    return dg.MaterializeResult(
        metadata={"path": dg.MetadataValue.path(str(settings.warehouse)), "size_bytes": size}
        | {name: value for name, value in figures.items() if isinstance(value, int | float)}
        | seconds
    )
