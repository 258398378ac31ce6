"""What a build that was cut off left, put in order by the next one.

Belongs here: files and runs of processes that are no more; the caller holds the lock of builds. Doesn't belong here:
the landing store and the journal of a fetch, which mend themselves.
"""

import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from dagster_project.build_database import BuildDatabase
from dagster_project.extraction import RESULTS_SUFFIX
from dagster_project.full_disk import is_full_disk
from dagster_project.settings import Settings
from dagster_project.whole_files import clear_parts, write_through

if TYPE_CHECKING:
    import dagster as dg

#: The tag of runs that the command line began: they belong to whoever holds the lock of this warehouse.
RUN_TAG = "gongkai/warehouse"


@contextmanager
def recovered(settings: Settings, tell: Callable[[str], None]) -> Generator[None]:
    """For the length of a build: clear up before it, and note that it goes on, until it ends in order.

    A building database that can't be opened is made anew only after a build that was cut off. One that breaks while
    nothing goes on shows a fault of the machine, which is for people to look at.
    """
    clear_parts(settings.warehouse)
    clear_parts(settings.validation_page)
    for suffix in (".tmp", RESULTS_SUFFIX):
        shutil.rmtree(f"{settings.build_database}{suffix}", ignore_errors=True)
    if settings.unfinished.exists() and (damage := _damage(settings)):
        _remove_building_database(settings)
        tell(
            f"the last build was cut off and left {settings.build_database} damaged ({damage}): "
            "it is made anew from the landing store, which takes as long as a first build"
        )
    settings.unfinished.touch()
    write_through(settings.state)
    try:
        yield
    except Exception as error:
        if not is_full_disk(error):
            settings.unfinished.unlink()
        raise
    settings.unfinished.unlink()


def end_runs(instance: "dg.DagsterInstance", settings: Settings, why: str) -> None:
    """Mark the runs of this warehouse that the command line began, and that haven't ended, as failed."""
    import dagster as dg

    statuses = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
    for run in instance.get_runs(dg.RunsFilter(tags=run_tags(settings), statuses=statuses)):
        instance.report_run_failed(run, why)


def run_tags(settings: Settings) -> dict[str, str]:
    """The tags of a run of the command line."""
    return {RUN_TAG: str(settings.warehouse)}


def _damage(settings: Settings) -> str | None:
    """Why the building database can't be opened; None where it can, or another program has it, or the disk is full."""
    if not settings.build_database.exists():
        return None
    try:
        with BuildDatabase(settings.build_database).connect():
            return None
    except duckdb.Error as error:
        message = str(error).strip().splitlines()[0]
        return None if "lock" in message or is_full_disk(error) else message


def _remove_building_database(settings: Settings) -> None:
    """All that it holds is in the landing store, and its history of builds in the published warehouse."""
    for name in (settings.build_database.name, f"{settings.build_database.name}.wal"):
        settings.build_database.with_name(name).unlink(missing_ok=True)
