"""The published warehouse: the one file that analysts and BI tools open."""

import dagster as dg

from dagster_project.build_database import BuildDatabase
from dagster_project.defs.quality.history import run_history
from dagster_project.defs.warehouse.models import dbt_models
from dagster_project.progress import step
from dagster_project.settings import Settings


@dg.asset(
    key=["published", "warehouse"], group_name="published", deps=[*dbt_models.keys, *run_history.keys], kinds={"duckdb"}
)
def published_warehouse(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    """The warehouse, swapped in whole once every blocking check has passed; readers of the old file go on."""
    with step("Publishing"):
        BuildDatabase(settings.build_database).publish(settings.warehouse)
    size = settings.warehouse.stat().st_size
    return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(str(settings.warehouse)), "size_bytes": size})
