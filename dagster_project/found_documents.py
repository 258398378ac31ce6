"""What there is to read in files: documents, or why there is none.

Belongs here: files and the rows of shards without a landing store. Doesn't belong here: reading documents.
"""

from collections.abc import Iterator
from pathlib import Path

from dagster_project.first_pass import FIRST_PASS
from dagster_project.landing import MAX_DOCUMENT_BYTES, refusal_of, source_uri
from dagster_project.shards import ShardError, is_shard, read_shard
from extract import Document, Rejection


def found_in(path: Path, turned_away: dict[str, int]) -> Iterator[Document | Rejection]:
    """The document that a file is, or those of a shard that may be reports.

    ``turned_away`` is told how many documents of a shard can't be any, by its address, when all were found.
    """
    uri = source_uri(path)
    try:
        if refusal := refusal_of(path):
            yield Rejection(uri, "", *refusal)
        elif is_shard(path):
            shard = read_shard(path, uri, MAX_DOCUMENT_BYTES, FIRST_PASS.is_candidate)
            try:
                yield from shard
            finally:
                turned_away[uri] = shard.turned_away
        else:
            yield Document(uri, path.read_bytes())
    except ShardError as error:
        yield Rejection(uri, "", *error.refusal)
    except OSError as error:
        yield Rejection(uri, "", "unreadable", error.strerror or str(error))
