"""The command line: ``gongkai build``, ``gongkai extract``, ``gongkai ui``.

Belongs here: arguments, exit codes and sentences for the user. Doesn't belong here: the work itself.
Exit codes: 0 done (rejections and failing identities are data), 1 the run failed and the warehouse is
as it was before, 2 bad usage.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from dagster_project.settings import DEFAULT_WAREHOUSE, PROJECT_DIRECTORY, Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A data warehouse of China's annual reports on government-information disclosure.",
)

FAILED, BAD_USAGE = 1, 2
TABLES = "select schema_name, table_name from duckdb_tables()"

Reports = Annotated[list[Path], typer.Option(help="A directory of reports, searched in any depth; may be repeated.")]
Warehouse = Annotated[Path, typer.Option(help="The DuckDB file to publish.")]


def _stop(message: str, code: int) -> NoReturn:
    Console(stderr=True).print(f"gongkai: {message}", soft_wrap=True, markup=False, highlight=False)
    raise typer.Exit(code)


@app.command()
def build(
    reports: Reports,
    warehouse: Warehouse,
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Read every kept document again.")] = False,
) -> None:
    """Build the warehouse from directories of reports: the whole asset graph, in this process."""
    from dagster_project.build import BuildError
    from dagster_project.build import build as run_build
    from dagster_project.summary import print_summary

    _check_directories(reports)
    _check_warehouse(warehouse)
    settings = Settings(tuple(path.absolute() for path in reports), warehouse.absolute(), full_refresh)
    try:
        run_build(settings)
    except BuildError as error:
        _stop(f"the build failed: {error}", FAILED)
    except OSError as error:
        _stop(f"the build failed: {error.strerror or error}", FAILED)
    print_summary(settings.warehouse, Console())


@app.command()
def extract(
    paths: Annotated[list[Path], typer.Argument(help="Reports, or directories of reports.")],
    output: Annotated[Path, typer.Option(help="A .parquet, .csv or .jsonl file: one row per cell.")],
) -> None:
    """Read reports into one file, without a warehouse; rejections go to standard error."""
    from dagster_project.extract_command import WRITERS, extract_to_file
    from extract import CatalogueError

    missing = [path for path in paths if not path.exists()]
    if missing:
        _stop(f"{missing[0]} doesn't exist", BAD_USAGE)
    if output.suffix not in WRITERS:
        _stop(f"the output must end in {', '.join(WRITERS)}, not {output.name}", BAD_USAGE)
    try:
        rejections = extract_to_file(paths, output)
    except CatalogueError as error:
        _stop(f"the catalogue can't be loaded: {error}", FAILED)
    except OSError as error:
        _stop(f"{output} can't be written: {error.strerror or error}", BAD_USAGE)
    for rejection in rejections:
        print(f"rejected: {rejection.source_uri}: {rejection.reason}: {rejection.detail}", file=sys.stderr)  # noqa: T201


@app.command()
def ui(
    warehouse: Annotated[Path, typer.Option(envvar="GONGKAI_WAREHOUSE", help="The DuckDB file.")] = DEFAULT_WAREHOUSE,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 3000,
) -> None:
    """Open Dagster's web UI over the same definitions, schedules and sensors included."""
    from dataclasses import replace

    from dagster_project.build import prepare_instance

    _check_warehouse(warehouse)
    prepare_instance(replace(Settings.from_environment(), warehouse=warehouse.absolute()))
    command = ["dg", "dev", "--host", host, "--port", str(port)]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    raise typer.Exit(subprocess.run(command, cwd=PROJECT_DIRECTORY, env=environment, check=False).returncode)


def _check_directories(reports: list[Path]) -> None:
    for path in reports:
        if not path.is_dir():
            _stop(f"{path} {'is not a directory' if path.exists() else 'does not exist'}", BAD_USAGE)


def _check_warehouse(warehouse: Path) -> None:
    """Refuse, before anything is done, a file that can't be the warehouse."""
    if warehouse.is_dir():
        _stop(f"{warehouse} is a directory, not a file to publish", BAD_USAGE)
    try:
        warehouse.absolute().parent.mkdir(parents=True, exist_ok=True)
        probe = warehouse.absolute().with_name(f".{warehouse.name}.{os.getpid()}.probe")
        probe.touch()
        probe.unlink()
    except OSError as error:
        _stop(f"{warehouse} can't be written: {error.strerror or error}", BAD_USAGE)
    if problem := _foreign(warehouse):
        _stop(problem, BAD_USAGE)


def _foreign(warehouse: Path) -> str | None:
    """Why a file that is there can't be replaced: only a warehouse of ours is overwritten."""
    import duckdb

    if not warehouse.exists():
        return None
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            tables = {f"{schema}.{name}" for schema, name in connection.execute(TABLES).fetchall()}
    except duckdb.IOException as error:
        if "lock" in str(error):
            return f"{warehouse} is open for writing in another process"
        return f"{warehouse} is there already and isn't a DuckDB database that can be read"
    except duckdb.Error:
        return f"{warehouse} is there already and isn't a DuckDB database that can be read"
    if tables and "marts.dim_report" not in tables:
        return f"{warehouse} is a database with other tables and would be overwritten"
    return None


def main() -> None:
    """The console script."""
    app()
