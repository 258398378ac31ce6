"""Who is told when a run fails."""

from typing import Any

import dagster as dg
from dagster._core.events import JobFailureData
from dagster._core.storage.tags import WILL_RETRY_TAG

from dagster_project.errors import innermost
from dagster_project.notification import FailureMessage, notify
from dagster_project.settings import Settings


@dg.run_failure_sensor(minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING)
def tell_of_failures(context: dg.RunFailureSensorContext, settings: dg.ResourceParam[Settings]) -> None:
    """Hand each failed run to the command in GONGKAI_ON_FAILURE; a command that fails fails the sensor's tick."""
    run = context.dagster_run
    failures = context.get_step_failure_events()
    errors = [event.step_failure_data.error for event in failures] or [_error_of_the_run(context.failure_event)]
    message = FailureMessage(
        what=run.job_name,
        error="; ".join(innermost(error) for error in errors if error) or context.failure_event.message or "",
        warehouse=str(settings.warehouse),
        run_id=run.run_id,
        failed_steps=tuple(event.step_key or "" for event in failures),
        will_retry=run.tags.get(WILL_RETRY_TAG) == "true",
    )
    context.log.error(message.as_json())
    notify(settings.on_failure, message)


def _error_of_the_run(event: dg.DagsterEvent) -> Any:
    """What failed before any step; None where the process died, and others found out."""
    data = event.event_specific_data
    return data.error if isinstance(data, JobFailureData) else None
