"""The warehouse in PostgreSQL, where ``GONGKAI_POSTGRES`` names a database; without it nothing of this is there.

A job of its own, that runs after each build: a server that is down must not fail a build that is published. The DSN
stays in the environment: no configuration, metadata or log of Dagster has it.
"""

import os

import dagster as dg

from dagster_project.defs.automation.schedules import POSTGRES_GROUP, build_warehouse
from dagster_project.defs.published.warehouse import published_warehouse
from dagster_project.defs.warehouse.models import MANIFEST
from dagster_project.settings import Settings

DSN, READER_ROLE = "GONGKAI_POSTGRES", "GONGKAI_POSTGRES_READER"


@dg.asset(
    key=["published", "postgres"], group_name=POSTGRES_GROUP, deps=[published_warehouse], kinds={"postgres", "python"}
)
def published_postgres(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    """The schemas marts and quality in PostgreSQL, replaced in one transaction: readers see the old ones or the new."""
    from dagster_project.exports.postgres import READER, PublishError, publish
    from dagster_project.exports.postgres_address import AddressError
    from dagster_project.exports.tables import WarehouseError

    reader = os.environ.get(READER_ROLE) or READER
    try:
        published = publish(settings.warehouse, MANIFEST, os.environ[DSN], reader=reader)
    except (AddressError, PublishError, WarehouseError) as error:
        raise dg.Failure(str(error)) from None
    rows = sum(table.rows for table in published.tables)
    metadata = {"address": published.address, "tables": len(published.tables), "dagster/row_count": rows}
    return dg.MaterializeResult(metadata=metadata | ({"not_done": published.advice} if published.advice else {}))


publish_postgres = dg.define_asset_job(
    "publish_postgres",
    selection=[published_postgres],
    description="The published warehouse into PostgreSQL.",
    executor_def=dg.in_process_executor,
)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[build_warehouse],
    request_job=publish_postgres,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def postgres_after_build(context: dg.RunStatusSensorContext) -> dg.RunRequest:
    """Publish to PostgreSQL what a build has published."""
    return dg.RunRequest(run_key=context.dagster_run.run_id)


@dg.definitions
def postgres() -> dg.Definitions:
    """All of it where a database is named, nothing where none is."""
    if not os.environ.get(DSN):
        return dg.Definitions()
    return dg.Definitions(assets=[published_postgres], jobs=[publish_postgres], sensors=[postgres_after_build])
