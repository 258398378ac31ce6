"""Hands documents to worker processes, and finds which one made a process crash, hang or grow.

Belongs here: processes and their limits of time. Doesn't belong here: reading (``tests.fuzz.worker``), the
summary (``tests.fuzz.summary``).
"""

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from multiprocessing.connection import wait
from pathlib import Path

from tests.fuzz.worker import Outcome, work

#: A process needs so many seconds to begin, and so many to say where it hangs.
SECONDS_TO_BEGIN, SECONDS_TO_SAY = 120.0, 0.5
#: Anew after so many documents: what they left behind is found by then.
DOCUMENTS_OF_A_PROCESS = 5_000


class Worker:
    """A process that reads one document at a time; ``number`` is the one that it has now."""

    def __init__(self, seed: int, traces: Path) -> None:
        self._traces = traces
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs, seed, traces), daemon=True)
        self._process.start()
        theirs.close()
        self.number: int | None = None
        self.done = 0
        self._since = time.monotonic()
        if not self.connection.poll(SECONDS_TO_BEGIN) or self.connection.recv() is not None:
            raise RuntimeError("a worker process doesn't begin")

    def give(self, number: int) -> None:
        self.number, self._since = number, time.monotonic()
        self.connection.send(number)

    @property
    def seconds(self) -> float:
        """How long it has had its document."""
        return time.monotonic() - self._since

    def answer(self) -> Outcome:
        """What it says of its document; a fault where it has ended instead."""
        number, self.number = self.number or 0, None
        self.done += 1
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            self._process.join()
            return Outcome(number, "", fault=f"crashed: {_ending(self._process.exitcode)}\n{self._said()}")

    def stop(self) -> str:
        """End the process where it is, and return what it was doing."""
        if self._process.is_alive() and self.number is not None:
            os.kill(self._process.pid or 0, signal.SIGUSR1)
            time.sleep(SECONDS_TO_SAY)
        self._process.kill()
        self._process.join()
        self.connection.close()
        return self._said()

    def _said(self) -> str:
        with contextlib.suppress(OSError):
            return self._traces.read_text()
        return ""


def _ending(code: int | None) -> str:
    return signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"


def outcomes(numbers: Iterator[int], seed: int, workers: int, seconds: float, traces: Path) -> Iterator[Outcome]:
    """The outcomes of the documents, as they come; a fault for one that takes more than ``seconds``."""
    busy = [Worker(seed, traces / f"worker_{place}.txt") for place in range(workers)]
    for worker, number in zip(list(busy), numbers, strict=False):
        worker.give(number)
    try:
        while active := [worker for worker in busy if worker.number is not None]:
            ready = wait([worker.connection for worker in active], timeout=0.5)
            for place, worker in enumerate(busy):
                outcome = _outcome(worker, worker.connection in ready, seconds)
                if outcome is None:
                    continue
                yield outcome
                if outcome.fault or worker.done >= DOCUMENTS_OF_A_PROCESS:
                    worker.stop()
                    busy[place] = worker = Worker(seed, traces / f"worker_{place}.txt")
                if (number := next(numbers, None)) is not None:
                    worker.give(number)
    finally:
        for worker in busy:
            worker.stop()


def _outcome(worker: Worker, is_ready: bool, seconds: float) -> Outcome | None:
    """What became of a worker's document; None while it is read."""
    if worker.number is None:
        return None
    if is_ready:
        return worker.answer()
    if worker.seconds <= seconds:
        return None
    number = worker.number
    said = worker.stop()
    return Outcome(number, "", fault=f"hung: more than {seconds:.0f} seconds\n{said}", seconds=worker.seconds)
