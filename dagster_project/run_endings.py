"""How a run ended, for the log: its stages with their times, and why it failed where it did.

Belongs here: what a run that is over tells, whoever began it. Doesn't belong here: the file of the log (``logs``), who
is told of a failure (``defs.automation.failures``), or the times themselves (``stages``).
"""

from collections.abc import Sequence

import dagster as dg

from dagster_project.errors import innermost
from dagster_project.logs import LOGGER
from dagster_project.stages import Stage

_STOPPED = (dg.DagsterRunStatus.CANCELING, dg.DagsterRunStatus.CANCELED)


def log_ending(run_id: str, stages: Sequence[Stage], failure: str | None) -> None:
    """Log each stage, and that the build ended or failed."""
    for stage in stages:
        LOGGER.info("stage ended", extra={"run_id": run_id, "stage": stage.stage, "seconds": stage.seconds})
    if failure:
        LOGGER.error("build failed", extra={"run_id": run_id, "reason": failure})
    else:
        LOGGER.info("build ended", extra={"run_id": run_id, "seconds": sum(stage.seconds for stage in stages)})


def failure_of(instance: dg.DagsterInstance, run_id: str) -> str | None:
    """The blocking checks that failed, else the innermost error of each failed step; None where no step failed."""
    kinds = {dg.DagsterEventType.ASSET_CHECK_EVALUATION, dg.DagsterEventType.STEP_FAILURE}
    events = [log.dagster_event for log in instance.all_logs(run_id, kinds) if log.dagster_event]
    failures = [event.step_failure_data.error for event in events if event.is_step_failure]
    checks = [event.asset_check_evaluation_data for event in events if not event.is_step_failure]
    blocking = sorted(check.asset_check_key.name for check in checks if check.blocking and not check.passed)
    if blocking:
        return f"blocking checks failed: {', '.join(blocking)}; nothing was published"
    if failures:
        return "; ".join(innermost(error) for error in failures if error) or "a step failed"
    run = instance.get_run_by_id(run_id)
    return "the run was stopped" if run and run.status in _STOPPED else None
