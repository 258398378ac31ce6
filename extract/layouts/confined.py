"""Runs a reader in a copy of the process, where a document may take as much time and memory as it is given.

Belongs here: the copy, its limits, getting back what it read. Doesn't belong here: which documents need it. It is
for what a library in C does without end or without saying so: nothing in this process can stop that.
"""

import gc
import os
import pickle
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from extract.layouts.stream import Refused

if sys.platform != "win32":
    import resource

#: A copy that takes more seconds is ended, or one that takes so many bytes more than this process has.
MOST_SECONDS, MOST_MORE_BYTES = 20, 1024**3

_READ_BYTES = 1024**2
_Result = TypeVar("_Result")


def confined(read: Callable[[bytes], _Result], content: bytes) -> _Result:
    """What ``read`` gives for a document; called as it is where processes can't be copied.

    Raises:
        Refused: as ``read`` does, or because it came to an end by its limits, or by a fault of its own.

    """
    if not hasattr(os, "fork"):
        return read(content)
    receiving, sending = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(receiving)
        _in_copy(read, content, sending)
    os.close(sending)
    try:
        answer = _received(receiving)
    finally:
        os.close(receiving)
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(process, 0)
    if answer is None:
        raise Refused("too_large", f"takes more than {MOST_SECONDS} seconds, or more than its share of memory")
    if isinstance(answer, Exception):
        raise answer
    return answer[0]


def _received(receiving: int) -> tuple | Exception | None:
    """What the copy has sent, when it has ended in time and in order."""
    pieces: list[bytes] = []
    end = time.monotonic() + MOST_SECONDS
    while (left := end - time.monotonic()) > 0 and select.select([receiving], [], [], left)[0]:
        piece = os.read(receiving, _READ_BYTES)
        if not piece:
            with suppress(EOFError, pickle.UnpicklingError):
                return pickle.loads(b"".join(pieces))
            return None
        pieces.append(piece)
    return None


def _in_copy(read: Callable[[bytes], _Result], content: bytes, sending: int) -> None:
    """Read, answer, and end, without anything that belongs to the other process."""
    try:
        # what other threads of that process hold is not to be cleared away here
        gc.disable()
        _limit_memory()
        # nobody ends this copy when the process that made it was killed
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        try:
            answer: object = (read(content),)
        except Exception as error:
            answer = None if isinstance(error, MemoryError) else error
        with os.fdopen(sending, "wb") as stream:
            stream.write(pickle.dumps(answer))
    finally:
        os._exit(0)


def _limit_memory() -> None:
    """Bound the address space of this process, where the system tells how large it is."""
    with suppress(OSError):
        now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = now + MOST_MORE_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit if soft == resource.RLIM_INFINITY else min(limit, soft), hard))
