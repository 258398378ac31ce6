"""What dbt's target ``lake`` needs: the warehouse as a DuckLake, tables as Parquet, their catalogue in PostgreSQL.

A plugin of dbt-duckdb (``dbt/profiles.yml`` names it). It loads DuckDB's extensions from their packages, so that
nothing is fetched from elsewhere, and hands the catalogue's password to libpq by the environment: DuckDB repeats the
address that it can't reach, and dbt prints the paths that it attaches. A command of dbt that writes holds a lock in the
catalogue: models of two runs would mingle.
Belongs here: connecting to a lake. Doesn't belong here: what is built in it (``dbt``), the address (``exports``).
"""

import importlib.util
import os
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from dbt.adapters.duckdb.credentials import Attachment, DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.flags import get_flags
from dbt_common.exceptions import DbtRuntimeError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dagster_project.exports.postgres_address import SECRETS, AddressError, check_address

CATALOGUE, DATA, WAREHOUSE = "GONGKAI_LAKE_CATALOGUE", "GONGKAI_LAKE_DATA", "GONGKAI_WAREHOUSE"
#: The names under which the lake and the published file are attached.
LAKE, PUBLISHED = "lake", "published"
EXTENSIONS = ("ducklake", "postgres_scanner")
#: What a bucket needs besides, and where DuckDB's secret finds what other libraries read from the environment.
BUCKET_EXTENSION, BUCKET = "httpfs", "s3://"
BUCKET_SETTINGS = {
    "key_id": ("AWS_ACCESS_KEY_ID",),
    "secret": ("AWS_SECRET_ACCESS_KEY",),
    "session_token": ("AWS_SESSION_TOKEN",),
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
}
SCHEME = "ducklake:postgres:"
#: The commands of dbt that write.
WRITING = {"build", "clone", "retry", "run", "run-operation", "seed", "snapshot"}
#: The number under which two of them exclude each other, and the seconds that a server may take to answer.
LOCK, CONNECT_SECONDS = 6_767_111_108, 10
#: The variables by which libpq is told what may be secret.
LIBPQ = {"password": "PGPASSWORD", "passfile": "PGPASSFILE", "sslpassword": "PGSSLPASSWORD"}


class LakeError(RuntimeError):
    """The lake can't be reached as the settings say; the message is for the user and holds no secret."""


class Plugin(BasePlugin):
    """Attaches the lake, and the published file whose staging tables it takes."""

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:  # noqa: ARG002
        """Say what is attached, by the settings in the environment."""
        try:
            catalogue, data = address(), _setting(DATA, "the folder or bucket of the lake's Parquet files")
            flags = get_flags()
            if (flags.THREADS or 1) > 1:
                raise LakeError("models of a lake are built one after the other: leave --threads out")
            if flags.WHICH in WRITING:
                write_alone(catalogue)
        except LakeError as error:
            raise DbtRuntimeError(str(error)) from None
        creds.attach = [Attachment(path=catalogue, alias=LAKE, options={"data_path": data})]
        if warehouse := os.environ.get(WAREHOUSE):
            if not Path(warehouse).is_file():
                raise DbtRuntimeError(f"{WAREHOUSE} names {warehouse}, and there is no such file")
            creds.attach.append(Attachment(path=warehouse, alias=PUBLISHED, read_only=True))

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Load the extensions before anything is attached."""
        try:
            load_extensions(conn)
        except LakeError as error:
            raise DbtRuntimeError(str(error)) from None


def connect(*options: str) -> duckdb.DuckDBPyConnection:
    """A connection with the lake attached as ``lake``, by options of DuckDB's ``attach``, such as ``read_only``.

    Raises:
        LakeError: the settings are missing or wrong, or the extensions aren't installed.
        duckdb.Error: the catalogue can't be reached; it says the address without the password.

    """
    catalogue, connection = address(), duckdb.connect()
    load_extensions(connection)
    how = f" ({', '.join(options)})" if options else ""
    connection.execute(f"attach {_quoted(catalogue)} as {LAKE}{how}")
    return connection


def address() -> str:
    """The lake's catalogue as DuckDB attaches it, without what may be secret: that goes to libpq by the environment.

    Raises:
        LakeError: the setting is missing, or no address that libpq can read.

    """
    dsn = _setting(CATALOGUE, "the PostgreSQL database of the lake's catalogue")
    try:
        check_address(dsn)
    except AddressError as error:
        raise LakeError(f"{CATALOGUE}: {error}") from None
    options = conninfo_to_dict(dsn)
    for name in SECRETS:
        if secret := options.pop(name, None):
            if name not in LIBPQ:
                raise LakeError(f"{CATALOGUE} can't hold {name}: DuckDB would print it")
            os.environ[LIBPQ[name]] = str(secret)
    return SCHEME + make_conninfo("", **options)


#: Connections of this process that hold locks, by address: they end with it, whatever ends it.
_LOCKS: dict[str, psycopg.Connection] = {}


def write_alone(catalogue: str) -> None:
    """Hold the lake for this process, until it ends.

    Raises:
        LakeError: another process holds it, or the catalogue can't be reached.

    """
    if catalogue in _LOCKS:
        return
    try:
        server = psycopg.connect(catalogue.removeprefix(SCHEME), connect_timeout=CONNECT_SECONDS, autocommit=True)
        row = server.execute("select pg_try_advisory_lock(%s)", [LOCK]).fetchone()
    except psycopg.Error as error:
        raise LakeError(f"the lake's catalogue can't be reached: {str(error).splitlines()[0]}") from None
    if row != (True,):
        server.close()
        raise LakeError("another run of dbt is writing this lake")
    _LOCKS[catalogue] = server


def load_extensions(connection: duckdb.DuckDBPyConnection) -> None:
    """Load what DuckDB needs for a lake, from the packages of the extra ``lake``; for a bucket also who may use it.

    Raises:
        LakeError: they aren't installed, or are of another version than DuckDB.

    """
    is_bucket = os.environ.get(DATA, "").startswith(BUCKET)
    for name in (*EXTENSIONS, *([BUCKET_EXTENSION] if is_bucket else [])):
        package = importlib.util.find_spec(f"duckdb_extension_{name}")
        if package is None or package.origin is None:
            raise LakeError("DuckDB's extensions for a lake aren't installed: pip install 'gongkai[lake]'")
        folder = Path(package.origin).parent / "extensions" / f"v{duckdb.__version__}"
        try:
            connection.load_extension(str(folder / f"{name}.duckdb_extension"))
        except duckdb.Error as error:
            raise LakeError(f"DuckDB's extension {name} can't be loaded: {str(error).splitlines()[0]}") from error
    if is_bucket:
        connection.execute(f"create or replace temporary secret lake_bucket ({_bucket_secret()})")


def _bucket_secret() -> str:
    """What ``create secret`` takes, from the variables that other libraries of buckets read (``AWS_…``)."""
    options = {"type": "s3"}
    for option, variables in BUCKET_SETTINGS.items():
        if value := next(filter(None, map(os.environ.get, variables)), None):
            options[option] = value
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        scheme, _, host = endpoint.rpartition("://")
        options |= {"endpoint": host.rstrip("/"), "url_style": "path", "use_ssl": str(scheme != "http").lower()}
    return ", ".join(f"{option} {_quoted(value)}" for option, value in options.items())


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _setting(variable: str, what: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise LakeError(f"{variable} isn't set: it names {what}")
    return value
