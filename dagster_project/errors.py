"""What a failed step says to people."""

from typing import Any


def innermost(error: Any) -> str:
    """The message of the error at the bottom of Dagster's, without the name of its class."""
    while error.cause:
        error = error.cause
    return error.message.partition(": ")[2].strip() or error.message.strip()
