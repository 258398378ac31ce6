"""The warehouse in a DuckLake: the same tables as in the file, read and written by other processes.

Belongs here: dbt's target ``lake``. Doesn't belong here: what the models compute.
"""

import os
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import fsspec
import pytest
from moto.server import ThreadedMotoServer

from dagster_project.lake import LakeError, address, connect, write_alone
from dagster_project.settings import DBT_DIRECTORY, NO_TELEMETRY, PROJECT_DIRECTORY
from tests.postgres import postgres

DBT = Path(sys.executable).parent / "dbt"
PASSWORD = "gehe!m-4711"

IN_THE_LAKE = """
import sys
from dagster_project.lake import connect

print(connect(*sys.argv[2:]).execute(sys.argv[1]).fetchall())
"""


@dataclass(frozen=True)
class Lake:
    """Where it is, and what dbt said when it was built."""

    environment: dict[str, str]
    folder: Path
    said: str

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A program with the lake's settings."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GONGKAI_")}
        paths = {"PYTHONPATH": str(PROJECT_DIRECTORY)}
        everything = clean | paths | NO_TELEMETRY | self.environment | environment
        return subprocess.run(arguments, capture_output=True, text=True, env=everything, check=False)

    def dbt(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        project = [f"--project-dir={DBT_DIRECTORY}", f"--profiles-dir={DBT_DIRECTORY}", "--target=lake"]
        own = [f"--target-path={self.folder / 'target'}", f"--log-path={self.folder / 'logs'}"]
        return self.run(str(DBT), *arguments, *project, *own, **environment)

    def elsewhere(self, query: str, *, read_only: bool = True) -> str:
        """What another process is told, its error or its rows."""
        how = ["read_only"] if read_only else []
        done = self.run(sys.executable, "-W", "ignore", "-c", IN_THE_LAKE, query, *how)
        return done.stdout.strip() or done.stderr

    def connect(self, *options: str) -> duckdb.DuckDBPyConnection:
        os.environ.update(self.environment)
        return connect(*options)


@pytest.fixture(scope="module")
def lake(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Lake]:
    """The samples' warehouse, its models built once more in a lake; the server isn't asked to write through."""
    folder = tmp_path_factory.mktemp("lake")
    with postgres() as server:
        catalogue = server.replace("postgres:@", f"postgres:{PASSWORD.replace('!', '%21')}@")
        catalogue += "&options=-csynchronous_commit%3Doff"
        settings = {"GONGKAI_LAKE_CATALOGUE": catalogue, "GONGKAI_LAKE_DATA": str(folder / "data")}
        empty = Lake(settings, folder, "")
        loaded = empty.dbt("run-operation", "load_staging", GONGKAI_WAREHOUSE=str(sample_warehouse))
        assert loaded.returncode == 0, loaded.stdout + loaded.stderr
        built = empty.dbt("build", "--exclude-resource-type", "unit_test")
        assert built.returncode == 0, built.stdout + built.stderr
        yield Lake(settings, folder, loaded.stdout + loaded.stderr + built.stdout + built.stderr)


def test_every_table_is_as_in_the_file(lake: Lake, sample_warehouse: Path) -> None:
    """With ``except all`` both ways; staging and the catalogue's seeds, too."""
    connection = lake.connect("read_only")
    connection.execute(f"attach '{sample_warehouse}' as file (read_only)")
    tables = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'file'"
    ).fetchall()
    different = []
    for (table,) in tables:
        one, other = f"from file.{table}", f"from lake.{table}"
        query = f"select count(*) from (({one} except all {other}) union all ({other} except all {one}))"
        if connection.execute(query).fetchall() != [(0,)]:
            different.append(table)
    assert different == []
    assert {"marts.fct_applications", "quality.identity_results", "staging.cells"} <= {table for (table,) in tables}


def test_views_and_descriptions_are_there(lake: Lake, sample_warehouse: Path) -> None:
    connection = lake.connect("read_only")
    connection.execute(f"attach '{sample_warehouse}' as file (read_only)")
    assert connection.execute("select count(*) from lake.intermediate.int_figures").fetchall() > [(0,)]
    comments = [
        connection.execute(
            "select table_name, column_name, comment from duckdb_columns() "
            f"where database_name = '{database}' and schema_name = 'marts' order by all"
        ).fetchall()
        for database in ("file", "lake")
    ]
    assert comments[0] == comments[1] != []


def test_the_password_is_nowhere(lake: Lake) -> None:
    written = [path for path in lake.folder.rglob("*") if path.is_file()]
    assert len(written) > 100
    for form in (PASSWORD, PASSWORD.replace("!", "%21")):
        assert form not in lake.said
        assert [path for path in written if form.encode() in path.read_bytes()] == []


