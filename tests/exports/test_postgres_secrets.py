"""The password of an address reaches no output, no log and no table of Dagster's."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import dagster as dg
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.exports.postgres_address import AddressError, check_address, masked
from dagster_project.settings import Settings
from tests.conftest import gongkai

PASSWORD = "gr8-s3cret/w@rd"


def with_password(server: str, password: str) -> str:
    """The server's address for a user with a password."""
    host = conninfo_to_dict(server)["host"]
    return f"postgresql://secretive:{quote(password, safe='')}@/postgres?{urlencode({'host': str(host)})}"


@pytest.fixture
def secretive(server: str) -> Iterator[str]:
    """A user whom the server asks for a password; the address with the right one."""
    with psycopg.connect(server, autocommit=True) as connection:
        rules = Path(str((connection.execute("show hba_file").fetchone() or [""])[0]))
        before = rules.read_text()
        rules.write_text("local all secretive scram-sha-256\n" + before)
        connection.execute(f"create role secretive login superuser password '{PASSWORD}'")
        connection.execute("select pg_reload_conf()")
    yield with_password(server, PASSWORD)
    rules.write_text(before)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("select pg_reload_conf()")
        for schema in ("marts", "quality"):
            connection.execute(f"drop schema if exists {schema} cascade")
        connection.execute("reassign owned by secretive to postgres")
        connection.execute("drop owned by secretive")
        connection.execute("drop role secretive")


def test_password_reaches_no_output(secretive: str, server: str, sample_warehouse: Path) -> None:
    done = gongkai("publish", "postgres", secretive, "--warehouse", sample_warehouse)
    assert done.returncode == 0, done.stderr
    assert_silent(done.stdout + done.stderr)
    for wrong in (
        with_password(server, PASSWORD + "x"),
        f"postgresql://secretive:{PASSWORD}@127.0.0.1:1/x",
        f"postgresql://secretive:{quote(PASSWORD, safe='')}@127.0.0.1:1/x",
        f"host=127.0.0.1 port=1 password={PASSWORD}",
        f"host=127.0.0.1 port=1 password={PASSWORD} oh no",
        f"host=127.0.0.1 port=1 passwort={PASSWORD}",
        f"postgresql://secretive:{quote(PASSWORD, safe='')}@127.0.0.1:1/x?nothing={quote(PASSWORD, safe='')}",
    ):
        arguments = ["publish", "postgres", "--warehouse", str(sample_warehouse)]
        said = CliRunner().invoke(app, arguments, env={"GONGKAI_POSTGRES": wrong}, terminal_width=1000)
        assert said.exit_code in {1, 2}
        assert said.output.splitlines()[-1].startswith("gongkai: ")
        assert_silent(said.output)


def assert_silent(said: str) -> None:
    for secret in (PASSWORD, quote(PASSWORD, safe=""), quote(PASSWORD), "s3cret", "w@rd"):
        assert secret not in said


def test_server_that_is_not_there(sample_warehouse: Path) -> None:
    done = gongkai("publish", "postgres", "postgresql://u:hunter2@127.0.0.1:1/x", "--warehouse", sample_warehouse)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        'gongkai: nothing was published: connection failed: connection to server at "127.0.0.1", port 1 failed: '
        "Connection refused"
    )


@pytest.mark.parametrize("dsn", ["", " ", "postgresql://u:p@ss@h/d", "postgresql://u:p/ss@h/d", "no dsn", "a=b"])
def test_addresses_that_cannot_be_used_are_not_repeated(dsn: str) -> None:
    with pytest.raises(AddressError, match=r"postgresql://user:password@host:5432/database") as caught:
        check_address(dsn)
    assert "ss@h" not in str(caught.value)


def test_masking_covers_each_form_of_a_password() -> None:
    dsn = "postgresql://u:a%2Fb%20c@h/d"
    assert masked("a%2Fb%20c and a/b c at h", dsn) == "*** and *** at h"
    assert masked("it is x y", "host=h password='x y'") == "it is ***"


def test_asset_keeps_the_password_out_of_dagster(
    secretive: str, server: str, sample_warehouse: Path, tmp_path: Path
) -> None:
    from dagster_project.defs.published.postgres import published_postgres

    resources = {"settings": Settings((), sample_warehouse)}
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        os.environ["GONGKAI_POSTGRES"] = secretive
        assert dg.materialize([published_postgres], instance=instance, resources=resources).success
        for wrong in (with_password(server, PASSWORD + "x"), f"postgresql://secretive:{PASSWORD}@127.0.0.1:1/x"):
            os.environ["GONGKAI_POSTGRES"] = wrong
            failed = dg.materialize([published_postgres], instance=instance, resources=resources, raise_on_error=False)
            assert not failed.success
        event = instance.get_latest_materialization_event(dg.AssetKey(["published", "postgres"]))
        assert event and event.asset_materialization
        address = str(event.asset_materialization.metadata["address"].value)
        assert address.startswith("user=secretive dbname=postgres")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(b"secretive" in path.read_bytes() for path in files)
    for path in files:
        assert_silent(path.read_bytes().decode("utf-8", "replace"))
