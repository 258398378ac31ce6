"""Asking the web: page after page, host by host, with everything written down.

Belongs here: the queues, what robots.txt says, keeping what came, redirects and links. Doesn't belong here:
requests and waiting (``asking``, ``client``), choosing links (``items``, ``links``).
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from dagster_project.fetching.addresses import AddressError, host_of, normalised, origin_of
from dagster_project.fetching.asking import Asker
from dagster_project.fetching.attempts import PASSING, SUCCEEDED, Attempt, Outcome, now
from dagster_project.fetching.client import Answer
from dagster_project.fetching.history import History
from dagster_project.fetching.hosts import Host
from dagster_project.fetching.items import Item, documents_linked, linked, listed, most_index_pages, within_limits
from dagster_project.fetching.robots import UNREACHABLE, Everything, RobotsText, Rules
from dagster_project.fetching.sources import Sources, WebSource
from dagster_project.landing import LandingStore

MOST_ROBOTS_REDIRECTS = 5


class Crawl:
    """One run over web sources. ``write_down`` gets every attempt at the moment it ends."""

    def __init__(
        self,
        settings: Sources,
        store: LandingStore,
        history: History,
        run_id: str,
        write_down: Callable[[Attempt], None],
    ) -> None:
        self._settings = settings
        self._store = store
        self._history = history
        self._run_id = run_id
        self._write_down = write_down
        self._hosts: defaultdict[str, Host] = defaultdict(Host)
        self._listed_by: dict[str, str] = {}
        self._index_pages: Counter[str] = Counter()

    async def run(self, sources: Iterable[WebSource]) -> None:
        """Ask for everything that the sources list and lead to.

        Ends within ``run_seconds`` and, for what was begun by then, ``longest_wait_seconds`` and ``request_seconds``.
        """
        deadline = asyncio.get_running_loop().time() + self._settings.run_seconds
        self._asker = Asker(self._settings.hosts_at_once, deadline, self._conditions, self._take)
        items = [item for source in sources for item in listed(source)]
        try:
            async with asyncio.TaskGroup() as self._tasks:
                for item in sorted(items, key=lambda item: self._history.age_key(item.url)):
                    self._add(item, is_listed=True)
        finally:
            await self._asker.close()

    def _add(self, item: Item, *, is_listed: bool = False) -> None:
        """Put an address into the queue of its host, unless it has been there."""
        if listed_by := self._listed_by.get(item.url):
            if is_listed and listed_by != item.source.name:
                self._log(item, "duplicate", detail=f"asked for by {listed_by}")
            return
        self._listed_by[item.url] = item.source.name
        if item.purpose == "index" and not item.chain:
            self._index_pages[item.source.name] += 1
            if self._index_pages[item.source.name] > most_index_pages(item.source):
                self._log(item, "put_off", detail="beyond index_pages")
                return
        host = self._hosts[host_of(item.url)]
        # attachments and redirects first: what was begun on a page is finished before the next
        (host.queue.append if is_listed else host.queue.appendleft)(item)
        if not host.is_worked_on:
            host.is_worked_on = True
            self._tasks.create_task(self._work(host))

    async def _work(self, host: Host) -> None:
        while host.queue:
            item = host.queue.popleft()
            if item.url in self._history.done:
                # this run was interrupted behind it
                self._follow(await self._linked_by_kept(item))
            elif reason := self._asker.why_not_now(host):
                self._log(item, "put_off", detail=reason)
            else:
                await self._handle(host, item)
        host.is_worked_on = False

    async def _handle(self, host: Host, item: Item) -> None:
        manners = item.source.manners
        rules = await self._rules(host, item) if manners.obey_robots else Everything()
        if rules == UNREACHABLE:
            self._log(item, "robots_unreachable", detail="the site's robots.txt can't be got")
        elif not rules.allow(item.url):
            self._log(item, "robots_disallow")
        elif rules.crawl_delay > manners.longest_wait_seconds:
            host.put_off = f"its robots.txt asks for {rules.crawl_delay:g} seconds between requests"
            self._log(item, "put_off", detail=host.put_off)
        else:
            answer = await self._asker.ask(host, item, max(manners.seconds_between_requests, rules.crawl_delay))
            host.learn(answer.outcome, manners.failures_of_a_host)

    async def _rules(self, host: Host, item: Item) -> Rules:
        """The rules of an origin; asked for once in a run."""
        origin = origin_of(item.url)
        if origin not in host.rules:
            host.rules[origin] = await self._ask_for_rules(host, item, f"{origin}/robots.txt")
        return host.rules[origin]

    async def _ask_for_rules(self, host: Host, item: Item, url: str) -> Rules:
        manners = item.source.manners
        for _ in range(MOST_ROBOTS_REDIRECTS + 1):
            answer = await self._asker.ask(host, Item(url, item.source, "robots"), manners.seconds_between_requests)
            if answer.outcome in PASSING:
                host.learn(answer.outcome, manners.failures_of_a_host)
                return UNREACHABLE
            if answer.outcome in SUCCEEDED:
                content = await self._kept(url)
                return UNREACHABLE if content is None else RobotsText(content, manners.user_agent)
            target = _location(answer, url)
            if answer.outcome != "moved" or target is None:
                break
            url = target
        # no robots.txt that could forbid anything (RFC 9309, 2.3.1.3); what is wrong with the way shows at the page
        return Everything()

    async def _conditions(self, item: Item) -> dict[str, str]:
        """Asks for what has changed only, where the store still has what there was."""
        known = self._history.known(item.url)
        conditions = self._history.conditions(item.url)
        if known is None or known.content_sha256 is None or not conditions:
            return {}
        return conditions if await asyncio.to_thread(self._store.has, known.content_sha256) else {}

    async def _take(self, item: Item, answer: Answer, record: dict[str, Any]) -> Answer:
        """Keep what an answer brought, write it down, and follow where it leads."""
        digest, answer = await self._keep(item, answer)
        target, answer = self._redirect(item, answer)
        if answer.content is not None:
            found = linked(item, answer.content, answer.media_type)
        else:
            found = await self._linked_by_kept(item) if answer.outcome == "not_modified" else []
        is_last = record["is_last"] and target is None
        kept = {"content_sha256": digest, "size_bytes": None if answer.content is None else len(answer.content)}
        count = documents_linked(item, found) if answer.outcome in SUCCEEDED else None
        record |= {"is_last": is_last, "documents_linked": count}
        self._log(item, answer.outcome, **record, **kept, **answer.record())
        if target is not None and item.purpose != "robots":
            found = [item.redirected(target)]
        self._follow(found)
        return replace(answer, content=None)

    async def _keep(self, item: Item, answer: Answer) -> tuple[str | None, Answer]:
        """The hash under which the body was kept, and the answer that says whether that is any news."""
        if answer.content is None:
            return None, answer
        known = self._history.known(item.url)
        digest = await asyncio.to_thread(self._store.keep, answer.content, durable=True)
        is_same = known is not None and (known.content_sha256, known.media_type) == (digest, answer.media_type)
        return digest, replace(answer, outcome="same") if is_same else answer

    def _redirect(self, item: Item, answer: Answer) -> tuple[str | None, Answer]:
        """Where a redirect leads, or why it isn't followed."""
        if answer.outcome != "moved":
            return None, answer
        target = _location(answer, item.url)
        if target is None:
            return None, replace(answer, outcome="bad_address", detail="redirects to no web address")
        if target in (*item.chain, item.url):
            return None, replace(answer, outcome="redirect_loop")
        if len(item.chain) >= item.source.manners.redirects:
            return None, replace(answer, outcome="too_many_redirects")
        return target, answer

    def _follow(self, found: Sequence[Item]) -> None:
        within, beyond = within_limits(found)
        for item in beyond:
            if item.url not in self._listed_by:
                self._listed_by[item.url] = item.source.name
                self._log(item, "put_off", detail="beyond what is followed of one page")
        for item in reversed(within):
            self._add(item)

    async def _linked_by_kept(self, item: Item) -> list[Item]:
        """What the page leads to that the store has of an address."""
        known = self._history.known(item.url)
        content = await self._kept(item.url)
        return [] if known is None or content is None else linked(item, content, known.media_type)

    async def _kept(self, url: str) -> bytes | None:
        known = self._history.known(url)
        if known is None or known.content_sha256 is None:
            return None
        try:
            return await asyncio.to_thread(self._store.content, known.content_sha256)
        except OSError:
            return None

    def _log(self, item: Item, outcome: Outcome, **values: Any) -> None:
        attempt = Attempt(
            run_id=self._run_id,
            source=item.source.name,
            source_kind=item.source.kind,
            purpose=item.purpose,
            url=item.url,
            outcome=outcome,
            linked_from=item.linked_from,
            redirected_from=item.chain[-1] if item.chain else None,
            started_at=values.pop("started_at", None) or now(),
            **values,
        )
        self._write_down(attempt)
        self._history.take(attempt)


def _location(answer: Answer, url: str) -> str | None:
    try:
        return normalised(answer.headers["location"], url)
    except (KeyError, AddressError):
        return None
