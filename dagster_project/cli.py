"""The command line: ``gongkai build``, ``fetch``, ``extract``, ``versions``, ``restore``, ``ui``, exports, shards.

Belongs here: arguments, exit codes and sentences for the user. Doesn't belong here: the work itself.
Exit codes: 0 done (rejections, failing identities and silent servers are data), 1 the run failed and the warehouse is
as it was before, 2 bad usage.
"""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from dagster_project.cluster.command import extract_shards
from dagster_project.exits import BAD_USAGE, FAILED, say, stop
from dagster_project.export_commands import add_to
from dagster_project.settings import DEFAULT_WAREHOUSE, KEPT_VERSIONS, PROJECT_DIRECTORY, Settings
from dagster_project.stopping import Stopping

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A data warehouse of China's annual reports on government-information disclosure.",
)

TABLES = "select schema_name, table_name from duckdb_tables()"

Reports = Annotated[
    list[Path] | None, typer.Option(help="A directory of reports, searched in any depth; may be repeated.")
]
Warehouse = Annotated[Path, typer.Option(help="The DuckDB file to publish.")]
Landing = Annotated[
    str | None,
    typer.Option(envvar="GONGKAI_LANDING", help="The landing store, where it isn't beside the warehouse: s3://…"),
]
KeptVersions = Annotated[
    int,
    typer.Option(envvar="GONGKAI_KEPT_VERSIONS", min=0, help="How many replaced warehouses are kept."),
]
Workers = Annotated[
    int | None,
    typer.Option(
        envvar="GONGKAI_WORKERS", min=0, help="How many processes read documents; as many as pay if left out."
    ),
]
Published = Annotated[Path, typer.Option(help="The published DuckDB file.")]


def _fail(settings: Settings, what: str, error: str) -> NoReturn:
    """Tell the user's command, too, which is there for those who don't watch."""
    from dagster_project.notification import FailureMessage, NotificationError, notify

    said = f"the {what} failed: {error}"
    try:
        notify(settings.on_failure, FailureMessage(what, error, str(settings.warehouse)))
    except NotificationError as unsent:
        said += f"; nobody was told: {unsent}"
    stop(said, FAILED)


@app.command()
def build(
    warehouse: Warehouse,
    reports: Reports = None,
    sources: Annotated[Path | None, typer.Option(help="A sources file to fetch from before the build.")] = None,
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Read every kept document again.")] = False,
    landing: Landing = None,
    kept_versions: KeptVersions = KEPT_VERSIONS,
    workers: Workers = None,
    extracted: Annotated[
        Path | None,
        typer.Option(envvar="GONGKAI_EXTRACTED", help="What extract-shards wrote: it isn't read again."),
    ] = None,
) -> None:
    """Build the warehouse from reports, sources, and all that was kept before: the whole asset graph."""
    stopping = Stopping(warehouse.absolute(), _say_at_the_end)
    from dagster_project.build import BuildError
    from dagster_project.build import build as run_build
    from dagster_project.summary import print_summary

    if not reports and sources is None:
        stop("nothing to build from: give --reports, --sources or both", BAD_USAGE)
    _check_directories(reports or [])
    _check_memory()
    settings = _settings(reports or [], warehouse, full_refresh, sources, landing, kept_versions, workers)
    if extracted:
        _check_extracted(extracted, full_refresh)
        settings = replace(settings, extracted=extracted.absolute())
    if sources is not None:
        _fetch(settings, ())
    try:
        stages = run_build(settings, tell=say, stopping=stopping)
    except BuildError as error:
        _fail(settings, "build", str(error))
    except OSError as error:
        _fail(settings, "build", error.strerror or str(error))
    print_summary(settings.warehouse, stages, Console())
    Console().print(f"Results of the checks: {settings.validation_page}", soft_wrap=True, markup=False)


@app.command()
def fetch(
    sources: Annotated[Path, typer.Option(help="The sources file.")],
    warehouse: Annotated[Path, typer.Option(help="The DuckDB file that the landing store lies beside.")],
    only: Annotated[list[str] | None, typer.Option(help="The name of one source; may be repeated.")] = None,
    landing: Landing = None,
) -> None:
    """Bring what is new at the sources into the landing store; the next build takes it from there."""
    _fetch(_settings([], warehouse, False, sources, landing), tuple(only or ()))


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
        stop(f"{missing[0]} doesn't exist", BAD_USAGE)
    if output.suffix not in WRITERS:
        stop(f"the output must end in {', '.join(WRITERS)}, not {output.name}", BAD_USAGE)
    try:
        not_read = extract_to_file(paths, output)
    except CatalogueError as error:
        stop(f"the catalogue can't be loaded: {error}", FAILED)
    except OSError as error:
        stop(f"{output} can't be written: {error.strerror or error}", BAD_USAGE)
    for rejection in not_read.rejections:
        print(f"rejected: {rejection.source_uri}: {rejection.reason}: {rejection.detail}", file=sys.stderr)  # noqa: T201
    for uri, count in not_read.turned_away.items():
        if count:
            print(f"turned away: {uri}: {count} documents that can't be reports", file=sys.stderr)  # noqa: T201


