"""The sources: an asset for each kind, with a partition for each source of the sources file."""

from dataclasses import asdict

import dagster as dg

from dagster_project.defs.pools import FETCHING
from dagster_project.fetching.run import FetchError, SourceResult, fetch
from dagster_project.fetching.sources import SourceKind, Sources, SourcesError, load_sources
from dagster_project.landing import LandingStore
from dagster_project.metadata import markdown_table
from dagster_project.settings import Settings

SOURCES_GROUP = "sources"
#: Another fetch may end, and a store that couldn't be reached may come back; servers have patience of their own.
AGAIN = dg.RetryPolicy(max_retries=3, delay=300)
DESCRIPTIONS: dict[SourceKind, str] = {
    "folder": "What is new in folders of this machine, kept in the landing store.",
    "pages": "Reports whose addresses are listed, fetched with their attachments into the landing store.",
    "index": "Reports that index pages link to, fetched with their attachments into the landing store.",
    "bucket": "Objects of S3-compatible buckets, kept in the landing store.",
}


def _sources() -> Sources | None:
    path = Settings.from_environment().sources
    return load_sources(path) if path else None


def _asset(kind: SourceKind, names: list[str]) -> dg.AssetsDefinition:
    """The asset of a kind; several of its sources may be asked in one run, so that hosts are asked at the same time."""

    @dg.asset(
        key=["raw", f"{kind}_sources"],
        group_name=SOURCES_GROUP,
        description=DESCRIPTIONS[kind],
        partitions_def=dg.StaticPartitionsDefinition(names),
        backfill_policy=dg.BackfillPolicy.single_run(),
        kinds={"file" if kind == "folder" else "s3" if kind == "bucket" else "html"},
        pool=FETCHING,
        retry_policy=AGAIN,
    )
    def source_asset(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        rows = [_row(result) for result in _fetch(settings, tuple(context.partition_keys))]
        metadata = {"sources": dg.MetadataValue.md(markdown_table(rows))}
        return dg.MaterializeResult(metadata=metadata | {"new_documents": sum(row["new_documents"] for row in rows)})

    return source_asset


def _fetch(settings: Settings, names: tuple[str, ...]) -> list[SourceResult]:
    if settings.sources is None:
        raise dg.Failure("no sources file is named in GONGKAI_SOURCES", allow_retries=False)
    try:
        store = LandingStore(settings.landing_location)
        without = frozenset((settings.warehouse, settings.state))
        return fetch(load_sources(settings.sources), store, settings.fetching, only=names, without=without)
    except SourcesError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    except FetchError as error:
        raise dg.Failure(str(error)) from error


def _row(result: SourceResult) -> dict:
    return {**asdict(result), "outcomes": ", ".join(f"{count} {outcome}" for outcome, count in result.outcomes.items())}


_SOURCES = _sources()
SOURCES_OF = {
    dg.AssetKey(["raw", f"{kind}_sources"]): _SOURCES.of_kind(kind) if _SOURCES else [] for kind in DESCRIPTIONS
}
SOURCE_ASSETS = list(SOURCES_OF)
folder_sources, pages_sources, index_sources, bucket_sources = (
    _asset(kind, SOURCES_OF[dg.AssetKey(["raw", f"{kind}_sources"])]) for kind in DESCRIPTIONS
)
