"""The raw layer: documents as found, kept by content in the landing store."""

from dataclasses import asdict

import dagster as dg

from dagster_project.build_database import BuildDatabase
from dagster_project.defs.pools import WRITING
from dagster_project.defs.raw.sources import SOURCE_ASSETS
from dagster_project.landing import LandingStore, find_files
from dagster_project.logs import LOGGER
from dagster_project.progress import step
from dagster_project.settings import Settings


@dg.asset(key=["raw", "documents"], group_name="raw", kinds={"file"}, deps=SOURCE_ASSETS, pool=WRITING)
def raw_documents(
    settings: dg.ResourceParam[Settings],
    database: dg.ResourceParam[BuildDatabase],  # noqa: ARG001 - for its lock: one run at a time looks for documents
) -> dg.MaterializeResult:
    """Every document fetched, or found in the reports directories, kept in the landing store for good."""
    missing = [str(path) for path in settings.reports if not path.is_dir()]
    if missing:
        raise dg.Failure(f"no such directory of reports: {', '.join(missing)}")
    paths = find_files(settings.reports, without={settings.warehouse, settings.state})
    with step("Looking for documents"):
        summary = LandingStore(settings.landing_location).land(paths, look_again=settings.full_refresh)
    LOGGER.info("documents landed", extra=asdict(summary))
    return dg.MaterializeResult(metadata={**asdict(summary), "directories": [str(path) for path in settings.reports]})
