"""When sources are asked: every day in the season of reports, every week else."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.defs.pools import RETRIES
from dagster_project.defs.raw.sources import SOURCES_OF

#: Reports must be out by the end of January, those of whole jurisdictions by the end of March; some come late.
#: Midnight in Beijing, so that the nightly build finds what was fetched; outside the season on Mondays.
SEASON = ["0 0 * 1-4 *", "0 0 * 5-12 1"]


@dg.definitions
def season() -> dg.Definitions:
    """A job and a schedule for each kind of source: a job's assets must have the same partitions."""
    schedules = [_schedule(key, names) for key, names in SOURCES_OF.items()]
    return dg.Definitions(schedules=schedules, jobs=[schedule.job for schedule in schedules])


def _schedule(key: dg.AssetKey, names: list[str]) -> dg.ScheduleDefinition:
    job = dg.define_asset_job(
        f"fetch_{key.path[-1]}",
        selection=[key],
        description="What is new at the sources of this kind; a partition is a source.",
        executor_def=dg.in_process_executor,
        tags=RETRIES,
    )

    @dg.schedule(name=f"season_{key.path[-1]}", job=job, cron_schedule=SEASON, execution_timezone="Asia/Shanghai")
    def schedule() -> Iterator[dg.RunRequest | dg.SkipReason]:
        """One run for all sources of the kind, daily from January to April, on Mondays else."""
        if names:
            # all partitions in one run, so that different hosts are asked at the same time
            ends = {"dagster/asset_partition_range_start": names[0], "dagster/asset_partition_range_end": names[-1]}
            yield dg.RunRequest(tags=ends)
        else:
            yield dg.SkipReason("the sources file names no source of this kind")

    return schedule
