"""The command that is told of failures: what it gets, what no message can make it do, and what is said when it fails."""

import json
import sys
from pathlib import Path

import dagster as dg
import pytest

from dagster_project import notification
from dagster_project.notification import FailureMessage, NotificationError, notify
from dagster_project.settings import Settings
from tests.conftest import gongkai

HOSTILE = "step; touch injected $(touch injected) `touch injected` \"'\n| touch injected #报告"


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """What the command was given: its arguments, and its standard input."""
    return tmp_path / "told.json"


def command(told: Path, *, after: str = "") -> str:
    script = told.with_name("tell the engineer.py")
    script.write_text(
        "import json, sys, pathlib\n"
        "message = json.load(sys.stdin)\n"
        f"pathlib.Path({str(told)!r}).write_text(json.dumps([sys.argv[1:], message]))\n{after}\n",
        encoding="utf-8",
    )
    return f"{sys.executable} '{script}' --to 'data engineer; touch injected'"


def test_message_comes_on_standard_input(told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    message = FailureMessage(HOSTILE, HOSTILE, "/w.duckdb", run_id="1", failed_steps=(HOSTILE,), will_retry=True)
    notify(command(told), message)
    arguments, got = json.loads(told.read_text())
    assert arguments == ["--to", "data engineer; touch injected"]
    assert got == {
        **{"what": HOSTILE, "error": HOSTILE, "warehouse": "/w.duckdb", "run_id": "1"},
        **{"failed_steps": [HOSTILE], "will_retry": True},
    }
    assert not list(tmp_path.rglob("injected"))


def test_nobody_is_named() -> None:
    notify(None, FailureMessage("build", "", ""))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("/nowhere/command", "No such file"),
        ("'unbalanced", "No closing quotation"),
        ("false", "ended with 1"),
        ("sh -c 'echo the mail server is down >&2; exit 3'", "ended with 3: the mail server is down"),
        ("sleep 60", "timed out"),
    ],
)
def test_command_that_fails_is_an_error(wrong: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notification, "LONGEST_SECONDS", 1)
    with pytest.raises(NotificationError, match=said):
        notify(wrong, FailureMessage("build", "", ""))


@pytest.mark.parametrize("also", ["", "sys.exit('the mail server is down')"])
def test_command_line_tells_and_says_so_where_it_cannot(told: Path, tmp_path: Path, also: str) -> None:
    sources = tmp_path / "sources.yaml"
    sources.write_text("sources: [{name: a, kind: folder, path: nowhere}]", encoding="utf-8")
    landing = tmp_path / "landing"
    landing.write_text("not a folder", encoding="utf-8")
    where = ("--sources", sources, "--warehouse", tmp_path / "w.duckdb", "--landing", landing)
    done = gongkai("fetch", *where, GONGKAI_ON_FAILURE=command(told, after=also))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("gongkai: the fetch failed: ")
    assert ("nobody was told" in done.stderr) == ("the mail server is down" in done.stderr) == bool(also)
    assert json.loads(told.read_text())[1]["what"] == "fetch"


@dg.resource
def broken() -> None:
    raise dg.Failure("another build has been writing")


@dg.op
def reading() -> None:
    raise dg.Failure("no such directory of reports")


@dg.op(required_resource_keys={"database"})
def writing() -> None:
    """Never gets so far."""


@dg.job
def failing_in_a_step() -> None:
    reading()


@dg.job(resource_defs={"database": broken})
def failing_before_any_step() -> None:
    writing()


@pytest.mark.parametrize(
    ("job", "killed", "error", "steps"),
    [
        (failing_in_a_step, False, "no such directory of reports", ["reading"]),
        (failing_before_any_step, False, "another build has been writing", []),
        (failing_before_any_step, True, "the process died", []),
    ],
)
def test_sensor_hands_over_a_failed_run(
    told: Path, tmp_path: Path, job: dg.JobDefinition, killed: bool, error: str, steps: list[str]
) -> None:
    """As Dagster calls it; a process that died leaves no error, but the message of who found out."""
    from dagster_project.defs.automation.failures import tell_of_failures

    settings = Settings((), tmp_path / "w.duckdb", on_failure=command(told))
    with dg.DagsterInstance.ephemeral() as instance:
        if killed:
            run = instance.create_run_for_job(job)
            event = instance.report_run_failed(run, error)
        else:
            result = job.execute_in_process(instance=instance, raise_on_error=False)
            run, event = result.dagster_run, result.get_run_failure_event()
        context = dg.build_run_status_sensor_context(
            "tell_of_failures",
            dagster_event=event,
            dagster_instance=instance,
            dagster_run=run,
            resources={"settings": settings},
        ).for_run_failure()
        tell_of_failures(context)
    _, message = json.loads(told.read_text())
    assert message == {
        **{"what": job.name, "error": error, "warehouse": str(settings.warehouse)},
        **{"run_id": run.run_id, "failed_steps": steps, "will_retry": False},
    }
