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

from tests.fuzz.worker import Key, MakeCases, Outcome, work

#: A process needs so many seconds to begin, and so many to say where it hangs.
SECONDS_TO_BEGIN, SECONDS_TO_SAY = 120.0, 0.5
#: Anew after so many documents: what they left behind is found by then.
DOCUMENTS_OF_A_PROCESS = 5_000


class Worker:
    """A process that reads one document at a time; ``key`` is that of the one that it has now."""

    def __init__(self, make_cases: MakeCases, traces: Path) -> None:
        self._traces = traces
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs, make_cases, traces), daemon=True)
        self._process.start()
        theirs.close()
        self.key: Key | None = None
        self.done = 0
        self._since = time.monotonic()
        if not self.connection.poll(SECONDS_TO_BEGIN) or self.connection.recv() is not None:
            raise RuntimeError("a worker process doesn't begin")

    def give(self, key: Key) -> None:
        self.key, self._since = key, time.monotonic()
        self.connection.send(key)

    @property
    def seconds(self) -> float:
        """How long it has had its document."""
        return time.monotonic() - self._since

    def answer(self) -> Outcome:
        """What it says of its document; a fault where it has ended instead."""
        key, self.key = self.key or 0, None
        self.done += 1
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            self._process.join()
            return Outcome(key, fault=f"crashed: {_ending(self._process.exitcode)}\n{self._said()}")

    def stop(self) -> str:
        """End the process where it is, and return what it was doing."""
        if self._process.is_alive() and self.key is not None:
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


def outcomes(
    keys: Iterator[Key], make_cases: MakeCases, workers: int, seconds: float, traces: Path
) -> Iterator[Outcome]:
    """The outcomes of the documents, as they come; a fault for one that takes more than ``seconds``."""
    busy = [Worker(make_cases, traces / f"worker_{place}.txt") for place in range(workers)]
    for worker, key in zip(list(busy), keys, strict=False):
        worker.give(key)
    try:
        while active := [worker for worker in busy if worker.key is not None]:
            ready = wait([worker.connection for worker in active], timeout=0.5)
            for place, worker in enumerate(busy):
                outcome = _outcome(worker, worker.connection in ready, seconds)
                if outcome is None:
                    continue
                yield outcome
                if outcome.fault or worker.done >= DOCUMENTS_OF_A_PROCESS:
                    worker.stop()
                    busy[place] = worker = Worker(make_cases, traces / f"worker_{place}.txt")
                if (key := next(keys, None)) is not None:
                    worker.give(key)
    finally:
        for worker in busy:
            worker.stop()


def _outcome(worker: Worker, is_ready: bool, seconds: float) -> Outcome | None:
    """What became of a worker's document; None while it is read."""
    if worker.key is None:
        return None
    if is_ready:
        return worker.answer()
    if worker.seconds <= seconds:
        return None
    key = worker.key
    said = worker.stop()
    return Outcome(key, fault=f"hung: more than {seconds:.0f} seconds\n{said}", seconds=worker.seconds)


class Confined:
    """A worker that is asked for one document after the other, and begun anew after a fault."""

    def __init__(self, make_cases: MakeCases, traces: Path, seconds: float) -> None:
        self._make_cases, self._traces, self._seconds = make_cases, traces / "worker.txt", seconds
        self._worker = Worker(make_cases, self._traces)

    def outcome(self, key: Key) -> Outcome:
        self._worker.give(key)
        outcome = None
        while outcome is None:
            outcome = _outcome(self._worker, self._worker.connection.poll(0.5), self._seconds)
        if outcome.fault:
            self._worker.stop()
            self._worker = Worker(self._make_cases, self._traces)
        return outcome

    def stop(self) -> None:
        self._worker.stop()
