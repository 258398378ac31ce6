"""A SQLAlchemy dialect for DuckDB that Great Expectations can read through, one connection for a whole validation.

Great Expectations reads a result after it has given the connection back. The cursor of
duckdb-engine *is* the connection, so the roll-back on return drops the rows (upstream issues 10738
and 11579). Here each cursor is a DuckDB cursor of its own. All come from one connection, opened as
everybody else's is, so that others may read the file meanwhile, and all are closed at the end:
what garbage still held open would keep the file's lock.
"""

from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import duckdb_engine
from sqlalchemy import pool
from sqlalchemy.dialects import registry

DIALECT = "gongkaiduckdb"


class _Source:
    """The one connection to a database, and what closes its cursors."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, cursors: ExitStack) -> None:
        self.connection, self.cursors = connection, cursors

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self.cursors.enter_context(closing(self.connection.cursor()))


#: What is open, by the path of the database.
_OPEN: dict[str, _Source] = {}


@contextmanager
def address_of(database: Path) -> Generator[str]:
    """The address by which SQLAlchemy reads a database, as long as the block lasts."""
    path = str(database)
    with duckdb.connect(path, read_only=True) as connection, ExitStack() as cursors:
        _OPEN[path] = _Source(connection, cursors)
        try:
            yield f"{DIALECT}:///{path}"
        finally:
            del _OPEN[path]


class _Connection(duckdb_engine.ConnectionWrapper):
    """What SQLAlchemy takes for a connection; its cursors outlive it."""

    def __init__(self, source: _Source) -> None:
        super().__init__(source.connection)
        self.source = source

    def cursor(self) -> duckdb_engine.CursorWrapper:
        return duckdb_engine.CursorWrapper(self.source.cursor(), self)

    def close(self) -> None:
        self.closed = True


class ReadOnlyDuckDBDialect(duckdb_engine.Dialect):
    """duckdb-engine's dialect, read-only, with a cursor of its own for each statement."""

    supports_statement_cache = False

    @classmethod
    def get_pool_class(cls, url: Any) -> type[pool.Pool]:  # noqa: ARG003
        """No pool: the connection is there for as long as it is needed."""
        return pool.NullPool

    def connect(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        """The connection that ``address_of`` opened."""
        return _Connection(_OPEN[kwargs["database"]])


registry.register(DIALECT, __name__, ReadOnlyDuckDBDialect.__name__)
