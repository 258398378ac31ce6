"""One host: what is still to be asked of it, when it may be asked again, and when it is left alone.

Belongs here: pace and patience. Doesn't belong here: the requests themselves (``crawl``).
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from dagster_project.fetching.attempts import SUCCEEDED, TROUBLED, Outcome
from dagster_project.fetching.items import Item
from dagster_project.fetching.robots import Rules


@dataclass
class Host:
    """A host with its queue; one task works on it, so that it gets one request at a time."""

    queue: deque[Item] = field(default_factory=deque)
    #: By origin.
    rules: dict[str, Rules] = field(default_factory=dict)
    is_worked_on: bool = False
    failures: int = 0
    #: Why nothing more is asked of it in this run.
    put_off: str | None = None
    _free_at: float = 0.0

    async def turn(self) -> None:
        """Wait until the host may be asked again."""
        await asyncio.sleep(max(0.0, self._free_at - asyncio.get_running_loop().time()))

    def rest(self, seconds: float) -> None:
        """From now on the host isn't asked for so long."""
        self._free_at = asyncio.get_running_loop().time() + seconds

    def learn(self, outcome: Outcome, patience: int) -> None:
        """Take in how an address ended; after ``patience`` failures in a row the host is put off."""
        if outcome in TROUBLED:
            self.failures += 1
            if self.failures >= patience:
                self.put_off = self.put_off or f"{self.failures} addresses of the host failed one after the other"
        elif outcome in SUCCEEDED or outcome in {"gone", "refused", "moved"}:
            self.failures = 0
