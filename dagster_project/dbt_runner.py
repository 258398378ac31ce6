"""dbt in this process: its manifest for the asset graph, and its builds as a stream of events.

Belongs here: how dbt is called. Doesn't belong here: models (``dbt``) or assets (``defs``).
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from dagster_project.settings import DBT_DIRECTORY, NO_TELEMETRY, Settings

#: What a build runs: unit tests belong to the test suite.
BUILD = ("build", "--exclude-resource-type", "unit_test")


#: Of dbt's thousands of events: the results of nodes, and what failed.
FAILURES = frozenset({"RunResultError", "RunResultFailure", "MainEncounteredError"})
KEPT_EVENTS = FAILURES | {"LogSeedResult", "LogModelResult", "LogTestResult"}


class DbtError(RuntimeError):
    """dbt could not parse or build; the message is dbt's own."""


def load_manifest(settings: Settings) -> Mapping[str, Any]:
    """Dbt's manifest of the project, parsed again only when a file of the project has changed."""
    manifest, stamp = settings.dbt_target / "manifest.json", settings.dbt_target / "project.sha256"
    digest = _project_digest()
    if not (manifest.is_file() and stamp.is_file() and stamp.read_text() == digest):
        run_dbt(settings, ["parse"])
        stamp.write_text(digest)
    return json.loads(manifest.read_text(encoding="utf-8"))


def run_dbt(settings: Settings, arguments: Sequence[str]) -> list[dict[str, Any]]:
    """Run a dbt command and return the results and failures of its structured log, one dictionary an event.

    Raises:
        DbtError: the command failed; no result of it may be used.

    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from google.protobuf.json_format import MessageToDict

    events: list[dict[str, Any]] = []
    os.environ.update(NO_TELEMETRY | {"GONGKAI_BUILD_DATABASE": str(settings.build_database)})
    settings.state.mkdir(parents=True, exist_ok=True)

    def keep(event: Any) -> None:
        if event.info.name in KEPT_EVENTS:
            events.append(MessageToDict(event, preserving_proto_field_name=True))

    try:
        result = dbtRunner(callbacks=[keep]).invoke([*arguments, *_project_arguments(settings)])
    finally:
        # dbt-duckdb keeps its connection for the life of the process, and with it the file's lock
        DuckDBConnectionManager.close_all_connections()
    if not result.success:
        raise DbtError(_failure(events, result.exception))
    return events


def _project_arguments(settings: Settings) -> list[str]:
    return [
        f"--project-dir={DBT_DIRECTORY}",
        f"--profiles-dir={DBT_DIRECTORY}",
        f"--target-path={settings.dbt_target}",
        f"--log-path={settings.dbt_target}",
        "--log-level-file=none",
        "--quiet",
        "--no-use-colors",
    ]


def _failure(events: Sequence[Mapping[str, Any]], exception: BaseException | None) -> str:
    """The messages of the nodes that failed, one a line."""
    messages = [event["info"]["msg"].strip() for event in events if event["info"]["name"] in FAILURES]
    return "\n".join(messages) or str(exception or "dbt failed without a message")


def _project_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in DBT_DIRECTORY.rglob("*") if p.suffix in {".sql", ".py", ".yml", ".csv", ".md"}):
        if not {"target", "logs"} & set(path.relative_to(DBT_DIRECTORY).parts):
            digest.update(str(path.relative_to(DBT_DIRECTORY)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
