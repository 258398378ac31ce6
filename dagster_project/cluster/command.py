"""``gongkai extract-shards``: arguments, exit codes and sentences for the user."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from dagster_project.exits import BAD_USAGE, FAILED, say, stop

if TYPE_CHECKING:
    from dagster_project.cluster.run import Done, GivenUp


def extract_shards(
    paths: Annotated[list[Path], typer.Argument(help="Shards (.parquet, .jsonl, .warc.gz), or directories of them.")],
    output: Annotated[Path, typer.Option(help="A directory; each shard gets a folder of Parquet files in it.")],
    scheduler: Annotated[
        str | None,
        typer.Option(envvar="GONGKAI_SCHEDULER", help="A Dask scheduler whose workers read: tcp://host:8786."),
    ] = None,
) -> None:
    """Read shards into Parquet, here or on a cluster; what was read before isn't read again."""
    from dagster_project.cluster.run import ClusterError, clear_away, extract_here, extract_on_cluster, shards_in

    missing = [path for path in paths if not path.exists()]
    if missing:
        stop(f"{missing[0]} doesn't exist", BAD_USAGE)
    shards = shards_in(paths)
    if not shards:
        stop("there are no shards: their names end in .parquet, .jsonl, .warc or .warc.gz", BAD_USAGE)
    try:
        output.mkdir(parents=True, exist_ok=True)
        clear_away(output)
        results = extract_on_cluster(shards, output, scheduler) if scheduler else extract_here(shards, output)
        _print(_shown(results, shards))
        clear_away(output)
    except OSError as error:
        stop(f"{output} can't be written: {error.strerror or error}", BAD_USAGE)
    except ClusterError as error:
        stop(str(error), FAILED)


def _shown(results: Iterable["Done | GivenUp"], shards: Sequence[Path]) -> Iterator["Done | GivenUp"]:
    """The results, with progress over the shards."""
    from dagster_project.progress import tracked

    for _, result in zip(tracked(shards, "Reading shards"), results, strict=False):
        yield result


def _print(results: Iterable["Done | GivenUp"]) -> None:
    """Say what became of the shards; exit 1 where some were given up."""
    from dagster_project.cluster.run import GivenUp

    known = turned_away = reports = 0
    rejected: Counter[str] = Counter()
    given_up: list[GivenUp] = []
    for result in results:
        if isinstance(result, GivenUp):
            given_up.append(result)
            continue
        known += not result.was_read
        reports += result.summary.reports
        turned_away += result.summary.turned_away
        rejected.update(result.summary.rejected)
    console = Console(highlight=False, markup=False)
    console.print(f"{reports} reports; {turned_away} documents can't be any; {known} shards were known before")
    for reason, count in rejected.most_common():
        console.print(f"  rejected: {reason}: {count}")
    for shard in given_up:
        say(f"given up: {shard.shard}: {shard.reason}")
    if given_up:
        stop(f"{len(given_up)} shards were given up; run the command again when what stood in the way is gone", FAILED)
