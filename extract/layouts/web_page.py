"""Web pages, and text with tables in HTML, from bytes to cells.

Belongs here: charset and parser. Doesn't belong here: what the elements of a page make of it
(``extract.layouts.web_walk``), where cells begin in plain text (``extract.layouts.plain_text``), what words mean.
"""

import re
from collections.abc import Iterable, Sequence

from selectolax.lexbor import LexborHTMLParser

from extract.layouts import plain_text
from extract.layouts.stream import PrintedCell, Refused
from extract.layouts.templates import CondensedCells, FilledTemplate, Templates
from extract.layouts.web_elements import spanning_cells, unplain_elements
from extract.layouts.web_guard import harmless
from extract.layouts.web_known import form_of, is_plain, without_known
from extract.layouts.web_walk import Walk
from extract.source_text import decode, plain_utf8, without_embedded

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_TABLE_EDGE = re.compile(r"<table\b|</table\s*>", re.IGNORECASE)


def cells(content: bytes) -> Iterable[PrintedCell]:
    """The cells of a web page, in reading order; each paragraph and each row of a table counts as a line."""
    # as Latin-1 each byte is a letter: tables are known by their bytes
    rest, known = without_known(content.decode("latin-1"), _TABLES)
    if known and (plain := plain_utf8(rest.encode("latin-1"))) is not None:
        return page_cells(plain, known)
    declared = _CHARSET.search(content[:4096])
    text = decode(content, declared[1].decode("ascii") if declared else None)
    if text is None:
        raise Refused("unreadable", "the page isn't text in UTF-8, UTF-16 or the charset that it names")
    return page_cells(text)


def text_file_cells(content: bytes) -> Iterable[PrintedCell]:
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


def page_cells(text: str, known: Sequence[FilledTemplate] = ()) -> Sequence[PrintedCell]:
    """The cells of a page in HTML; ``known`` are the tables that marks in it stand for.

    Raises:
        Refused: the page is beyond the bounds.

    """
    markup = harmless(without_embedded(text)).encode("utf-8", "replace")
    root = LexborHTMLParser(markup).root
    if root is None:
        return []
    lowered = markup.lower()
    elements = spanning_cells(lowered, root), unplain_elements(lowered, root)
    walk = Walk(root, known, *elements)
    walk.read()
    if walk.has_hidden and not walk.has_table:
        # tables that only a script would show are better than none
        walk = Walk(root, known, *elements, shows_hidden=True)
        walk.read()
    return CondensedCells(walk.cells, walk.met) if walk.met else walk.cells


def _table_alone(table: str) -> Sequence[PrintedCell] | None:
    """The cells of a table, its bytes as letters; None where there is more than a plain table, or less."""
    text = plain_utf8(table.encode("latin-1"))
    if text is None or not is_plain(text):
        return None
    parsed = LexborHTMLParser(text)
    elements = list(parsed.body.iter(include_text=True)) if parsed.body else []
    if [element.tag for element in elements] != ["table"] or unplain_elements(text.lower().encode(), elements[0]):
        return None
    cells = page_cells(text)
    return cells if all(cell.layout == "html_table" for cell in cells) else None


_TABLES = Templates(_table_alone, form_of, " \t\r\n")
