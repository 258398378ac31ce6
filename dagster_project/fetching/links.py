"""Links of a page: where they lead, and which of them are reports, attachments, or the next page.

Belongs here: finding and choosing links. Doesn't belong here: following them (``crawl``), what a page says.
"""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from dagster_project.fetching.addresses import AddressError, normalised
from dagster_project.fetching.sources import IndexSource, WebSource
from extract.layouts.stream import Refused
from extract.layouts.web_guard import harmless
from extract.source_text import decode

#: Links are looked for in as much of a page; no page of links is larger.
MOST_BYTES = 5 * 1024 * 1024
MOST_LINKS = 20_000
_PLACES = (("a[href], area[href]", "href"), ("iframe[src], frame[src], embed[src]", "src"), ("object[data]", "data"))
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.I)
_WEB_PAGES = frozenset(("text/html", "application/xhtml+xml", ""))


class Link(NamedTuple):
    """Where a link leads, and what it says: its text and its title."""

    url: str
    text: str


def may_have_links(media_type: str | None, url: str) -> bool:
    """Whether a document is a web page, as far as its type or its name says."""
    named = (media_type or "").partition(";")[0].strip().lower()
    return named in _WEB_PAGES and _suffix(url) not in {".pdf", ".docx", ".xlsx", ".doc", ".xls", ".txt", ".md"}


def links(content: bytes, url: str, media_type: str | None = None) -> list[Link]:
    """All links of a web page to others, each once, in the order of the page; none of one that its parser hangs on."""
    content = content[:MOST_BYTES]
    declared = _CHARSET.search((media_type or "").encode("utf-8", "replace")) or _CHARSET.search(content[:4096])
    text = decode(content, declared[1].decode() if declared else None)
    if text is None:
        return []
    try:
        tree = LexborHTMLParser(harmless(text, links_stay=True))
    except Refused:
        return []
    base_node = tree.css_first("base[href]")
    base = _absolute(base_node.attributes.get("href") or "", url) if base_node else None
    found: dict[str, Link] = {}
    for link in islice(_found(tree, base or url), MOST_LINKS):
        if link.url != url:
            found.setdefault(link.url, link)
    return list(found.values())


def reports(found: list[Link], source: IndexSource) -> list[Link]:
    """The links of an index page that are reports."""
    return [
        link
        for link in found
        if (source.links is None or re.search(source.links, link.url))
        and (source.link_texts is None or re.search(source.link_texts, link.text))
    ]


def next_pages(found: list[Link], source: IndexSource) -> list[Link]:
    """The links of an index page that are further index pages."""
    return [link for link in found if source.next_pages and re.search(source.next_pages, link.url)]


def attachments(found: list[Link], source: WebSource) -> list[Link]:
    """The links of a report page that are files, as far as their address or their text tells."""
    return [link for link in found if source.attachments and _is_file(link, source.attachment_suffixes)]


def _found(tree: LexborHTMLParser, base: str) -> Iterator[Link]:
    for selector, attribute in _PLACES:
        for node in tree.css(selector):
            target = _absolute(node.attributes.get(attribute) or "", base)
            if target:
                said = f"{node.text(deep=True)[:500]} {node.attributes.get('title') or ''}"
                yield Link(target, " ".join(said.split()))


def _absolute(target: str, base: str) -> str | None:
    try:
        return normalised(target, base) if target.strip() and not target.lstrip().startswith("#") else None
    except AddressError:  # a script, a mail address, a slip
        return None


def _is_file(link: Link, suffixes: tuple[str, ...]) -> bool:
    parts = urlsplit(link.url)
    names = [
        unquote(parts.path),
        *(value for _, value in parse_qsl(parts.query, max_num_fields=None)),
        *link.text.split(),
    ]
    return any(name.lower().rstrip("）)】]”\"'").endswith(suffixes) for name in names)


def _suffix(url: str) -> str:
    return PurePosixPath(urlsplit(url).path).suffix.lower()
