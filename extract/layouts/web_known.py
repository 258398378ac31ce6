"""Known tables of web pages: taken out of a page before it is parsed (``extract.layouts.templates``).

Why a known table alone reads as it does in its place: it is a table without another in it, from its ``<table`` to its
``</table>``. Its elements are few and plain (``_PLAIN``), none hidden, and parsed alone it is one element with nothing
beside it: no text that the parser would move out of it, no tag that ends an element around it. A small table with a
mark stands in its place, which begins and ends with the same tags, so that the parser goes on behind it as it would
have. Only pages in UTF-8 with nothing to mend are read so.

Belongs here: where tables begin and end in markup. Doesn't belong here: the walk that reads them
(``extract.layouts.web_walk``).
"""

import re
from collections.abc import Iterator

from extract.layouts.templates import FilledTemplate, Templates

#: Between a table and the tag before it may stand so many letters of white space.
LONGEST_SPACE = 200
#: The attribute of a table that stands for a known one; its value is the number of that table in the page.
MARK = "data-known-table"

_NUMBER = re.compile(r">[ \t\r\n]*+([0-9]{1,15})[ \t\r\n]*+<")

#: Elements of which a known table may consist; what they hold is printed, and none reaches beyond its cell.
_PLAIN = frozenset({
    "table", "caption", "colgroup", "col", "tbody", "thead", "tfoot", "tr", "td", "th", "p", "div", "center", "br",
    "span", "font", "strong", "b", "i", "em", "u", "o:p",
})  # fmt: skip
_TAG = re.compile(r"</?([a-zA-Z][^\s/>]*)")
_END = "</table>"


def without_known(page: str, templates: Templates) -> tuple[str, list[FilledTemplate]]:
    """A page with marks in place of its known tables, and these; the page as it is where there are none."""
    parts: list[str] = []
    found: list[FilledTemplate] = []
    begin = start = 0
    while (start := page.find("<table", start)) >= 0:
        known = templates.at(page, start) if _is_behind_tag(page, start) else None
        if known:
            parts += page[begin:start], f"<table {MARK}={len(found)}><tr><td>x</table>"
            found.append(known[0])
            begin = known[1]
        start = known[1] if known else start + 1
    rest = "".join([*parts, page[begin:]])
    for table in _tables(rest):
        templates.meet(table)
    # where white space counts as printed a table has other texts
    is_usual = found and "<pre" not in rest.lower() and rest.count(MARK) == len(found)
    return (rest, found) if is_usual else (page, [])


def form_of(table: str) -> tuple[str, int]:
    """The form of a table: with a zero byte in place of each number that stands between two tags."""
    return _NUMBER.subn(">\0<", table)


def is_plain(table: str) -> bool:
    """Whether a table consists of plain elements, and has no comment or other markup."""
    return _PLAIN.issuperset(_TAG.findall(table)) and not any(mark in table for mark in ("<!", "<?", "-->"))


def _tables(page: str) -> Iterator[str]:
    """The tables of a page without another in them, but for marks; only those that stand behind a tag."""
    begin = 0
    while (edge := page.find(_END, begin)) >= 0:
        start, end = page.rfind("<table", begin, edge), edge + len(_END)
        if start >= 0 and _is_behind_tag(page, start) and not page.startswith(MARK, start + len("<table ")):
            yield page[start:end]
        begin = end


def _is_behind_tag(page: str, start: int) -> bool:
    return page[max(0, start - LONGEST_SPACE) : start].rstrip().endswith(">")
