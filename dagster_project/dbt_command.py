"""dbt in this process: a command in, its result and the events that matter out.

Belongs here: how dbt is called. Doesn't belong here: which command, and on what (``dbt_project``, ``dbt_runner``).
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.memory import memory_limit
from dagster_project.settings import DBT_DIRECTORY, NO_TELEMETRY

#: Of dbt's thousands of events: the results of nodes, and what failed.
FAILURES = frozenset({"RunResultError", "RunResultFailure", "MainEncounteredError"})
KEPT_EVENTS = FAILURES | {"LogSeedResult", "LogModelResult", "LogTestResult"}


class DbtError(RuntimeError):
    """dbt could not parse or build; the message is dbt's own."""


@dataclass(frozen=True)
class DbtOutcome:
    """What a command gave: dbt's own result (of ``parse``, the manifest), and its events as dictionaries."""

    result: Any
    events: list[dict[str, Any]]


def invoke_dbt(arguments: Sequence[str], target: Path, database: Path, manifest: Any = None) -> DbtOutcome:
    """Run a dbt command on a database, its files written into ``target``.

    Raises:
        DbtError: the command failed; no result of it may be used.

    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from google.protobuf.json_format import MessageToDict

    events: list[dict[str, Any]] = []
    os.environ.update(NO_TELEMETRY | {"GONGKAI_BUILD_DATABASE": str(database), "GONGKAI_BUILD_MEMORY": memory_limit()})

    def keep(event: Any) -> None:
        if event.info.name in KEPT_EVENTS:
            events.append(MessageToDict(event, preserving_proto_field_name=True))

    try:
        done = dbtRunner(manifest=manifest, callbacks=[keep]).invoke([*arguments, *_project_arguments(target)])
    finally:
        # dbt-duckdb keeps its connection for the life of the process, and with it the file's lock
        DuckDBConnectionManager.close_all_connections()
    if not done.success:
        raise DbtError(_failure(events, done.exception))
    return DbtOutcome(done.result, events)


def _project_arguments(target: Path) -> list[str]:
    return [
        f"--project-dir={DBT_DIRECTORY}",
        f"--profiles-dir={DBT_DIRECTORY}",
        f"--target-path={target}",
        f"--log-path={target}",
        "--log-level-file=none",
        "--quiet",
        "--no-use-colors",
    ]


def _failure(events: Sequence[Mapping[str, Any]], exception: BaseException | None) -> str:
    """The messages of the nodes that failed, one a line."""
    messages = [event["info"]["msg"].strip() for event in events if event["info"]["name"] in FAILURES]
    return "\n".join(messages) or str(exception or "dbt failed without a message")
