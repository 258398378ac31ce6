"""The staging layer: what the documents print, one row per document, report and cell."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial

import dagster as dg

from dagster_project.build_database import BuildDatabase
from dagster_project.defs.pools import WRITING
from dagster_project.exits import say
from dagster_project.extracted import Extracted, ExtractedError, look_into
from dagster_project.extraction import ExtractionSummary, read_documents, reader_fingerprint
from dagster_project.landing import LandingStore
from dagster_project.logs import LOGGER
from dagster_project.metadata import table_metadata
from dagster_project.progress import counted
from dagster_project.settings import SEEDS_DIRECTORY, Settings
from dagster_project.shard_table import load_shards
from extract import ReportReader, load_catalogue

DESCRIPTIONS = {
    "documents": "Every landed document with what became of it: a report, or a reason for refusal.",
    "reports": "What header and layout of each observed copy of a report gave.",
    "cells": "Every printed cell of the statutory tables, blanks included, with its line in the source.",
    "unmapped_rows": "Rows of the tables whose label the catalogue doesn't know, or that have none: kept, not read.",
    "shards": "Every shard with how many documents it gave, and how many were turned away: they can't be reports.",
    "prose_figures": "Figures of the form that the prose restates, each with its sentence.",
}


@dg.multi_asset(
    specs=[
        dg.AssetSpec(["staging", table], group_name="staging", deps=[["raw", "documents"]], kinds={"duckdb", "python"})
        .merge_attributes(metadata={"dagster/table_name": f"staging.{table}"})
        .replace_attributes(description=DESCRIPTIONS[table])
        for table in DESCRIPTIONS
    ],
    pool=WRITING,
)
def staging_tables(
    settings: dg.ResourceParam[Settings], database: dg.ResourceParam[BuildDatabase]
) -> Iterator[dg.MaterializeResult]:
    """Read what this reader hasn't read yet, and load it."""
    reader = ReportReader(load_catalogue(SEEDS_DIRECTORY))

    store = LandingStore(settings.landing_location)
    progress = partial(counted, description="Reading documents")
    try:
        extracted = _extracted(settings, reader)
        summary = read_documents(
            *(store, database, reader),
            again=settings.full_refresh,
            workers=settings.workers,
            progress=progress,
            extracted=extracted,
        )
    except ExtractedError as error:
        raise dg.Failure(str(error)) from None
    if extracted:
        _say(extracted, summary)
    LOGGER.info("documents read", extra=asdict(summary))
    load_shards(store, database)
    previews = database.previews([f"staging.{table}" for table in DESCRIPTIONS])
    for table in DESCRIPTIONS:
        metadata = table_metadata(previews[f"staging.{table}"]) | asdict(summary)
        yield dg.MaterializeResult(asset_key=["staging", table], metadata=metadata)


def _extracted(settings: Settings, reader: ReportReader) -> Extracted | None:
    """What was read elsewhere; nothing of it when every document is to be read again."""
    if settings.extracted is None or settings.full_refresh:
        return None
    return look_into(settings.extracted, reader_fingerprint(reader.catalogue))


def _say(extracted: Extracted, summary: ExtractionSummary) -> None:
    """What of it was taken over, and what not."""
    read = f"{summary.documents_taken_over} documents of {len(extracted.folders)} shards taken over"
    say(f"{extracted.directory}: {read}, {summary.documents_read} documents read here")
    if extracted.outdated:
        say(f"{extracted.outdated} shards of it were read by another version of the extractor or the catalogue")
    if summary.documents_never_landed:
        say(f"{summary.documents_never_landed} documents of it were never landed: name their shards with --reports")
