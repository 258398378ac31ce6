"""What the assets share: the settings, the build database, and the executor that keeps DuckDB's one writer alone."""

from collections.abc import Iterator

import dagster as dg
from filelock import FileLock, Timeout

from dagster_project.build_database import BuildDatabase
from dagster_project.recovery import recovered
from dagster_project.settings import Settings

#: Of another build; a run that waited so long fails, and says so.
LONGEST_WAIT_SECONDS = 4 * 60 * 60


@dg.resource(required_resource_keys={"settings"})
def database(context: dg.InitResourceContext) -> Iterator[BuildDatabase]:
    """The build database for one run alone: the lock that a build of the command line holds, from first step to last.

    Pools keep two runs of one instance apart; they know nothing of the command line, and of other instances. What a
    build that was cut off left behind is cleared up here, as the command line does.
    """
    settings: Settings = context.resources.settings
    settings.state.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.lock, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _wait(lock, settings, context)
    try:
        with recovered(settings, lambda said: _say(context, said)):
            yield BuildDatabase(settings.build_database)
    finally:
        lock.release()


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
