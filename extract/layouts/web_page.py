"""Web pages, and text with tables in HTML, from bytes to cells.

Belongs here: charset and parser. Doesn't belong here: what the elements of a page make of it
(``extract.layouts.web_walk``), where cells begin in plain text (``extract.layouts.plain_text``), what words mean.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from extract.layouts import plain_text
from extract.layouts.stream import PrintedCell, Refused
from extract.layouts.web_elements import has_unseen
from extract.layouts.web_guard import harmless
from extract.layouts.web_walk import Walk
from extract.source_text import decode, without_embedded

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_TABLE_EDGE = re.compile(r"<table\b|</table\s*>", re.IGNORECASE)


def cells(content: bytes) -> Iterator[PrintedCell]:
    """The cells of a web page, in reading order; each paragraph and each row of a table counts as a line."""
    declared = _CHARSET.search(content[:4096])
    text = decode(content, declared[1].decode("ascii") if declared else None)
    if text is None:
        raise Refused("unreadable", "the page isn't text in UTF-8, UTF-16 or the charset that it names")
    yield from page_cells(text)


def text_file_cells(content: bytes) -> Iterator[PrintedCell]:
    """The cells of a text file, also of one with tables in HTML, as converters of PDF to Markdown write them."""
    text = decode(content)
    if text is None:
        raise Refused("unreadable", "the file isn't text in UTF-8, UTF-16 or GB18030")
    text = without_embedded(text)
    parts = _tables_apart(text)
    if len(parts) == 1:
        return plain_text.text_cells(text)
    return page_cells("".join(part if i % 2 else part.replace("\n", "<br>\n") for i, part in enumerate(parts)))


def _tables_apart(text: str) -> list[str]:
    """The text between tables and the tables in turn; a table ends at the first end of one."""
    parts: list[str] = []
    begin = first = 0
    is_in_table = False
    for edge in _TABLE_EDGE.finditer(text):
        is_end = edge[0].startswith("</")
        if is_end and is_in_table:
            parts += [text[begin:first], text[first : edge.end()]]
            begin, is_in_table = edge.end(), False
        elif not is_end and not is_in_table:
            first, is_in_table = edge.start(), True
    return [*parts, text[begin:]]


def page_cells(text: str) -> Iterator[PrintedCell]:
    """The cells of a page in HTML.

    Raises:
        Refused: the page is beyond the bounds.

    """
    markup = harmless(without_embedded(text)).encode("utf-8", "replace")
    root = LexborHTMLParser(markup).root
    if root is None:
        return iter(())
    walk = Walk(root, is_plain=not has_unseen(markup.lower(), root))
    walk.read()
    if walk.has_hidden and not walk.has_table:
        # tables that only a script would show are better than none
        walk = Walk(root, is_plain=False, shows_hidden=True)
        walk.read()
    return iter(walk.cells)
