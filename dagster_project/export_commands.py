"""``gongkai publish postgres``, ``gongkai export``, ``gongkai report``: a published warehouse in other forms.

Belongs here: arguments, exit codes and sentences for the user. Doesn't belong here: the work itself (``exports``).
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dagster_project.exits import BAD_USAGE, FAILED, stop
from dagster_project.settings import DEFAULT_WAREHOUSE, SEEDS_DIRECTORY, Settings

DEFAULT_REPORT = Path("report.html")
Warehouse = Annotated[Path, typer.Option(envvar="GONGKAI_WAREHOUSE", help="The published DuckDB file.")]

publish_app = typer.Typer(no_args_is_help=True, help="Put the published warehouse into a database server.")


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(publish_app, name="publish")
    app.command()(export)
    app.command()(report)


@publish_app.command()
def postgres(
    dsn: Annotated[
        str,
        typer.Argument(
            envvar="GONGKAI_POSTGRES",
            show_envvar=True,
            help="The database: postgresql://user@host:5432/database. In the variable a password doesn't show in ps.",
        ),
    ],
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    reader: Annotated[
        str, typer.Option(envvar="GONGKAI_POSTGRES_READER", help="The role that may read and not write.")
    ] = "gongkai_reader",
) -> None:
    """Replace the schemas marts and quality of a PostgreSQL database, in one transaction."""
    from dagster_project.dbt_project import load_manifest
    from dagster_project.exports.postgres import PublishError, publish
    from dagster_project.exports.postgres_address import AddressError
    from dagster_project.progress import step

    with _problems():
        try:
            with step("Publishing"):
                published = publish(warehouse, load_manifest(Settings.from_environment()), dsn, reader=reader)
        except AddressError as error:
            stop(str(error), BAD_USAGE)
        except PublishError as error:
            stop(f"nothing was published: {error}", FAILED)
    rows = sum(table.rows for table in published.tables)
    _say(f"Published {len(published.tables)} tables with {rows} rows: {published.address}")
    if published.advice:
        _say(f"Not done: {published.advice}")


def export(
    directory: Annotated[Path, typer.Argument(help="The directory to fill; files of others in it stay.")],
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Write the warehouse as Parquet, CSV and XLSX files with a Frictionless datapackage.json."""
    from dagster_project.dbt_project import load_manifest
    from dagster_project.exports.files import WORKBOOK
    from dagster_project.exports.files import export as export_files
    from dagster_project.exports.folder import FolderError
    from dagster_project.progress import step

    with _problems(directory):
        try:
            with step("Exporting"):
                tables, cuts = export_files(warehouse, load_manifest(Settings.from_environment()), directory)
        except FolderError as error:
            stop(str(error), BAD_USAGE)
    _say(f"Exported {len(tables)} tables with {sum(table.rows for table in tables)} rows: {directory.absolute()}")
    for cut in cuts:
        _say(f"{WORKBOOK} doesn't hold all of {cut.table}: {cut.rows} rows left out, {cut.texts} texts cut")


def report(
    output: Annotated[Path, typer.Option(help="The HTML page to write.")] = DEFAULT_REPORT,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Write one page that summarises the warehouse and opens without a network."""
    from dagster_project.exports.report import write_report
    from extract import CatalogueError, load_catalogue

    with _problems(output):
        try:
            write_report(warehouse, load_catalogue(SEEDS_DIRECTORY), output, datetime.now(UTC))
        except CatalogueError as error:
            stop(f"the catalogue can't be loaded: {error}", FAILED)
    _say(f"Report: {output.absolute()}")


@contextmanager
def _problems(output: Path | None = None) -> Generator[None]:
    """What goes wrong with each of the commands."""
    import duckdb

    from dagster_project.dbt_command import DbtError
    from dagster_project.exports.tables import WarehouseError

    try:
        yield
    except WarehouseError as error:
        stop(str(error), BAD_USAGE)
    except DbtError as error:
        stop(str(error), FAILED)
    except duckdb.Error as error:
        stop(f"the warehouse can't be read, or the files can't be written: {str(error).splitlines()[0]}", FAILED)
    except OSError as error:
        stop(f"{output or error.filename} can't be written: {error.strerror or error}", BAD_USAGE)


def _say(text: str) -> None:
    Console().print(text, soft_wrap=True, markup=False, highlight=False)
