"""What the assets share: the settings, the build database, and the executor that keeps DuckDB's one writer alone."""

from collections.abc import Iterator

import dagster as dg
from filelock import FileLock, Timeout

from dagster_project.build_database import BuildDatabase
from dagster_project.logs import logging_into
from dagster_project.recovery import recovered
from dagster_project.run_endings import failure_of, log_ending
from dagster_project.settings import Settings
from dagster_project.stages import stages_of

#: Of another build; a run that waited so long fails, and says so.
LONGEST_WAIT_SECONDS = 4 * 60 * 60


@dg.resource(required_resource_keys={"settings"})
def database(context: dg.InitResourceContext) -> Iterator[BuildDatabase]:
    """The build database for one run alone: the lock that a build of the command line holds, from first step to last.

    Pools keep two runs of one instance apart; they know nothing of the command line, and of other instances. What a
    build that was cut off left behind is cleared up here, and the build is logged, as the command line does: the file
    of the log is written by who holds the lock.
    """
    settings: Settings = context.resources.settings
    settings.state.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.lock, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _wait(lock, settings, context)
    try:
        with logging_into(settings.log):
            with recovered(settings, lambda said: _say(context, said)):
                yield BuildDatabase(settings.build_database)
            _log_ending(context)
    finally:
        lock.release()


def _log_ending(context: dg.InitResourceContext) -> None:
    """Every step is over when its resources are put away; the run itself isn't."""
    if context.instance and context.run_id:
        stages = stages_of(context.instance, context.run_id)
        log_ending(context.run_id, stages, failure_of(context.instance, context.run_id))


def _wait(lock: FileLock, settings: Settings, context: dg.InitResourceContext) -> None:
    _say(context, f"another build is writing {settings.warehouse}: waiting for it to end")
    try:
        lock.acquire(timeout=LONGEST_WAIT_SECONDS, poll_interval=1)
    except Timeout as error:
        waited = f"for {LONGEST_WAIT_SECONDS} seconds"
        raise dg.Failure(f"another build has been writing {settings.warehouse} {waited}") from error


def _say(context: dg.InitResourceContext, said: str) -> None:
    if context.log:
        context.log.info(said)


@dg.definitions
def resources() -> dg.Definitions:
    """The settings from the environment; every run in one process."""
    return dg.Definitions(
        resources={"settings": Settings.from_environment(), "database": database},
        executor=dg.in_process_executor,
    )
