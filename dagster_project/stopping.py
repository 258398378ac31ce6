"""What a build does when it is told to stop: it says so and ends at once, with the warehouse as it was.

Belongs here: signals. Doesn't belong here: mending what a stopped build leaves (``recovery``): as any moment must be
good enough for ``kill -9``, there is nothing to wait for. Neither dbt's threads nor a query are interrupted halfway,
which they don't survive in order.
"""

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import resource_tracker
from pathlib import Path

from dagster_project.whole_files import MOVING

#: The longest that marking the run in Dagster's log may take, in seconds.
PATIENCE = 5


class Stopping:
    """Waits for SIGINT, SIGTERM or SIGHUP in a thread of its own; those that are ignored stay so.

    To be made before any other thread begins, in the main one: threads begin with the signals of theirs. So do other
    programs that are started, which can't be asked to end then: those that a build starts (``reading.process``) end
    with it, and let the signals through again.
    """

    def __init__(self, warehouse: Path, say: Callable[[str], None]) -> None:
        self._warehouse, self._say = warehouse, say
        self._before = _identity(warehouse)
        #: What is done before the end, for at most ``PATIENCE`` seconds.
        self.farewell: Callable[[str], None] = lambda _: None
        # it would let the signals through again when it is first needed
        resource_tracker.ensure_running()
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        watched = {number for number in signals if signal.getsignal(number) != signal.SIG_IGN}
        signal.pthread_sigmask(signal.SIG_BLOCK, watched)
        threading.Thread(target=self._wait, args=(watched,), daemon=True, name="stopping").start()

    def _wait(self, watched: set[signal.Signals]) -> None:
        name = signal.Signals(signal.sigwait(watched)).name
        with MOVING:
            if _identity(self._warehouse) != self._before:
                return  # what is left to do takes a moment
            goodbye = threading.Thread(target=self._farewell, args=(name,), daemon=True)
            goodbye.start()
            goodbye.join(PATIENCE)
            self._say(f"stopped by {name}: the warehouse is as it was before")
            os._exit(1)

    def _farewell(self, name: str) -> None:
        with suppress(Exception):
            self.farewell(f"stopped by {name}")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
