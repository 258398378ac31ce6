"""``gongkai versions`` and ``gongkai restore``: the warehouses that were replaced, and putting one back.

Belongs here: the lock, and what is printed. Doesn't belong here: how versions are kept (``versions``).
"""

from datetime import UTC, datetime

from filelock import FileLock, Timeout
from rich.console import Console
from rich.table import Table

from dagster_project.settings import Settings
from dagster_project.versions import VersionError, kept_versions

__all__ = ["VersionError", "print_versions", "restore_and_print"]


def print_versions(settings: Settings, console: Console) -> None:
    """A line for the published warehouse, and one for each that can be put back, the latest first."""
    table = Table(title=f"Versions of {settings.warehouse}", title_justify="left", title_style="bold")
    for column in ("version", "published (UTC)", "MB", "reports"):
        table.add_column(column, overflow="fold")
    if settings.warehouse.exists():
        status = settings.warehouse.stat()
        table.add_row("(published)", _time(datetime.fromtimestamp(status.st_mtime, UTC)), _megabytes(status.st_size))
    for version in kept_versions(settings).listed():
        reports = "can't be read" if version.reports is None else str(version.reports)
        table.add_row(version.name, _time(version.published_at), _megabytes(version.size_bytes), reports)
    console.print(table)


def restore_and_print(settings: Settings, name: str | None, console: Console) -> None:
    """Put a version back while no build goes on.

    Raises:
        VersionError: a build is going on, or see ``Versions.restore``.

    """
    if not settings.state.is_dir():
        raise VersionError(f"no version of {settings.warehouse} is kept")
    try:
        with FileLock(settings.lock, timeout=0):
            version = kept_versions(settings).restore(name)
    except Timeout as error:
        raise VersionError(f"a build is writing {settings.warehouse}: wait for its end") from error
    said = f"{settings.warehouse} is again as published {_time(version.published_at)} UTC: {version.reports} reports"
    console.print(said, soft_wrap=True, markup=False, highlight=False)


def _time(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f}"
