"""`make bench`: what `gongkai build` takes beside `dbt build` alone, on the sample reports.

The baseline is dbt's own command on the same project, the same data and the same selection, in a
process of its own. Both run in turn, so that a busy machine slows both; bytecode is compiled first.
Belongs here: measuring. Nothing is asserted: a timed test is noise.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dagster_project.dbt_runner import BUILD
from dagster_project.settings import DBT_DIRECTORY, SAMPLE_REPORTS, Settings

RUNS = 5
BIN = Path(sys.executable).parent
Command = tuple[list[str], dict[str, str]]


def commands(settings: Settings) -> dict[str, Command]:
    """The two commands with their environments: the same models into the same kind of database."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    build = [str(BIN / "gongkai"), "build", "--reports", str(SAMPLE_REPORTS), "--warehouse", str(settings.warehouse)]
    target = settings.state / "dbt_alone"
    dbt = [str(BIN / "dbt"), *BUILD, f"--project-dir={DBT_DIRECTORY}", f"--profiles-dir={DBT_DIRECTORY}"]
    dbt += [f"--target-path={target}", f"--log-path={target}", "--quiet"]
    with_database = environment | {"GONGKAI_BUILD_DATABASE": str(settings.build_database)}
    return {"gongkai build": (build, environment), "dbt build alone": (dbt, with_database)}


def seconds(command: Command) -> float:
    """Wall seconds of one run."""
    arguments, environment = command
    start = time.perf_counter()
    subprocess.run(arguments, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Run each command once to warm up, then in turn; print medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        timed = commands(Settings((SAMPLE_REPORTS,), Path(folder) / "bench.duckdb"))
        for command in timed.values():
            seconds(command)
        runs = [{name: seconds(command) for name, command in timed.items()} for _ in range(RUNS)]
    medians = {name: statistics.median(run[name] for run in runs) for name in timed}
    for name, median in medians.items():
        print(f"{name:16} {median:6.1f} s (median of {RUNS})")  # noqa: T201
    build, dbt = medians.values()
    print(f"ratio            {build / dbt:6.2f} (at most 4; aim for 2)")  # noqa: T201


if __name__ == "__main__":
    main()
