"""What the elements of a web page do to its text: which begin a line, which print nothing, which hold one text only.

Belongs here: HTML's names of elements. Doesn't belong here: walking through a page (``extract.layouts.web_walk``).
"""

import re
from collections.abc import Callable, Collection
from itertools import islice

from selectolax.lexbor import LexborNode

META_NAMES = frozenset(
    {"articletitle", "pubdate", "sitename", "contentsource", "keywords", "description", "author", "columnname"}
)
UNPRINTED = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "object", "iframe", "select", "textarea", "button"}
)
#: Elements that begin and end a line.
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre",
    "section", "summary", "title", "ul",
})  # fmt: skip
#: Elements whose text is struck out, or marks a note: no part of a figure.
STRUCK = frozenset({"s", "strike", "del", "sup"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def _metadata_behind(tag: bytes) -> Callable[[bytes], bool]:
    """What says whether metadata stand behind the first tag of a kind: most pages have theirs before it."""
    return lambda lowered: lowered.find(b"<meta", lowered.find(tag)) >= 0


#: What is quickly looked for in a page in small letters, then a sign of elements that may be unseen or print what is
#: no text of theirs, and the selector of those; to look for a sign takes a third of what looking through all elements
#: does.
_SIGNS: tuple[tuple[bytes, Callable[[bytes], object], str], ...] = (
    (b"display", re.compile(rb"display\s*:\s*none").search, "[style*=display i]"),
    (b"visibility", re.compile(rb"visibility\s*:\s*hidden").search, "[style*=visibility i]"),
    (b"hidden", re.compile(rb"hidden[\s>=/]").search, "[hidden]"),
    (b"<", re.compile(rb"<(?:s|strike|del|sup|input)[\s/>]").search, ",".join([*sorted(STRUCK), "input"])),
    (b"<td", _metadata_behind(b"<td"), "td meta"),
    (b"<th", _metadata_behind(b"<th"), "th meta"),
)
#: No page prints this character: it parts the texts of a cell's elements.
_APART = "\x1f"
_PARAGRAPHS = frozenset({"p", "div"})
#: Elements that part the text they stand in, whose own isn't printed, or that print something else.
_NOT_IN_LINE = BLOCKS | UNPRINTED | {"br", "table", "tr", "td", "th", "meta"}


def unplain_elements(lowered: bytes, root: LexborNode) -> Collection[int]:
    """The elements of a page, in small letters, that may be hidden, struck out, notes' marks, inputs, cells' metadata.

    And those around them, so that nothing in any other element is one; all by the numbers of their elements.
    """
    selectors = [selector for word, has_sign, selector in _SIGNS if word in lowered and has_sign(lowered)]
    found: set[int] = set()
    for element in root.css(",".join(selectors)) if selectors else ():
        around: LexborNode | None = element
        while around is not None and around.mem_id not in found:
            found.add(around.mem_id)
            around = around.parent
    return found


def spanning_cells(lowered: bytes, root: LexborNode) -> Collection[int]:
    """The cells of a page, in small letters, that cover several columns or rows, by the numbers of their elements."""
    if b"colspan" not in lowered and b"rowspan" not in lowered:
        return ()
    return {node.mem_id for node in root.css("[colspan],[rowspan]")}


def is_hidden(node: LexborNode) -> bool:
    """Whether an element says that it isn't shown."""
    attributes = node.attrs
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def sole_text(node: LexborNode, longest: int) -> str | None:
    """The text of an element that holds no more than one, in one paragraph or in none.

    None where there is more, or more letters than ``longest``.
    """
    printed = node.text(deep=True).strip()
    if len(printed) > longest:
        return None
    if not printed or (printed.isdecimal() and (len(printed) == 1 or _is_in_one_piece(printed, node))):
        return printed
    paragraphs = []
    for inner in islice(node.traverse(), 1, None):
        tag = inner.tag
        if tag in _PARAGRAPHS:
            paragraphs.append(inner)
        elif tag in _NOT_IN_LINE:
            return None
    if len(paragraphs) > 1 or (paragraphs and paragraphs[0].text(deep=True).strip() != printed):
        return None
    return printed


def is_in_line(node: LexborNode) -> bool:
    """Whether the texts in an element are one line: nothing in it begins another one, or isn't printed."""
    return not any(inner.tag in _NOT_IN_LINE for inner in islice(node.traverse(), 1, None))


def _is_in_one_piece(printed: str, node: LexborNode) -> bool:
    """Whether a text without white space is in one of the elements within its own, or between them."""
    return printed in map(str.strip, node.text(deep=True, separator=_APART).split(_APART))
