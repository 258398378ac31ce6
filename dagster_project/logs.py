"""The log of builds: one JSON object a line, for machines that watch.

Belongs here: the logger and its file. Doesn't belong here: what is shown to people (``progress``, ``summary``), or
Dagster's own event log, which takes in what this logger says (``dagster.yaml``).
"""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog

#: Whatever is logged: the message names the event, ``extra`` its fields.
LOGGER = logging.getLogger("gongkai")

#: A full file is set aside, so many of them are kept.
MOST_BYTES, KEPT_FILES = 10_000_000, 5


class _QuietFile(RotatingFileHandler):
    """A log that can't be written stops no build, and what is said of that belongs to who can't write it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 — its name in the library
        """Leave the line out, as on a full disk."""


@contextmanager
def logging_into(path: Path) -> Generator[None]:
    """Append what is logged to a file of JSON lines, for the length of the ``with`` block."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = _QuietFile(path, maxBytes=MOST_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.stdlib.ExtraAdder(),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    LOGGER.setLevel(logging.INFO)
    LOGGER.addHandler(handler)
    # what the user is told is said elsewhere
    LOGGER.propagate = False
    try:
        yield
    finally:
        LOGGER.removeHandler(handler)
        handler.close()
