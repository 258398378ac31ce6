"""New tables in the place of old ones, while readers read: no reader gets an error, an empty table, or half of each.

A reader keeps a shared lock on each table that it has touched until its transaction ends. The swap therefore takes an
exclusive lock on all old tables first: whoever has read one of them ends before, whoever comes later waits and finds
the new ones. It gives up and begins again long before PostgreSQL would take the two for a deadlock.
"""

import time
from collections.abc import Sequence

import psycopg
from psycopg import errors, sql

from dagster_project.exports.tables import Table

#: PostgreSQL looks for deadlocks after a second (``deadlock_timeout``): all locks of a try are there before that.
TRY_SECONDS, LOCK_SECONDS, PAUSE_SECONDS = 0.4, 0.2, 0.1
#: The comment of a schema begins with this, and lists the tables that were published into it.
MARK = "Published by gongkai 由 gongkai 发布: "


class SwapError(RuntimeError):
    """The tables can't be put in place; the message is for the user."""


def new_schema(schema: str) -> str:
    """The schema that the tables of a schema are loaded into."""
    return f"{schema}__new"


def check_ours(server: psycopg.Connection, tables: Sequence[Table]) -> None:
    """Refuse to replace a table that no publication has made.

    Raises:
        SwapError: there is one.

    """
    for schema in _schemas(tables):
        ours = set(_published(server, schema))
        for name in (table.name for table in tables if table.schema == schema):
            if name not in ours and _exists(server, schema, name):
                raise SwapError(
                    f"{schema}.{name} is there already and wasn't published by gongkai; nothing was changed"
                )


def ensure_reader(server: psycopg.Connection, reader: str) -> str | None:
    """Make the role that reads, where it is missing; what an administrator should do where that isn't allowed."""
    row = server.execute(
        "select exists (select from pg_roles where rolname = %s), rolsuper or rolcreaterole, rolname = %s "
        "from pg_roles where rolname = current_user",
        [reader, reader],
    ).fetchone()
    exists, allowed, itself = row or (False, False, False)
    if itself:
        raise SwapError(f"the role {reader} publishes, so it can't be the one that only reads; name another")
    if exists:
        return None
    create = sql.SQL("create role {} nologin").format(sql.Identifier(reader))
    if not allowed:
        return (
            f"the role {reader} doesn't exist and this user may not make it: have an administrator run "
            f"`{create.as_string(server)}` and publish again"
        )
    server.execute(create)
    return None


def put_in_place(server: psycopg.Connection, tables: Sequence[Table], patience_seconds: float) -> None:
    """Drop the tables of the publication before and move the new ones to their schemas.

    Raises:
        SwapError: readers hold the old tables for longer than ``patience_seconds``, or other objects need them.

    """
    old = {schema: _published(server, schema) for schema in _schemas(tables)}
    names = [sql.Identifier(schema, name) for schema in old for name in old[schema] if _exists(server, schema, name)]
    if names:
        _lock(server, sql.SQL(", ").join(names), patience_seconds)
        try:
            server.execute(sql.SQL("drop table {}").format(sql.SQL(", ").join(names)))
        except errors.DependentObjectsStillExist as error:
            detail = " ".join((error.diag.message_detail or "").split())
            raise SwapError(f"other objects need the published tables ({detail}); nothing was changed") from error
    for schema in old:
        _move(server, schema, [table.name for table in tables if table.schema == schema])


def allow_reading(server: psycopg.Connection, tables: Sequence[Table], reader: str) -> None:
    """Let the role read the tables, and those that this user makes in the schemas later; nothing else."""
    role = sql.Identifier(reader)
    for schema in _schemas(tables):
        of = [sql.Identifier(schema, table.name) for table in tables if table.schema == schema]
        for statement in (
            sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(schema), role),
            sql.SQL("grant select on {} to {}").format(sql.SQL(", ").join(of), role),
            sql.SQL("alter default privileges in schema {} grant select on tables to {}").format(
                sql.Identifier(schema), role
            ),
        ):
            server.execute(statement)


def _lock(server: psycopg.Connection, names: sql.Composable, patience_seconds: float) -> None:
    """Lock all tables against readers, in short tries."""
    lock = sql.SQL("lock table {} in access exclusive mode").format(names)
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            with server.transaction():
                for setting, seconds in (("lock_timeout", LOCK_SECONDS), ("statement_timeout", TRY_SECONDS)):
                    server.execute("select set_config(%s, %s, true)", [setting, f"{seconds * 1000:.0f}"])
                server.execute(lock)
                server.execute("set local lock_timeout = default")
                server.execute("set local statement_timeout = default")
                return
        except (errors.LockNotAvailable, errors.QueryCanceled) as error:
            if time.monotonic() > deadline:
                raise SwapError(
                    f"readers have held the published tables for {patience_seconds:g} s; nothing was changed"
                ) from error
            time.sleep(PAUSE_SECONDS)


def _move(server: psycopg.Connection, schema: str, names: Sequence[str]) -> None:
    into, loaded = sql.Identifier(schema), new_schema(schema)
    server.execute(sql.SQL("create schema if not exists {}").format(into))
    for name in names:
        server.execute(sql.SQL("alter table {} set schema {}").format(sql.Identifier(loaded, name), into))
    server.execute(sql.SQL("drop schema {}").format(sql.Identifier(loaded)))
    server.execute(sql.SQL("comment on schema {} is {}").format(into, MARK + ", ".join(names)))


def _published(server: psycopg.Connection, schema: str) -> list[str]:
    """The tables that the publication before put into a schema."""
    row = server.execute(
        "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s", [schema]
    ).fetchone()
    said = str(row[0]) if row and row[0] else ""
    return said.removeprefix(MARK).split(", ") if said.startswith(MARK) else []


def _exists(server: psycopg.Connection, schema: str, name: str) -> bool:
    """Whether a table, view or the like of this name is there."""
    query = "select from pg_class join pg_namespace n on n.oid = relnamespace where nspname = %s and relname = %s"
    return server.execute(query, [schema, name]).fetchone() is not None


def _schemas(tables: Sequence[Table]) -> list[str]:
    return sorted({table.schema for table in tables})
