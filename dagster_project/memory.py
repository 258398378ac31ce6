"""How much memory DuckDB may take in a build, before it writes what it holds to the disk.

Belongs here: the limit. Doesn't belong here: connections (``build_database``), or memory of processes that read
documents (``reading.process``).
"""

import os
import re
from pathlib import Path

#: Of the machine's memory, where ``GONGKAI_MEMORY`` doesn't say otherwise: the build's own objects need some beside it.
SHARE = 0.5
#: Where a container's limit stands; ``max`` is none.
CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")
_SIZE = re.compile(r"\d+(?:\.\d+)? ?[KMGT]i?B", re.IGNORECASE)


def memory_limit() -> str:
    """As DuckDB reads it: ``GONGKAI_MEMORY`` (``8GB``), else half of the machine's or the container's memory.

    Raises:
        ValueError: the variable holds no size; the message is for the user.

    """
    chosen = os.environ.get("GONGKAI_MEMORY")
    if chosen and not _SIZE.fullmatch(chosen):
        raise ValueError(f"GONGKAI_MEMORY must be a size such as 8GB or 800MiB, and is {chosen!r}")
    return chosen or f"{int(SHARE * _memory() / 1024**2)}MiB"


def _memory() -> int:
    """Bytes of memory of the machine, or of the container that this runs in."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(machine, int(CONTAINER_LIMIT.read_text(encoding="ascii")))
    except (OSError, ValueError):
        return machine
