"""One run of the whole asset graph in this process, for the command line.

Belongs here: the Dagster instance, the lock, and the result of the run. Doesn't belong here: the
assets (``dagster_project.defs``) or what the user is told (``dagster_project.summary``).
"""

import logging
import os
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from dagster_project.build_database import BuildDatabase
from dagster_project.errors import innermost
from dagster_project.logs import LOGGER, log_into, stop_logging
from dagster_project.settings import NO_TELEMETRY, Settings
from extract import CatalogueError

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from dagster_project.stages import Stage

INSTANCE_CONFIGURATION = Path(__file__).with_name("dagster.yaml")
#: The tag of runs that the command line began: the warehouse that they write.
COMMAND_LINE = "gongkai/command_line"


class BuildError(RuntimeError):
    """The run failed; the warehouse is as it was before. The message is for the user."""


def prepare_instance(settings: Settings) -> Path:
    """Dagster's home, with a configuration that doesn't call home where there was none."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        shutil.copyfile(INSTANCE_CONFIGURATION, home / "dagster.yaml")
    os.environ.update(settings.to_environment() | NO_TELEMETRY | {"DAGSTER_HOME": str(home)})
    return home


def build(settings: Settings) -> "list[Stage]":
    """Run all assets and checks and publish the warehouse; return how long each stage took.

    Raises:
        BuildError: another build holds the lock, the catalogue or a model can't be loaded, a step failed or
            a blocking check did.

    """
    settings.state.mkdir(parents=True, exist_ok=True)
    log = log_into(settings.log)
    try:
        with FileLock(settings.lock, timeout=0):
            return _run(settings)
    except Timeout as error:
        raise BuildError(f"another build is writing {settings.warehouse}") from error
    finally:
        stop_logging(log)


def _run(settings: Settings) -> "list[Stage]":
    home = prepare_instance(settings)
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")

    import dagster as dg

    from dagster_project.dbt_command import DbtError
    from dagster_project.definitions import defs
    from dagster_project.event_log import instance_reference
    from dagster_project.stages import stages_of

    try:
        job = defs().resolve_job_def("build_warehouse")
    except (CatalogueError, DbtError) as error:
        raise BuildError(str(error)) from error

    with dg.DagsterInstance.from_ref(instance_reference(home)) as instance:
        mark = {COMMAND_LINE: str(settings.warehouse)}
        _end_runs_without_process(instance, mark)
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        # the lock that the database's resource would take is held by this process already
        resources = {"settings": settings, "database": BuildDatabase(settings.build_database)}
        result = job.execute_in_process(
            instance=instance, run_config=quiet, raise_on_error=False, resources=resources, tags=mark
        )
        stages = stages_of(instance, result.run_id)
    for stage in stages:
        LOGGER.info("stage ended", extra={"run_id": result.run_id, "stage": stage.stage, "seconds": stage.seconds})
    if not result.success:
        failure = _failure(result)
        LOGGER.error("build failed", extra={"run_id": result.run_id, "reason": failure})
        raise BuildError(failure)
    LOGGER.info("build ended", extra={"run_id": result.run_id, "seconds": sum(stage.seconds for stage in stages)})
    return stages


def _end_runs_without_process(instance: "DagsterInstance", mark: dict[str, str]) -> None:
    """Builds of the command line that were killed still stand as started, and Dagster's queue would wait for them.

    None of them can be alive: this process holds the lock.
    """
    from dagster import DagsterRunStatus, RunsFilter

    for run in instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.STARTED], tags=mark)):
        instance.report_run_failed(run, "the process was ended before its run")


def _failure(result) -> str:
    """The blocking checks that failed, else the innermost error of each failed step."""
    checks = [e.asset_check_key.name for e in result.get_asset_check_evaluations() if e.blocking and not e.passed]
    if checks:
        return f"blocking checks failed: {', '.join(sorted(checks))}; nothing was published"
    failures = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    return "; ".join(innermost(error) for error in failures if error) or "the run failed"
