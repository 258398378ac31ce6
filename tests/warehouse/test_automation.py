"""Runs by Dagster's daemon: one writer, runs begun anew, and failures told, on an instance in PostgreSQL."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from filelock import FileLock

from dagster_project.build import INSTANCE_CONFIGURATION
from dagster_project.build_database import BuildDatabase
from dagster_project.defs import resources
from dagster_project.recovery import RUN_TAG, end_runs
from dagster_project.settings import PROJECT_DIRECTORY, SAMPLE_REPORTS, Settings
from tests.conftest import gongkai
from tests.postgres import postgres

POSTGRES_CONFIGURATION = PROJECT_DIRECTORY / "deploy" / "dagster.postgres.yaml"
BIN = Path(sys.executable).parent
#: For a machine that is busy with other things; nothing waits so long otherwise.
PATIENCE_SECONDS = 600


def test_whatever_writes_has_the_lock_and_the_pool(tmp_path: Path) -> None:
    os.environ.update(Settings((SAMPLE_REPORTS,), tmp_path / "w.duckdb").to_environment())
    from dagster_project.definitions import defs

    needed = {
        one.op.name: (one.op.pool, "database" in one.required_resource_keys)
        for one in defs().resolve_asset_graph().assets_defs
    }
    fetching = {"raw__bucket_sources", "raw__folder_sources", "raw__index_sources", "raw__pages_sources"}
    assert fetching < set(needed)
    assert {name: needed[name] for name in fetching} == dict.fromkeys(fetching, ("sources", False))
    assert {found for name, found in needed.items() if name not in fetching} == {("warehouse", True)}


def test_jobs_begin_anew_where_the_process_died(tmp_path: Path) -> None:
    os.environ.update(Settings((SAMPLE_REPORTS,), tmp_path / "w.duckdb").to_environment())
    from dagster_project.definitions import defs

    for name in ("build_warehouse", "fetch_index_sources"):
        tags = defs().resolve_job_def(name).tags
        assert tags["dagster/max_retries"] == "2"
        assert tags["dagster/retry_strategy"] == "ALL_STEPS"
        assert tags["dagster/retry_on_asset_or_op_failure"] == "false"


def test_both_instances_are_configured_alike() -> None:
    ours, postgres = (
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in (INSTANCE_CONFIGURATION, POSTGRES_CONFIGURATION)
    )
    assert postgres.pop("storage") == {"postgres": {"postgres_url": {"env": "DAGSTER_POSTGRES_URL"}}}
    assert postgres == ours


@dg.asset
def writing(database: dg.ResourceParam[BuildDatabase]) -> None:
    with database.connect() as connection:
        connection.execute("create table written as select 1")


@dg.asset
def failing(database: dg.ResourceParam[BuildDatabase]) -> None:
    with database.connect() as connection:
        connection.execute("select * from nothing")


@dg.asset(check_specs=[dg.AssetCheckSpec("sums", asset="checked", blocking=True)])
def checked(database: dg.ResourceParam[BuildDatabase]) -> dg.MaterializeResult:
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=False)])


def write(settings: Settings, asset: dg.AssetsDefinition = writing) -> tuple[bool, list[str]]:
    """A run that writes: whether it succeeded, and what it said."""
    with dg.DagsterInstance.ephemeral() as instance:
        needed = {"settings": settings, "database": resources.database}
        run = dg.materialize([asset], resources=needed, instance=instance, raise_on_error=False)
        return run.success, [str(entry.dagster_event or entry.user_message) for entry in instance.all_logs(run.run_id)]


def logged(settings: Settings) -> list[dict[str, Any]]:
    return [json.loads(line) for line in settings.log.read_text(encoding="utf-8").splitlines()]


def test_run_logs_how_it_ended(tmp_path: Path) -> None:
    settings = Settings((), tmp_path / "w.duckdb")
    assert write(settings)[0]
    assert [(line["event"], line.get("stage")) for line in logged(settings)] == [
        ("stage ended", "writing"),
        ("build ended", None),
    ]
    assert not write(settings, failing)[0]
    *_, stage, failed = logged(settings)
    assert (stage["event"], stage["stage"]) == ("stage ended", "failing")
    assert (failed["event"], failed["level"]) == ("build failed", "error")
    assert "nothing does not exist" in failed["reason"]
    assert not write(settings, checked)[0]
    assert logged(settings)[-1]["reason"] == "blocking checks failed: sums; nothing was published"
    assert len({line["run_id"] for line in logged(settings)}) == 3


def test_run_waits_for_another_build(tmp_path: Path) -> None:
    settings = Settings((), tmp_path / "w.duckdb")
    settings.state.mkdir()
    lock = FileLock(settings.lock, thread_local=False)
    lock.acquire()
    release = threading.Timer(2, lock.release)
    release.start()
    success, said = write(settings)
    release.join()
    assert success
    assert any(f"another build is writing {settings.warehouse}: waiting" in line for line in said)
    lock.acquire(timeout=0)


def test_run_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "LONGEST_WAIT_SECONDS", 0.1)
    settings = Settings((), tmp_path / "w.duckdb")
    settings.state.mkdir()
    with FileLock(settings.lock):
        success, said = write(settings)
    assert not success
    assert any("another build has been writing" in line for line in said)
    assert not settings.build_database.exists()


def test_run_clears_up_after_one_that_was_cut_off(tmp_path: Path) -> None:
    settings = Settings((), tmp_path / "w.duckdb")
    settings.state.mkdir()
    settings.unfinished.touch()
    settings.build_database.write_bytes(b"this is no database" * 1000)
    success, said = write(settings)
    assert success
    assert any("the last build was cut off" in line for line in said)
    assert not settings.unfinished.exists()


KILLED = """
import os, signal, sys
import dagster as dg

