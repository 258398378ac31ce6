"""What the assets share: the settings, and the executor that keeps DuckDB's one writer alone."""

import dagster as dg

from dagster_project.settings import Settings


@dg.definitions
def resources() -> dg.Definitions:
    """The settings from the environment; every run in one process."""
    return dg.Definitions(resources={"settings": Settings.from_environment()}, executor=dg.in_process_executor)
