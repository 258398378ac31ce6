"""Many shards, by this process or by the workers of a Dask cluster.

Dask: https://distributed.dask.org; a scheduler and any number of workers, each with this package installed and the
folders of shards and output mounted at the same place. A worker that dies costs the work on its shard only, which
another one does again; a shard that ended several workers is given up, and the others go on.
Belongs here: handing out shards, gathering what became of them. Doesn't belong here: the work on one
(``cluster.shard_extraction``).
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.cluster.folders import UNFINISHED, ShardSummary
from dagster_project.cluster.shard_extraction import extract_shard
from dagster_project.landing import find_files
from dagster_project.shards import is_shard

if TYPE_CHECKING:
    from collections.abc import Generator

    from distributed import Client

#: Seconds to find the scheduler.
CONNECT_SECONDS = 20


class ClusterError(RuntimeError):
    """There is no cluster to work with."""


@dataclass(frozen=True)
class Done:
    """A shard with what became of its documents; ``was_read`` False where that was known before."""

    summary: ShardSummary
    was_read: bool


@dataclass(frozen=True)
class GivenUp:
    """A shard that couldn't be read to its end, and why."""

    shard: str
    reason: str


def shards_in(paths: Iterable[Path]) -> list[Path]:
    """The shards among files, and in directories in any depth."""
    found = (file for path in paths for file in (find_files([path]) if path.is_dir() else [path]))
    return sorted({path.absolute() for path in found if is_shard(path)})


def clear_away(output: Path) -> None:
    """Remove what earlier runs left unfinished; no other run may be writing there."""
    shutil.rmtree(output / UNFINISHED, ignore_errors=True)


def extract_here(shards: Sequence[Path], output: Path) -> Iterator[Done | GivenUp]:
    """Read shards one after the other."""
    for shard in shards:
        try:
            yield Done(*extract_shard(str(shard), str(output)))
        except OSError as error:
            yield GivenUp(str(shard), error.strerror or str(error))


def extract_on_cluster(shards: Sequence[Path], output: Path, scheduler: str) -> Iterator[Done | GivenUp]:
    """Have shards read by the workers of a cluster; they come in the order in which they are done with.

    Raises:
        ClusterError: Dask isn't installed, or there is no scheduler at that address.

    """
    with _connected(scheduler) as client:
        from distributed import as_completed

        futures = {
            client.submit(extract_shard, str(shard), str(output.absolute()), pure=False): str(shard) for shard in shards
        }
        for future in as_completed(futures):
            if future.status == "finished":
                yield Done(*future.result())
            else:
                yield GivenUp(futures[future], str(future.exception()))
            future.release()


@contextmanager
def _connected(scheduler: str) -> "Generator[Client]":
    try:
        from distributed import Client
    except ImportError as error:
        message = "Dask isn't installed: pip install 'gongkai[cluster]'"
        raise ClusterError(message) from error
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        message = f"no scheduler at {scheduler}: {error}"
        raise ClusterError(message) from error
    with client:
        yield client
