"""Hostile text files: long lines, many lines, repeated letters.

Belongs here: text and Markdown. Doesn't belong here: HTML (``tests.fuzz.threats_in_pages``), other formats.
"""

from collections.abc import Callable, Iterator
from random import Random

from tests.fuzz.threat import BYTES, NO_REPORT, READ, TOO_LARGE, UNREADABLE, Good, Threat, text_threats, threat

#: As many letters as a document may have, all but a few.
LETTERS = 990_000
TITLE = "青石县水务局2023年政府信息公开工作年度报告\n"
SECTION_2 = "二、主动公开政府信息情况\n信息内容\n"
SECTION_3 = (
    "三、收到和处理政府信息公开申请情况\n|申请人情况|自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|总计|\n"
)
SECTION_4 = "四、政府信息公开行政复议、行政诉讼情况\n行政复议\n结果维持\n结果纠正\n其他结果\n尚未审结\n总计\n"
REVIEWS = "|1|2|3|4|10|1|2|3|4|10|1|2|3|4|10|\n"
EMBEDDED = "data:image/png;base64," + "iVBORw0KGgo" * 3_700_000


def _filled(piece: str, size: int = LETTERS) -> Callable[[], str]:
    return lambda: piece * (size // len(piece))


def _unknown_words(count: int, length: int) -> str:
    random = Random(0)
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    return "\n".join("".join(random.choices(letters, k=length)) for _ in range(count))


#: One line, or nothing but lines, as large as a file may be.
OF_FULL_SIZE = {
    name: (lambda piece=piece: piece.encode() * (BYTES // len(piece.encode())))
    for name, piece in {
        "a line of Chinese letters": "公",
        "a line of digits": "7",
        "a line of pipes": "|",
        "a line of spaces": " ",
        "a line of wide spaces": "\u3000",
        "a line of a label": "第二十条",
        "a line of figures": "1 ",
        "a line of cells": "1|",
        "breaks of line": "\n",
        "returns": "\r",
        "lines of a letter": "a\n",
        "rules of Markdown": "|---|\n",
    }.items()
}
#: As many letters as are read: what patterns might try in more and more ways.
TRAPS = {
    "letters up to the bound": "公",
    "digits up to the bound": "7",
    "brackets that open": "(",
    "wide brackets that open": "（",
    "titles of books that open": "《",
    "brackets that close": ")",
    "hyphens": "-",
    "long dashes": "—",
    "less-than signs": "<",
    "tags that don't end": "<a ",
    "years": "2023年",
    "years without their sign": "2023",
    "year signs": "年",
    "dates": "2023-01-01 ",
    "thousands": "1,",
    "points": "1.",
    "numbers of items": "一、",
    "numbers in brackets": "(一)",
    "the word of all titles": "政府信息公开",
    "titles in a line": TITLE.strip(),
    "announcements": "编制2023年",
    "counts": "收到3件申请",
    "sentences": "收到3件申请。",
    "pinyin": "規(guī)",
    "traditional letters": "數",
    "question marks": "?",
    "escapes": "\\|",
    "ligatures of many letters": "\ufdfa",
    "joined accents": "e\u0301",
}
MANY_LINES = {
    "labels": _filled("(1)属于国家秘密\n", 890_000),
    "labels of section 3": lambda: TITLE + SECTION_3 + "|(1)属于国家秘密|\n" * 99_000,
    "figures a line": lambda: TITLE + SECTION_3 + "1\n" * 99_000,
    "unknown short words": lambda: TITLE + SECTION_3 + _unknown_words(90_000, 6),
    "unknown long words": lambda: TITLE + SECTION_3 + _unknown_words(12_000, 75),
    "titles a line": lambda: TITLE * 40_000,
    "wrapped lines": lambda: (TITLE.strip() * 2 + "\n") * 20_000,
    "letters and breaks": lambda: "公\n" * 90_000,
    "dashed numbers": lambda: "- 1 -\n" * 90_000,
}


def _hyphens_and_a_letter() -> str:
    return ("-" * 100_000 + "x\n") * 9


def _many_titles(good: Good) -> Iterator[str]:
    """Two reports, and titles of many."""
    for number in range(5_000):
        place = f"{chr(0x4E00 + number)}山县"
        yield good.text.replace("青石县", place) if number < 2 else TITLE.replace("青石县", place)


THREATS: dict[str, Threat] = {
    **text_threats(".txt", TOO_LARGE, OF_FULL_SIZE.items()),
    # with a cell for each piece they are too many cells
    **{name: threat(".txt", lambda _, p=piece: _filled(p)(), NO_REPORT, TOO_LARGE) for name, piece in TRAPS.items()},
    **text_threats(".txt", NO_REPORT, MANY_LINES.items()),
    "letters decoded twice": threat(".txt", lambda _: "銆€" * (BYTES // 6), NO_REPORT),
    "control characters": threat(".txt", lambda _: b"\x01" * BYTES, UNREADABLE),
    "NULs": threat(".txt", lambda _: bytes(BYTES), UNREADABLE),
    "bytes of no charset": threat(".txt", lambda _: b"\xff" * BYTES, UNREADABLE),
    "200,000 lines of figures": threat(".txt", lambda _: "1\n" * 200_000, TOO_LARGE),
    "lines of hyphens and a letter": threat(".md", lambda _: _hyphens_and_a_letter(), NO_REPORT),
    "rows of reviews": threat(".txt", lambda _: TITLE + SECTION_4 + REVIEWS * 6_000, READ, NO_REPORT),
    "column labels": threat(".txt", lambda _: TITLE + SECTION_4 + "|结果维持|\n" * 90_000, NO_REPORT),
    "unknown columns": threat(".txt", lambda _: TITLE + SECTION_2 + "|甲|\n" * 90_000, NO_REPORT),
    "many reports": threat(".txt", lambda good: "".join(_many_titles(good)), "several_reports"),
    "a tag over two lines": threat(".txt", lambda good: f"{good.text}<a\nb>\n", READ),
    "halves of characters": threat(".txt", lambda good: f"{good.text}\ud800\udfff\ud800", READ),
    "a NUL in a report": threat(".txt", lambda good: f"{good.text}\0", UNREADABLE),
    "an embedded picture": threat(".md", lambda _: f"![]({EMBEDDED})", NO_REPORT),
    "an embedded picture in a report": threat(".md", lambda good: f"{good.text}\n![]({EMBEDDED})\n", READ),
    "gigantic figures": threat(".txt", lambda good: good.text.replace("3", "9" * 400), NO_REPORT),
    "a gigantic figure": threat(".txt", lambda good: good.text.replace("3 ", "9" * 900_000 + " ", 1), READ),
    "figures with exponents": threat(".txt", lambda good: good.text.replace(" 3 ", " 1e999999999 "), READ, NO_REPORT),
    "tables that don't end": threat(".md", lambda _: "<table " * 1_400_000, TOO_LARGE),
    "ends of tables without an end": threat(".md", lambda _: "<table></table" + " " * 1_000_000, NO_REPORT),
}


def good_text(good: Good) -> bytes:
    """The report that all the others are compared with."""
    return good.text.encode()
