"""A reader for tests that some documents are the end of: what it does with a document the document says."""

import os
import signal
import time
from pathlib import Path

from dagster_project.reading.worker import Reader, seeds_reader
from extract import Document
from extract.together import Stages


class PoisonedReader:
    """Reads as the project's own reader does."""

    def __init__(self) -> None:
        self._reader: Reader = seeds_reader()

    def stages(self, document: Document) -> Stages:
        """Read one document, or come to the end that it asks for."""
        said = document.content[:20].split(b"\n")[0]
        if said == b"crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        if said == b"crash later":
            yield
            os.kill(os.getpid(), signal.SIGSEGV)
        if said == b"hang":
            time.sleep(3600)
        if said == b"memory":
            bytearray(64 * 1024**3)
        if said == b"once" and (place := Path(document.content.decode().splitlines()[1])).exists():
            # the first process that comes here ends
            place.unlink()
            os._exit(3)
        return (yield from self._reader.stages(document))


def reader() -> Reader:
    """A poisoned reader."""
    return PoisonedReader()


def no_reader() -> Reader:
    """None: the process ends before it has begun."""
    os._exit(7)


def broken_reader() -> Reader:
    """None, by a fault of ours."""
    raise ValueError("no catalogue")
