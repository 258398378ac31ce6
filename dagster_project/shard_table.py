"""``staging.shards``: what was found in each shard, and how much of it was turned away.

Belongs here: from the landing store's looks at shards to the table. Doesn't belong here: looking (``landing``).
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import polars as pl

from dagster_project.build_database import BuildDatabase
from dagster_project.landing import LandingStore, Observation

SHARD_SCHEMA = pl.Schema(
    {
        "source_uri": pl.String,
        "size_bytes": pl.Int64,
        "modified_at": pl.Datetime("us"),
        "documents": pl.Int64,
        "documents_turned_away": pl.Int64,
        "reason": pl.String,
        "detail": pl.String,
    }
)


def load_shards(store: LandingStore, database: BuildDatabase) -> None:
    """Write the table anew: it has a row for each shard, as it was last seen."""
    database.replace_table("shards", shards_frame(store.shards()))


def shards_frame(looks: Iterable[Observation]) -> pl.DataFrame:
    """One row per look at a shard."""
    return pl.DataFrame(map(_row, looks), schema=SHARD_SCHEMA, orient="row")


def _row(look: Observation) -> tuple[object, ...]:
    # one that couldn't be looked at has no time
    modified = datetime.fromtimestamp(look.modified_ns / 1e9, UTC).replace(tzinfo=None) if look.modified_ns else None
    counts = look.shard_documents, look.turned_away
    return look.source_uri, look.size_bytes, modified, *counts, look.reason, look.detail