@dg.op
def reading():
    os.kill(os.getpid(), signal.SIGKILL)

@dg.job
def build():
    reading()

with dg.DagsterInstance.from_config(sys.argv[1]) as instance:
    build.execute_in_process(instance=instance, tags={sys.argv[2]: sys.argv[3]})
"""


def test_killed_build_of_the_command_line_does_not_hold_up_the_queue(tmp_path: Path) -> None:
    """The next one, which holds the lock, ends its run; that of another warehouse may be alive."""
    shutil.copy(INSTANCE_CONFIGURATION, tmp_path / "dagster.yaml")
    for warehouse in ("/a/w.duckdb", "/b/w.duckdb"):
        command = [sys.executable, "-c", KILLED, str(tmp_path), RUN_TAG, warehouse]
        assert subprocess.run(command, capture_output=True, check=False).returncode == -signal.SIGKILL
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        end_runs(instance, Settings((), Path("/a/w.duckdb")), "cut off")
        states = {run.tags[RUN_TAG]: run.status for run in instance.get_runs()}
    assert states == {"/a/w.duckdb": dg.DagsterRunStatus.FAILURE, "/b/w.duckdb": dg.DagsterRunStatus.STARTED}


@dataclass
class Deployment:
    """A daemon as deployed, on a few reports."""

    settings: Settings
    instance: dg.DagsterInstance
    environment: dict[str, str]
    daemon_log: Path
    told: Path

    def launch(self, number: int) -> list[str]:
        """Put builds into the queue, all at once; the numbers of their runs."""
        command = [BIN / "dagster", "job", "launch", "--job", "build_warehouse"]
        started = [
            subprocess.Popen(command, cwd=PROJECT_DIRECTORY, env=self.environment, stdout=subprocess.DEVNULL)
            for _ in range(number)
        ]
        assert [one.wait() for one in started] == [0] * number
        return [run.run_id for run in self.instance.get_runs()]

    def status(self, run_id: str) -> dg.DagsterRunStatus | None:
        run = self.instance.get_run_by_id(run_id)
        return run.status if run else None

    def said(self, run_id: str) -> str:
        return "\n".join(entry.user_message for entry in self.instance.all_logs(run_id))

    def messages(self) -> list[dict[str, Any]]:
        lines = self.told.read_text(encoding="utf-8").splitlines() if self.told.exists() else []
        return [json.loads(line) for line in lines]


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    reports, home, told, log = (tmp_path / name for name in ("reports", "home", "told.jsonl", "daemon.log"))
    reports.mkdir()
    home.mkdir()
    shutil.copy(next(SAMPLE_REPORTS.glob("qingshi_*")), reports)
    shutil.copy(POSTGRES_CONFIGURATION, home / "dagster.yaml")
    append = tmp_path / "tell"
    append.write_text(f"#!/bin/sh\ncat >> {told}\necho >> {told}\n", encoding="utf-8")
    append.chmod(0o755)
    settings = Settings((reports,), tmp_path / "w.duckdb", on_failure=str(append))
    with postgres() as address:
        os.environ.update(settings.to_environment())
        os.environ.update({"DAGSTER_HOME": str(home), "DAGSTER_POSTGRES_URL": address})
        os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
        with dg.DagsterInstance.from_config(str(home)) as instance:
            # as after the first run of an instance: in the pass in which it meets a pool, Dagster doesn't count its runs
            instance.event_log_storage.initialize_concurrency_limit_to_default("warehouse")
            daemon = subprocess.Popen(
                [BIN / "dagster-daemon", "run"],
                **{"cwd": PROJECT_DIRECTORY, "env": dict(os.environ), "start_new_session": True},
                **{"stdout": log.open("wb"), "stderr": subprocess.STDOUT},
            )
            try:
                yield Deployment(settings, instance, dict(os.environ), log, told)
            finally:
                os.killpg(daemon.pid, signal.SIGKILL)
                daemon.wait()


def wait_for(what: str, happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        time.sleep(0.5)


def test_daemon_and_command_line_never_write_at_once(deployment: Deployment) -> None:
    """A run waits for a build of the command line, the next for the run; one that is killed is begun anew, and told of."""
    settings, status = deployment.settings, deployment.status
    settings.state.mkdir()
    with FileLock(settings.lock):
        runs = deployment.launch(2)
        waiting = "another build is writing"
        wait_for("a run to wait for the lock", lambda: any(waiting in deployment.said(run) for run in runs))
        first, second = sorted(runs, key=lambda run: waiting not in deployment.said(run))
        blocked = f"Run {second} is blocked by global concurrency limits"
        wait_for("the other to be held back", lambda: blocked in deployment.daemon_log.read_text(encoding="utf-8"))
        assert (status(first), status(second)) == (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.QUEUED)
        deployment.instance.report_run_canceled(deployment.instance.get_runs(dg.RunsFilter([second]))[0])
        said = deployment.said(first)
        os.kill(int(said.partition("(pid: ")[2].partition(")")[0]), signal.SIGKILL)
        refused = gongkai("build", "--reports", settings.reports[0], "--warehouse", settings.warehouse)
        assert refused.returncode == 1
        assert "another build is writing" in refused.stderr
    anew = dg.RunsFilter(tags={"dagster/parent_run_id": first})
    wait_for("the killed run to be begun anew", lambda: deployment.instance.get_runs(anew))
    (again,) = deployment.instance.get_runs(anew)
    wait_for("the new run to end", lambda: (run := deployment.instance.get_run_by_id(again.run_id)) and run.is_finished)
    assert status(again.run_id) == dg.DagsterRunStatus.SUCCESS, deployment.said(again.run_id)
    assert settings.warehouse.exists()
    assert status(first) == dg.DagsterRunStatus.FAILURE
    wait_for("the killed run to be told of", deployment.messages)
    (message,) = deployment.messages()
    assert (message["what"], message["run_id"], message["will_retry"]) == ("build_warehouse", first, True)
    events = [line["event"] for line in logged(settings)]
    assert {"documents landed", "documents read", "published", "stage ended"} < set(events)
    assert events.count("build ended") == 1, "neither the killed run nor the refused build came to an end"
    assert "documents landed" in deployment.said(again.run_id)
