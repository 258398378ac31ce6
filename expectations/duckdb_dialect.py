"""A SQLAlchemy dialect for DuckDB that Great Expectations can read through: ``gongkaiduckdb:///FILE``.

Great Expectations reads a result after it has given the connection back. The cursor of
duckdb-engine *is* the connection, so the roll-back on return drops the rows (upstream issues 10738
and 11579). Here each cursor is a DuckDB cursor of its own, connections are read-only, and no pool
keeps the file open: an idle connection would hold the file's lock.
"""

from typing import Any

import duckdb_engine
from sqlalchemy import pool
from sqlalchemy.dialects import registry

DIALECT = "gongkaiduckdb"


class _Connection(duckdb_engine.ConnectionWrapper):
    """A connection whose cursors outlive it."""

    @property
    def duckdb_connection(self) -> Any:
        return self._ConnectionWrapper__c  # type: ignore[attr-defined]

    def cursor(self) -> duckdb_engine.CursorWrapper:
        return duckdb_engine.CursorWrapper(self.duckdb_connection.cursor(), self)

    def close(self) -> None:
        # closing the connection would close the cursors that are still to be read
        self._ConnectionWrapper__c = None
        self.closed = True


class ReadOnlyDuckDBDialect(duckdb_engine.Dialect):
    """duckdb-engine's dialect, read-only, with a cursor of its own for each statement."""

    supports_statement_cache = False

    @classmethod
    def get_pool_class(cls, url: Any) -> type[pool.Pool]:  # noqa: ARG003
        """No pool: a connection is closed when it is given back."""
        return pool.NullPool

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        """Open the file read-only."""
        kwargs.setdefault("config", {}).setdefault("access_mode", "READ_ONLY")
        wrapped: Any = super().connect(*args, **kwargs)
        return _Connection(wrapped._ConnectionWrapper__c)


registry.register(DIALECT, __name__, ReadOnlyDuckDBDialect.__name__)
