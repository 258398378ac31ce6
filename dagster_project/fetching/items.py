"""What is to be asked for, and what an answer leads to.

Belongs here: the step from a source or a page to further addresses. Doesn't belong here: asking (``asking``),
finding links in a page (``links``).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dagster_project.fetching.addresses import normalised
from dagster_project.fetching.attempts import Purpose
from dagster_project.fetching.links import attachments, links, may_have_links, next_pages, reports
from dagster_project.fetching.sources import IndexSource, PagesSource, WebSource


@dataclass(frozen=True)
class Item:
    """An address to ask for, and why. ``chain`` are the addresses that redirected to it, the first one first."""

    url: str
    source: WebSource
    purpose: Purpose
    linked_from: str | None = None
    chain: tuple[str, ...] = ()

    def redirected(self, target: str) -> "Item":
        """The same errand at the address to which this one redirects."""
        return Item(target, self.source, self.purpose, self.linked_from, (*self.chain, self.url))


def listed(source: WebSource) -> list[Item]:
    """What the sources file itself names."""
    if isinstance(source, PagesSource):
        return [Item(url, source, "document") for url in source.urls]
    return [Item(normalised(url), source, "index") for url in source.first_pages]


def linked(item: Item, content: bytes, media_type: str | None) -> list[Item]:
    """What a page leads to: an index to reports and further index pages, a report to its attachments."""
    if item.purpose not in {"index", "document"} or not may_have_links(media_type, item.url):
        return []
    found = links(content, item.url, media_type)
    if item.purpose == "document":
        return [Item(link.url, item.source, "attachment", item.url) for link in attachments(found, item.source)]
    if not isinstance(item.source, IndexSource):
        return []
    documents = [Item(link.url, item.source, "document", item.url) for link in reports(found, item.source)]
    pages = [Item(link.url, item.source, "index", item.url) for link in next_pages(found, item.source)]
    return documents + pages


def within_limits(found: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """What a page leads to, as much as its source wants of one page, and the rest."""
    within: list[Item] = []
    beyond: list[Item] = []
    counts: Counter[Purpose] = Counter()
    for item in found:
        counts[item.purpose] += 1
        (within if counts[item.purpose] <= _most(item) else beyond).append(item)
    return within, beyond


def _most(item: Item) -> int:
    if item.purpose == "attachment":
        return item.source.attachments_of_a_page
    return item.source.links_of_a_page if isinstance(item.source, IndexSource) else 1


def documents_linked(item: Item, found: Sequence[Item]) -> int | None:
    """The reports that an index page names; None for other pages."""
    return sum(1 for one in found if one.purpose == "document") if item.purpose == "index" else None


def most_index_pages(source: WebSource) -> int:
    """How many index pages of a source are asked for."""
    return max(source.index_pages, len(source.first_pages)) if isinstance(source, IndexSource) else 0
