"""The address of a PostgreSQL database, and what is said of it: never with its password.

Belongs here: reading the DSN and hiding what is secret in it. Doesn't belong here: what is done there (``postgres``).
"""

import re
from urllib.parse import unquote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

SECRETS = ("password", "sslpassword", "oauth_client_secret", "passfile")
MASK = "***"
HOW = "it looks like postgresql://user:password@host:5432/database"


class AddressError(ValueError):
    """The DSN can't be used; the message is for the user and says nothing of what is in it."""


def check_address(dsn: str) -> None:
    """Refuse a DSN that libpq can't read: its own message would repeat parts of it.

    Raises:
        AddressError: it can't be read.

    """
    if not dsn.strip():
        raise AddressError(f"the DSN is empty; {HOW}")
    try:
        conninfo_to_dict(dsn)
    except psycopg.Error:
        raise AddressError(f"the DSN can't be read; {HOW}") from None
    # libpq would take the rest of such a password for the host, and say so
    if re.search(r"[@:/?#\s]", _written_password(dsn)):
        raise AddressError(f"the DSN's password holds a character that must be written as % and its code; {HOW}")


def shown_address(dsn: str) -> str:
    """Host, port and database, for people."""
    options = conninfo_to_dict(dsn)
    kept = {name: str(value) for name, value in options.items() if name in {"host", "port", "dbname", "user"}}
    return make_conninfo("", **kept) or "the default database"


def masked(text: str, dsn: str) -> str:
    """A text in which every part of the DSN that may be secret is covered."""
    for secret in sorted(_secrets(dsn), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def _secrets(dsn: str) -> set[str]:
    """The password as libpq reads it, and as it stands in the DSN."""
    found: set[str] = set()
    try:
        options = conninfo_to_dict(dsn)
        found |= {str(options[name]) for name in SECRETS if options.get(name)}
    except psycopg.Error:
        pass
    found |= {_written_password(dsn), *(match[1] for match in re.finditer(r"password\s*=\s*'?([^'\s&]+)", dsn))}
    return {form for secret in found for form in (secret, unquote(secret)) if form}


def _written_password(dsn: str) -> str:
    """What stands between the first colon behind ``//`` and the last ``@``."""
    written = re.search(r"//[^:/]*:(.*)@", dsn, re.DOTALL)
    return written[1] if written else ""