@app.command()
def versions(warehouse: Published) -> None:
    """List the warehouses that stood in this one's place before and are kept."""
    from dagster_project.version_command import print_versions

    print_versions(Settings((), warehouse.absolute()), Console())


@app.command()
def restore(
    warehouse: Published,
    version: Annotated[str | None, typer.Argument(help="Its name or how it begins; the latest if left out.")] = None,
    kept_versions: KeptVersions = KEPT_VERSIONS,
) -> None:
    """Put a kept version back as the published warehouse; the one that it replaces is kept."""
    from dagster_project.version_command import VersionError, restore_and_print

    if problem := _foreign(warehouse):
        stop(problem, BAD_USAGE)
    try:
        restore_and_print(Settings((), warehouse.absolute(), kept_versions=kept_versions), version, Console())
    except VersionError as error:
        stop(str(error), FAILED)
    except OSError as error:
        stop(f"{warehouse} can't be restored: {error.strerror or error}", FAILED)


@app.command()
def ui(
    warehouse: Annotated[Path, typer.Option(envvar="GONGKAI_WAREHOUSE", help="The DuckDB file.")] = DEFAULT_WAREHOUSE,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 3000,
) -> None:
    """Open Dagster's web UI over the same definitions, schedules and sensors included."""
    from dagster_project.build import prepare_instance

    _check_warehouse(warehouse)
    prepare_instance(replace(Settings.from_environment(), warehouse=warehouse.absolute()))
    command = ["dg", "dev", "--host", host, "--port", str(port)]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    raise typer.Exit(subprocess.run(command, cwd=PROJECT_DIRECTORY, env=environment, check=False).returncode)


def _say_at_the_end(message: str) -> None:
    """As ``say``, where a spinner may have hidden the cursor."""
    Console(stderr=True).show_cursor()
    say(message)


def _settings(
    reports: list[Path],
    warehouse: Path,
    full_refresh: bool,
    sources: Path | None,
    landing: str | None,
    kept_versions: int = KEPT_VERSIONS,
    workers: int | None = None,
) -> Settings:
    _check_warehouse(warehouse)
    if landing:
        landing = landing if "://" in landing else str(Path(landing).absolute())
        _check_landing(landing)
    directories = tuple(path.absolute() for path in reports)
    return Settings(
        directories,
        warehouse.absolute(),
        full_refresh,
        sources and sources.absolute(),
        landing or None,
        on_failure=os.environ.get("GONGKAI_ON_FAILURE") or None,
        kept_versions=kept_versions,
        workers=workers,
    )


def _fetch(settings: Settings, only: tuple[str, ...]) -> None:
    """Fetch, and say what came; servers that don't answer are data."""
    from dagster_project.fetch_command import FetchError, fetch_and_print
    from dagster_project.fetching.sources import SourcesError

    try:
        fetch_and_print(settings, only, Console())
    except SourcesError as error:
        stop(str(error), BAD_USAGE)
    except FetchError as error:
        _fail(settings, "fetch", str(error))


def _check_directories(reports: list[Path]) -> None:
    for path in reports:
        if not path.is_dir():
            stop(f"{path} {'is not a directory' if path.exists() else 'does not exist'}", BAD_USAGE)


def _check_memory() -> None:
    from dagster_project.memory import memory_limit

    try:
        memory_limit()
    except ValueError as error:
        stop(str(error), BAD_USAGE)


def _check_extracted(directory: Path, full_refresh: bool) -> None:
    from dagster_project.extracted import ExtractedError, look_into

    if full_refresh:
        stop("--full-refresh reads every document again, --extracted takes over what was read: give one", BAD_USAGE)
    try:
        look_into(directory.absolute(), "")
    except ExtractedError as error:
        stop(str(error), BAD_USAGE)


def _check_warehouse(warehouse: Path) -> None:
    """Refuse, before anything is done, a file that can't be the warehouse."""
    if warehouse.is_dir():
        stop(f"{warehouse} is a directory, not a file to publish", BAD_USAGE)
    try:
        warehouse.absolute().parent.mkdir(parents=True, exist_ok=True)
        probe = warehouse.absolute().with_name(f".{warehouse.name}.{os.getpid()}.probe")
        probe.touch()
        probe.unlink()
    except OSError as error:
        stop(f"{warehouse} can't be written: {error.strerror or error}", BAD_USAGE)
    if problem := _foreign(warehouse):
        stop(problem, BAD_USAGE)


def _check_landing(landing: str) -> None:
    from dagster_project.storage import open_storage

    try:
        open_storage(landing)
    except (OSError, ValueError, ImportError) as error:
        stop(f"{landing} can't be a landing store: {error}", BAD_USAGE)


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


add_to(app)
app.command()(extract_shards)


def main() -> None:
    """The console script."""
    app()
