"""dbt's commands on a build database.

Belongs here: what a build runs. Doesn't belong here: how dbt is called (``dbt_command``), when the project is parsed
(``dbt_project``), models (``dbt``) or assets (``defs``).
"""

from collections.abc import Sequence
from typing import Any

from dagster_project.dbt_command import invoke_dbt
from dagster_project.dbt_project import parsed_project
from dagster_project.settings import Settings

#: What a build runs: unit tests belong to the test suite.
BUILD = ("build", "--exclude-resource-type", "unit_test")


def run_dbt(settings: Settings, arguments: Sequence[str]) -> list[dict[str, Any]]:
    """Run a dbt command and return the results and failures of its structured log, one dictionary an event.

    Raises:
        DbtError: the command failed; no result of it may be used.

    """
    settings.state.mkdir(parents=True, exist_ok=True)
    project = parsed_project(settings)
    return invoke_dbt(arguments, settings.dbt_target, settings.build_database, project).events
