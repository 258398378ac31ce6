"""The code location: assembly only. What is assembled lies in ``dagster_project/defs``."""

import os

import dagster as dg

from dagster_project.settings import NO_TELEMETRY, PROJECT_DIRECTORY

os.environ.update(NO_TELEMETRY)


@dg.definitions
def defs() -> dg.Definitions:
    """All assets, checks, jobs, schedules, sensors and resources of the project."""
    return dg.load_from_defs_folder(project_root=PROJECT_DIRECTORY)
