"""What a page may have: beyond these bounds its parser takes minutes, or gigabytes.

Belongs here: counting in the markup before it is parsed. Doesn't belong here: reading it
(``extract.layouts.web_walk``).
"""

import re

from extract.layouts import plain_text
from extract.layouts.stream import Refused

#: A page with more elements than this is refused, or with more tags that begin one, or with more tags of any kind:
#: the parser looks through all open elements at every tag.
MOST_ELEMENTS, MOST_BEGINNINGS, MOST_TAGS = 500_000, 40_000, 100_000
#: Where elements in a line could come back so many times, they are all left out. Counted are those that begin, times
#: all that begin: which of them end is for the parser to say, and hostile pages hide that in comments and tables.
MOST_COMING_BACK = 1_000_000
#: A page with a tag of more attributes is refused, and one that begins more often: its parser compares each attribute
#: with all before it.
MOST_ATTRIBUTES, MOST_PAGES = 200, 100
#: A page up to this length holds too few attributes to take long.
LONGEST_UNCHECKED = 50_000

#: Elements in a line that begin nothing here. Most of them go on in each paragraph to come until they are closed:
#: a few kilobytes of such tags become gigabytes of elements, so that they are left out, or renamed.
_IN_LINE = "(?:[abiu]|s(?:pan|mall|trike|trong)?|em|tt|big|code|font|nobr|o:p)"
#: The same without links: of these one comes back at most, because a link ends where the next begins.
_IN_LINE_BUT_LINKS = _IN_LINE.replace("a", "", 1)
#: By whether links stay: a whole tag of such an element (one with a quoted ``<`` or ``>`` isn't matched), …
_LEFT_OUT = [
    re.compile(rf"</?{names}(?=[\s/>])(?:[^<>\"']++|\"[^\"<>]*+\"|'[^'<>]*+')*+>", re.IGNORECASE)
    for names in (_IN_LINE, _IN_LINE_BUT_LINKS)
]
#: … and what is renamed of one that is matched by that no more.
_RENAMED = [re.compile(rf"<(/?){names}(?=[\s/>])", re.IGNORECASE) for names in (_IN_LINE, _IN_LINE_BUT_LINKS)]
#: The elements that are counted, by the names that count; letters of either case, which is quicker than a flag.
_COUNTED = re.compile(
    "<(?:[abiuABIU]|[sS](?:[mM][aA][lL][lL]|[tT][rR][iI][kK][eE]|[tT][rR][oO][nN][gG])?|[eE][mM]|[tT][tT]|[bB][iI][gG]"
    r"|[cC][oO][dD][eE]|[fF][oO][nN][tT]|[nN][oO][bB][rR]|([hH][tT][mM][lL]|[bB][oO][dD][yY]))(?=[\s/>])"
)
_BEGINNING = re.compile("<[a-zA-Z]")
_VALUE = r"\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s<>\"'][^\s<>]*+|(?=[<>]))"
_MANY_ATTRIBUTES = re.compile(
    rf"</?[a-zA-Z][^\s/<>]*+(?=[\s/])(?:[\s/]*+[^\s/>][^\s/=>]*+(?:{_VALUE})?+){{{MOST_ATTRIBUTES}}}"
)


def harmless(text: str, *, links_stay: bool = False) -> str:
    """The page without what its parser takes more than a few seconds for, or more memory than a few times the page's.

    Links are left out like other elements in a line, unless they are to stay.

    Raises:
        Refused: too much is left.

    """
    if len(text) > plain_text.MOST_LETTERS:
        raise Refused("too_large", f"more than {plain_text.MOST_LETTERS} letters")
    tags = text.count("<")
    counted = _COUNTED.findall(text)
    pages = len(list(filter(None, counted)))
    if pages > MOST_PAGES:
        raise Refused("too_large", f"more than {MOST_PAGES} pages in one")
    coming_back = len(counted) - pages
    if tags * coming_back > MOST_COMING_BACK and (tags - text.count("</")) * coming_back > MOST_COMING_BACK:
        text = _RENAMED[links_stay].sub(r"<\1span", _LEFT_OUT[links_stay].sub("", text))
        tags = text.count("<")
    if tags > MOST_TAGS or (tags > MOST_BEGINNINGS and sum(1 for _ in _BEGINNING.finditer(text)) > MOST_BEGINNINGS):
        raise Refused("too_large", f"more than {MOST_TAGS} tags, or {MOST_BEGINNINGS} that begin an element")
    if len(text) > LONGEST_UNCHECKED and _MANY_ATTRIBUTES.search(text):
        raise Refused("too_large", f"a tag of more than {MOST_ATTRIBUTES} attributes")
    return text
