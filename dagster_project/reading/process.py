"""One process that reads, as the one that started it sees it.

Belongs here: starting it, what it is doing, ending it. Doesn't belong here: what is read when (``pool``), what runs in
the process (``worker``).
"""

import os
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.reading.worker import Failure, Task
from dagster_project.settings import PROJECT_DIRECTORY

if TYPE_CHECKING:
    from dagster_project.reading.pool import Chunk

#: That it is ready; the document of which it begins a stage, by its number; where the results of its chunk are; why it
#: can't go on.
Said = int | Path | Failure | None


class ReadingProcess:
    """A process of its own; it ends with this one, whatever ends this one.

    No copy of this process: DuckDB and Dagster have threads, which don't survive in one.
    """

    def __init__(self, task: Task, folder: Path) -> None:
        self.connection, theirs = Pipe()
        with theirs:
            start = "from dagster_project.reading.worker import main; main()"
            command = [sys.executable, "-c", start, str(theirs.fileno()), str(folder)]
            paths = [str(PROJECT_DIRECTORY), os.environ.get("PYTHONPATH", "")]
            # frames are small, and other processes have the other cores
            environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "POLARS_MAX_THREADS": "1"}
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=environment
            )
        self.connection.send(task)
        #: What it has been given and hasn't read: the first of them is what it reads, or reads next.
        self.chunks: deque[Chunk] = deque()
        #: The number of the document in the first chunk that it is at; None between chunks.
        self.document: int | None = None
        self.is_ready = False
        self._since = time.monotonic()

    def read(self, chunk: "Chunk") -> None:
        """Hand it a chunk."""
        self.chunks.append(chunk)
        with suppress(BrokenPipeError, ConnectionResetError):  # that it has ended shows when it is listened to
            self.connection.send(chunk.documents)

    def heard(self) -> tuple[list[Said], Exception | None]:
        """What it has said since it was last listened to, and the error when it says no more."""
        said: list[Said] = []
        try:
            while self.connection.poll():
                said.append(self.connection.recv())
        except (EOFError, OSError) as error:
            return said, error
        return said, None

    def begins(self, document: int) -> None:
        """Take down that it begins a stage of a document."""
        self.document, self._since = document, time.monotonic()

    def ends_chunk(self) -> "Chunk":
        """Take down that it has read its first chunk."""
        self.document, self._since = None, time.monotonic()
        return self.chunks.popleft()

    @property
    def seconds(self) -> float:
        """How long it has been at what it does."""
        return time.monotonic() - self._since

    def end(self, patience: float) -> str:
        """End it, when it doesn't by itself in so many seconds, and say how: ``SIGSEGV``, or ``exit code 1``."""
        self.connection.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self._process.kill()
        code = self._process.wait()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"