def test_another_process_reads_and_another_writes(lake: Lake) -> None:
    count = "select count(*) from lake.marts.dim_report"
    reports = lake.elsewhere(count)
    assert int(reports.strip("[(,)]")) > 10
    assert "read-only" in lake.elsewhere("delete from lake.marts.dim_report")
    reader = lake.connect("read_only")
    ((before,),) = reader.execute("select max(snapshot_id) from lake.snapshots()").fetchall()
    writing = "create schema if not exists lake.own; create table lake.own.notes as select 'a note' as note"
    assert "Error" not in lake.elsewhere(writing, read_only=False)
    assert reader.execute("from lake.own.notes").fetchall() == [("a note",)]
    # a snapshot is a reader's to keep
    kept = lake.connect("read_only", f"snapshot_version {before}")
    with pytest.raises(duckdb.CatalogException):
        kept.execute("from lake.own.notes")


def test_of_two_who_write_a_table_at_once_one_is_told(lake: Lake) -> None:
    """Nothing of the second is kept, and it may try again; tables that differ are no conflict."""
    one, other = lake.connect(), lake.connect()
    one.execute("create schema if not exists lake.two; create or replace table lake.two.a as select 0 as x")
    for connection, x in ((one, 1), (other, 2)):
        connection.begin()
        connection.execute(f"create or replace table lake.two.a as select {x} as x")
        connection.execute(f"create table lake.two.of_{x} as select {x} as x")
    one.commit()
    with pytest.raises(duckdb.TransactionException, match="Transaction conflict"):
        other.commit()
    assert one.execute("from lake.two.a").fetchall() == [(1,)]
    other.begin()
    other.execute("create table lake.two.of_2 as select 2 as x")
    one.execute("create table lake.two.of_3 as select 3 as x")
    other.commit()
    assert one.execute("from lake.two.of_2 union all from lake.two.of_3").fetchall() == [(2,), (3,)]


def test_two_runs_of_dbt_do_not_mingle(lake: Lake) -> None:
    os.environ.update(lake.environment)
    write_alone(address())
    done = lake.dbt("run", "--select", "dim_agency_type")
    assert done.returncode != 0
    assert "another run of dbt is writing this lake" in done.stdout


def test_several_threads_are_refused(lake: Lake) -> None:
    """Their transactions get into each other's way: https://github.com/duckdb/ducklake/issues/1248."""
    done = lake.dbt("run", "--select", "dim_agency_type", "--threads", "2")
    assert done.returncode != 0
    assert "one after the other" in done.stdout


@pytest.mark.parametrize(
    ("catalogue", "said"),
    [
        (None, "GONGKAI_LAKE_CATALOGUE isn't set"),
        ("postgresql://u:geheim@x@h/d", "password holds a character"),
        ("nonsense geheim", "can't be read"),
        ("host=127.0.0.1 port=1 oauth_client_secret=geheim", "can't hold oauth_client_secret"),
        ("postgresql://u:geheim@127.0.0.1:1/d", "can't be reached"),
    ],
)
def test_a_wrong_address_is_answered_without_its_password(
    monkeypatch: pytest.MonkeyPatch, catalogue: str | None, said: str
) -> None:
    monkeypatch.delenv("GONGKAI_LAKE_CATALOGUE", raising=False)
    if catalogue:
        monkeypatch.setenv("GONGKAI_LAKE_CATALOGUE", catalogue)
    with pytest.raises(LakeError, match=said) as error:
        write_alone(address())
    assert "geheim" not in str(error.value)
    if said == "can't be reached":
        with pytest.raises(duckdb.IOException) as unreachable:
            connect("read_only")
        assert "geheim" not in str(unreachable.value)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Generator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "no'thing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir("lake")
    yield "lake"
    server.stop()


def test_a_bucket_holds_the_tables(bucket: str, tmp_path: Path) -> None:
    """The same server of buckets, keys and region as for the landing store."""
    with postgres() as server:
        settings = {"GONGKAI_LAKE_CATALOGUE": server, "GONGKAI_LAKE_DATA": f"s3://{bucket}/tables"}
        lake = Lake(settings, tmp_path, "")
        connection = lake.connect(f"data_path '{settings['GONGKAI_LAKE_DATA']}'")
        connection.execute("create table lake.main.numbers as from range(1000)")
        assert lake.elsewhere("select sum(range)::int from lake.main.numbers") == "[(499500,)]"
        files = fsspec.filesystem("s3", skip_instance_cache=True).find(bucket)
        assert [path.rsplit(".", 1)[1] for path in files] == ["parquet"]
        connection.close()
