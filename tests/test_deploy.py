"""The files of deploy/, as far as a machine without their services can check them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project.settings import PROJECT_DIRECTORY, Settings

DEPLOY = PROJECT_DIRECTORY / "deploy"
UNITS = sorted(path for path in (DEPLOY / "systemd").iterdir() if path.suffix in {".service", ".timer"})


def test_units_are_sound(tmp_path: Path) -> None:
    """With this environment's commands, and this folder, in place of those that the units name."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze isn't installed, so the units of deploy/systemd are not verified")
    commands = str(Path(sys.executable).parent)
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/gongkai/.venv/bin", commands)
        (tmp_path / unit.name).write_text(text.replace("/opt/gongkai", str(PROJECT_DIRECTORY)), encoding="utf-8")
    verify = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def compose() -> list[str]:
    """The command of compose that this machine has."""
    for command in (["docker", "compose"], ["docker-compose"]):
        found = shutil.which(command[0])
        if found and subprocess.run([*command, "version"], capture_output=True, check=False).returncode == 0:
            return command
    pytest.skip("neither docker compose nor docker-compose is installed, so deploy/compose.yaml is not checked")


def configuration(environment: Path) -> subprocess.CompletedProcess[str]:
    command = [*compose(), "--env-file", str(environment), "--file", str(DEPLOY / "compose.yaml"), "config"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_compose_file_is_sound_and_wants_a_password(tmp_path: Path) -> None:
    example = (DEPLOY / "env.example").read_text(encoding="utf-8")
    filled = tmp_path / "env"
    filled.write_text(example.replace("POSTGRES_PASSWORD=", "POSTGRES_PASSWORD=chosen"), encoding="utf-8")
    done = configuration(filled)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("postgresql://gongkai:chosen@database/gongkai") == 2
    refused = configuration(DEPLOY / "env.example")
    assert refused.returncode != 0
    assert "deploy/.env" in refused.stderr


def test_no_password_is_committed() -> None:
    ignored = subprocess.run(["git", "check-ignore", "--quiet", "deploy/.env"], cwd=PROJECT_DIRECTORY, check=False)
    assert ignored.returncode == 0
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            found = re.findall(r"PASSWORD(?:=|: )(?!\$\{)\S+", path.read_text(encoding="utf-8"))
            assert found == [], path


def test_settings_are_those_of_the_project() -> None:
    known = set(Settings((), Path("w")).to_environment())
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            assert set(re.findall(r"GONGKAI_[A-Z_]+", path.read_text(encoding="utf-8"))) <= known, path
