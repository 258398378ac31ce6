"""One address, asked for as often as the manners allow, at the host's pace.

Belongs here: waiting, and asking again. Doesn't belong here: one request (``client``), what follows from an
answer (``crawl``).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import stamina

from dagster_project.fetching.attempts import PASSING, now
from dagster_project.fetching.client import Answer, Client
from dagster_project.fetching.hosts import Host
from dagster_project.fetching.items import Item
from dagster_project.fetching.sources import Manners

#: Waits are longer by chance, by up to this share of the first one.
JITTER_SHARE = 0.5

# each attempt is in the log of attempts already
logging.getLogger("stamina").addHandler(logging.NullHandler())

#: Keeps and writes down an answer; handed the record's values of the attempt.
Take = Callable[[Item, Answer, dict[str, Any]], Awaitable[Answer]]
Conditions = Callable[[Item], Awaitable[dict[str, str]]]


class _AskAgainError(Exception):
    """The answer is one of those that pass; ``seconds`` where the server said how long."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__()
        self.seconds = seconds


class Asker:
    """Asks on behalf of one run, which ends at ``deadline`` (of the event loop's clock)."""

    def __init__(self, hosts_at_once: int, deadline: float, conditions: Conditions, take: Take) -> None:
        self._at_once = asyncio.Semaphore(hosts_at_once)
        self._deadline = deadline
        self._conditions = conditions
        self._take = take
        self._clients: dict[Manners, Client] = {}

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            await client.close()

    def why_not_now(self, host: Host) -> str | None:
        """Why a host isn't asked for anything any more in this run."""
        over = asyncio.get_running_loop().time() >= self._deadline
        return "the time of the run is over" if over else host.put_off

    async def ask(self, host: Host, item: Item, delay: float) -> Answer:
        """The last answer for an address; ``delay`` is the host's pace in seconds."""
        manners = item.source.manners
        answer = Answer("put_off")
        attempts = stamina.retry_context(
            on=lambda error: isinstance(error, _AskAgainError) and (error.seconds or True),
            attempts=manners.attempts,
            timeout=None,
            wait_initial=manners.retry_seconds,
            wait_max=manners.longest_wait_seconds,
            wait_jitter=manners.retry_seconds * JITTER_SHARE,
        )
        try:
            async for attempt in attempts:
                with attempt:
                    answer = await self._ask_once(host, item, attempt.num, delay)
        except _AskAgainError as last:
            raise AssertionError("the last attempt asks for no other") from last
        return answer

    async def _ask_once(self, host: Host, item: Item, number: int, delay: float) -> Answer:
        """One request, taken and written down; raises where the address is to be asked for again."""
        manners = item.source.manners
        client = self._clients.get(manners) or self._clients.setdefault(manners, Client(manners))
        await host.turn()
        async with self._at_once:
            conditions = await self._conditions(item)
            started_at, begun = now(), asyncio.get_running_loop().time()
            answer = await client.ask(item.url, conditions, any_type=item.purpose == "robots")
        host.rest(delay)
        if answer.outcome == "not_modified" and not conditions:
            answer = replace(answer, outcome="bad_response", detail="304 to a request without conditions")
        again = self._is_to_ask_again(host, manners, answer, number)
        duration_ms = int((asyncio.get_running_loop().time() - begun) * 1000)
        record = {"started_at": started_at, "duration_ms": duration_ms, "attempt_number": number, "is_last": not again}
        answer = await self._take(item, answer, record)
        if again:
            raise _AskAgainError(answer.retry_after_seconds)
        return answer

    def _is_to_ask_again(self, host: Host, manners: Manners, answer: Answer, number: int) -> bool:
        if answer.outcome not in PASSING:
            return False
        seconds = answer.retry_after_seconds
        if seconds is not None and seconds > manners.longest_wait_seconds:
            host.put_off = f"it asks to be left alone for {seconds:g} seconds"
        return number < manners.attempts and self.why_not_now(host) is None
