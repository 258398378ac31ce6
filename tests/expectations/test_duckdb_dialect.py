"""The dialect through which Great Expectations reads DuckDB: the traps it is there for."""

from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from expectations.duckdb_dialect import address_of


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "a.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table numbers as select range as number from range(5)")
    return path


def test_rows_outlive_the_connection(database: Path) -> None:
    """What duckdb-engine loses: a result that is read after its connection was given back."""
    with address_of(database) as address:
        with sa.create_engine(address).connect() as connection:
            result = connection.execute(sa.text("select number from numbers order by number"))
        assert result.fetchall() == [(0,), (1,), (2,), (3,), (4,)]


def test_nothing_can_be_written(database: Path) -> None:
    with (
        address_of(database) as address,
        pytest.raises(DBAPIError, match="read-only"),
        sa.create_engine(address).connect() as connection,
    ):
        connection.execute(sa.text("delete from numbers"))


def test_others_may_read_meanwhile(database: Path) -> None:
    with address_of(database) as address, sa.create_engine(address).connect() as connection:
        connection.execute(sa.text("select 1"))
        with duckdb.connect(str(database), read_only=True) as other:
            assert other.execute("select count(*) from numbers").fetchone() == (5,)


def test_no_lock_is_left_on_the_file(database: Path) -> None:
    """Even while a result is still held by somebody."""
    with address_of(database) as address, sa.create_engine(address).connect() as connection:
        held = connection.execute(sa.text("select number from numbers"))
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into numbers values (9)")
    del held
