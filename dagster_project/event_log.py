"""Dagster's event log in SQLite, with connections that are kept.

Dagster's own storage opens a connection for every event, and each waits for the disk; a build has some eight hundred.
Belongs here: nothing but keeping connections. Doesn't belong here: what is logged (``defs``).
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage, _event_logs_directory
from dagster._serdes import ConfigurableClassData
from sqlalchemy import event

_NO_COPIES = ConfigurableClassData(NoOpComputeLogManager.__module__, NoOpComputeLogManager.__name__, "{}\n")


class KeptConnectionsEventLog(SqliteEventLogStorage):
    """The event log with one connection for each of its files, for the life of the process."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, sa.Engine] = {}
        super().__init__(base_dir, inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Generator[sa.Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> sa.Engine:
        if shard not in self._engines:
            engine = sa.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=sa.StaticPool,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            event.listen(engine, "connect", _write_without_waiting)
            self._engines[shard] = engine
        return self._engines[shard]

    def dispose(self) -> None:
        """Close the connections."""
        super().dispose()
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


class StorageWithKeptConnections(DagsterSqliteStorage):
    """Dagster's storage in SQLite, its files as they always are, with this event log."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = KeptConnectionsEventLog(_event_logs_directory(base_dir))

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "StorageWithKeptConnections":
        """As Dagster makes it from an instance's reference."""
        return cls.from_local(inst_data=inst_data, **config_value)


def instance_reference(home: Path) -> InstanceRef:
    """The instance in Dagster's home, with this event log unless its ``dagster.yaml`` configures another storage.

    The web UI reads the files as it would those of Dagster's own storage. What a build writes on the terminal stays
    there: Dagster would copy it by way of four processes, which outlive a build that is stopped.
    """
    reference = InstanceRef.from_dir(str(home))._replace(compute_logs_data=_NO_COPIES)
    own = reference.storage_data
    if own is None or own.class_name != DagsterSqliteStorage.__name__:
        return reference
    kept = own._replace(module_name=__name__, class_name=StorageWithKeptConnections.__name__)
    return reference._replace(storage_data=kept)


def _write_without_waiting(connection: Any, _: object) -> None:
    """With a write-ahead log, NORMAL loses no consistency, and at a power cut at most the last events."""
    connection.execute("PRAGMA synchronous = NORMAL")
