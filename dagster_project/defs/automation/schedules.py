"""When the warehouse is built: one job, once a day and whenever the reports directories change."""

import hashlib

import dagster as dg

from dagster_project.defs.pools import RETRIES
from dagster_project.defs.raw.sources import SOURCES_GROUP
from dagster_project.landing import find_files
from dagster_project.settings import Settings

#: What goes to a database server, which has a job of its own.
POSTGRES_GROUP = "postgres"

build_warehouse = dg.define_asset_job(
    "build_warehouse",
    selection=(dg.AssetSelection.all(include_sources=False) - dg.AssetSelection.groups(SOURCES_GROUP, POSTGRES_GROUP))
    | dg.AssetSelection.all_asset_checks(),
    description="The whole chain: documents, staging, models, checks, published warehouse.",
    executor_def=dg.in_process_executor,
    tags=RETRIES,
)

daily_build = dg.ScheduleDefinition(
    name="daily_build",
    job=build_warehouse,
    cron_schedule="0 3 * * *",
    execution_timezone="Asia/Shanghai",
    description="Every night at three, Beijing time.",
)


@dg.sensor(job=build_warehouse, minimum_interval_seconds=60)
def reports_directories(
    context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]
) -> dg.RunRequest | dg.SkipReason:
    """Build when a file in the reports directories was added, removed or changed."""
    state = _state_of_directories(settings)
    if state == context.cursor:
        return dg.SkipReason("nothing has changed in the reports directories")
    context.update_cursor(state)
    return dg.RunRequest(run_key=state)


def _state_of_directories(settings: Settings) -> str:
    """A digest of names, sizes and times of change."""
    digest = hashlib.sha256()
    for path in find_files(settings.reports, without={settings.warehouse, settings.state}):
        status = path.lstat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
