"""Hostile web pages: nesting, spans, attributes, elements that come back in every paragraph.

Belongs here: HTML. Doesn't belong here: what needs no tag (``tests.fuzz.threats_in_text``).
"""

from tests.fuzz.threat import BYTES, NO_REPORT, READ, TOO_LARGE, UNREADABLE, Good, Threat, text_threats, threat
from tests.fuzz.threats_in_text import EMBEDDED

NO_REPORTS = {
    "nested tables": lambda: "<table><tr><td>" * 10_000 + "公开",
    "nested tables in rows": lambda: "<table>" * 30_000 + "公开",
    "nested lists": lambda: "<ul><li>" * 15_000 + "公开",
    "comments before nothing": lambda: "<!---->" * 5_000 + "x",
    "a comment that doesn't end": lambda: "<!--" + "-" * 1_000_000,
    "declarations": lambda: "<?xml " * 90_000,
    "elements that come back": lambda: _coming_back("<b id={}>"),
    "elements that come back, quoted": lambda: _coming_back("<a title='<{}>'>"),
    "spaces of entities": lambda: "<p>" + "&nbsp;" * 900_000,
    "entities that aren't": lambda: "<p>" + "&lol;&#xD800;&#1114112;" * 20_000,
    "a script that doesn't end": lambda: "<script>" + "<!--<script>" * 35_000,
    "text beside rows": lambda: "<table>" + "<p>公" * 15_000,
    "cells as wide as can be": lambda: "<table>" + "<tr><td colspan=400 rowspan=999999999>1" * 18_000,
    "metadata": lambda: "<meta name=keywords content='公 开'>" * 39_000,
}
TOO_LARGE_PAGES = {
    "nested blocks": lambda: "<div>" * 1_000_000,
    "nested spans": lambda: "<span>" * 2_000_000,
    "two million empty cells": lambda: "<table><tr>" + "<td></td>" * 2_000_000,
    "ends of paragraphs": lambda: "</p>" * 2_000_000,
    "paragraphs": lambda: "<p>x" * 2_000_000,
    "attributes": lambda: _attributes("<p", " a{}", 200_000),
    "attributes without spaces": lambda: _attributes("<p ", "a{}=''", 100_000),
    "attributes of an end": lambda: _attributes("</p", " a{}", 200_000),
    "attributes with signs": lambda: _attributes("<p", " a{}='>'", 100_000),
    "attributes of many bodies": lambda: "".join(f"<body a{n}>" for n in range(30_000)),
    "less-than signs of a page": lambda: "<html>" + "<" * (BYTES - 6),
    "a page of spaces": lambda: "<html>" + " " * (BYTES - 6),
}


def _attributes(tag: str, attribute: str, count: int) -> str:
    return tag + "".join(attribute.format(number) for number in range(count)) + ">"


def _coming_back(tag: str) -> str:
    """Elements that a parser opens again in each of the paragraphs that follow."""
    return "<p>" + "".join(tag.format(number) for number in range(4_000)) + "</p>" + "<p>x" * 4_000


def _with_attribute(attributes: str) -> Threat:
    return threat(".html", lambda good: good.page.replace("<td", f"<td {attributes}"), READ, NO_REPORT)


def _deep(tag: str) -> Threat:
    return threat(".html", lambda good: tag * 10_000 + good.page, READ)


def _utf_16_half(good: Good) -> bytes:
    return good.page.encode("utf-16") + b"\x00\xd8"


THREATS: dict[str, Threat] = {
    **text_threats(".html", NO_REPORT, NO_REPORTS.items()),
    **text_threats(".html", TOO_LARGE, TOO_LARGE_PAGES.items()),
    "colspan 999999999": _with_attribute("colspan='999999999'"),
    "rowspan 999999999": _with_attribute("rowspan='999999999'"),
    "spans that are no numbers": _with_attribute("colspan='-1' rowspan='٣e9'"),
    "a report in 10,000 blocks": _deep("<div>"),
    "a report in 10,000 spans": _deep("<span class='<'>"),
    "a report in a comment's comment": threat(".html", lambda good: "<!--" * 10_000 + "-->" + good.page, READ),
    "a NUL in a page": threat(".html", lambda good: f"{good.page}\0", UNREADABLE),
    "half a character in UTF-16": threat(".html", _utf_16_half, READ),
    "a picture in a page": threat(".html", lambda good: f"<img src='{EMBEDDED}'>{good.page}", READ),
    "pictures in a page": threat(".html", lambda good: "<img src='data:,x'>" * 30_000 + good.page, READ),
}
