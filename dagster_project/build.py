"""One run of the whole asset graph in this process, for the command line.

Belongs here: the Dagster instance, the lock, and the result of the run. Doesn't belong here: the
assets (``dagster_project.defs``), what a build that was cut off left (``recovery``), what is logged of its end
(``run_endings``), or what the user is told (``summary``).
"""

import logging
import os
import shutil
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from dagster_project.build_database import BuildDatabase
from dagster_project.full_disk import describe_full_disk, is_full_disk
from dagster_project.logs import logging_into
from dagster_project.recovery import end_runs, recovered, run_tags
from dagster_project.settings import NO_TELEMETRY, Settings
from dagster_project.stopping import Stopping
from dagster_project.whole_files import part_of, put_in_place
from extract import CatalogueError

if TYPE_CHECKING:
    from dagster_project.stages import Stage

Tell = Callable[[str], None]

INSTANCE_CONFIGURATION = Path(__file__).with_name("dagster.yaml")


class BuildError(RuntimeError):
    """The run failed; the warehouse is as it was before. The message is for the user."""


def prepare_instance(settings: Settings) -> Path:
    """Dagster's home, with a configuration that doesn't call home where there was none."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    configuration = home / "dagster.yaml"
    if not configuration.exists():
        with part_of(configuration) as part:
            shutil.copyfile(INSTANCE_CONFIGURATION, part)
            put_in_place(part, configuration)
    os.environ.update(settings.to_environment() | NO_TELEMETRY | {"DAGSTER_HOME": str(home)})
    return home


def build(settings: Settings, *, tell: Tell = lambda _: None, stopping: Stopping | None = None) -> "list[Stage]":
    """Run all assets and checks and publish the warehouse; return how long each stage took.

    ``tell`` is given a sentence when something was mended that the last build left; ``stopping`` is told how to mark
    the run as ended when the process is stopped.

    Raises:
        BuildError: another build holds the lock, the catalogue or a model can't be loaded, a step failed, a blocking
            check did, or the disk is full.

    """
    try:
        settings.state.mkdir(parents=True, exist_ok=True)
        with FileLock(settings.lock, timeout=0), logging_into(settings.log), recovered(settings, tell):
            return _run(settings, stopping)
    except Timeout as error:
        raise BuildError(f"another build is writing {settings.warehouse}") from error
    except Exception as error:
        if is_full_disk(error):
            raise BuildError(describe_full_disk(str(error), settings)) from error
        raise


def _run(settings: Settings, stopping: Stopping | None) -> "list[Stage]":
    home = prepare_instance(settings)
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")

    import dagster as dg

    from dagster_project.dbt_command import DbtError
    from dagster_project.definitions import defs
    from dagster_project.event_log import instance_reference
    from dagster_project.run_endings import failure_of, log_ending
    from dagster_project.stages import stages_of

    try:
        job = defs().resolve_job_def("build_warehouse")
    except (CatalogueError, DbtError) as error:
        raise BuildError(str(error)) from error

    with dg.DagsterInstance.from_ref(instance_reference(home)) as instance:
        end_runs(instance, settings, "The process of this run was cut off.")
        if stopping:
            stopping.farewell = partial(end_runs, instance, settings)
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        # the lock that the database's resource would take is held by this process already
        resources = {"settings": settings, "database": BuildDatabase(settings.build_database)}
        result = job.execute_in_process(
            instance=instance, run_config=quiet, raise_on_error=False, resources=resources, tags=run_tags(settings)
        )
        stages = stages_of(instance, result.run_id)
        failure = None if result.success else failure_of(instance, result.run_id) or "the run failed"
    log_ending(result.run_id, stages, failure)
    if failure:
        raise BuildError(failure)
    return stages
