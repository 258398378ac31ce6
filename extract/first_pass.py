"""Whether a document of a crawl can be an annual report at all: told from its words, before anything is parsed.

Belongs here: a decision that is cheap and never misses a report; what it lets through is for the reader to judge.
Doesn't belong here: the form's words (they are the catalogue's), charsets (``extract.source_text``), formats
(``extract.formats``), where documents come from.

Nearly every page of a crawl is turned away by looking for a few words in its text. Only a page that has one of
them, or whose letters may stand apart, is put into letters alone: without markup, entities, pinyin, white space and
line breaks, in simplified script. There the labels of the form are counted that no other text has.
"""

import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, NamedTuple

import opencc

from extract.catalogue.model import Catalogue
from extract.documents import Document
from extract.formats import format_of
from extract.layouts.stream import Refused
from extract.source_text import decode, in_simplified_script, may_be_misread

Reason = Literal["format", "labels", "headings", "unread", "no_word", "few_words"]
#: Several wordings of one label or heading.
Wordings = tuple[str, ...]
#: The letters before 公开 in the form's labels, in both scripts, and for each those behind it; none: any may follow.
Neighbours = dict[str, frozenset[str]]

#: So many labels of the tables, or headings of the sections, make a page worth reading.
FEWEST_LABELS, FEWEST_HEADINGS = 2, 3
#: Shorter labels (总计, 行政许可, 总体情况) stand in all kinds of texts, shorter outcomes (属于国家秘密) in guides.
SHORTEST_LABEL, SHORTEST_LINE, SHORTEST_HEADING, SHORTEST_OUTCOME = 4, 5, 6, 7
#: The tables whose lines have labels of their own; those of section 2 (规章, 行政处罚) are words of every day.
TABLES_OF_LONG_LABELS = ("applications", "reviews")
#: What the form is about: its title, its headings and most of its labels have the two letters, in either script.
FIRST, SECOND = "公", "开開"
#: Longer files of what is no text are passed over.
LONGEST_BINARY = 10 * 1024 * 1024

_TEXT_FORMATS = frozenset(("text", "web page"))
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
#: The first letter as a number.
_NUMBERED = re.compile(r"&#(?:0*20844|[xX]0*516[cC])(?![0-9a-fA-F])|\\u516[cC]")
#: Charsets of pages that aren't UTF-8 through and through, and the bytes with which their letters begin.
_LETTERS_BEGIN = {
    "gb18030": frozenset((*range(0x81, 0xA1), *range(0xAA, 0xFF))),
    "big5hkscs": frozenset(range(0xA4, 0xFA)),
    "utf-8": frozenset(range(0xE3, 0xEA)),
}
#: A tag with letters in it, such as the description of a picture; the others are gone with all that is ASCII.
_TAG_OF_LETTERS = re.compile(rb"<[^<>\x80-\xff]*+[\x80-\xff][^<>]*+>")
_ASCII = bytes(range(128))
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_LETTERS = re.compile(r"[\u3400-\u9fff]+")
#: Letters of which a form in traditional script has one at least: 公開, 報告, 數量.
_TRADITIONAL = ("開", "報", "數")


class Decision(NamedTuple):
    """Whether a document is to be read, and what tells so.

    ``format``: only its reader can look into it. ``labels``, ``headings``: it has enough of the form's.
    ``unread``: no reader takes it. ``no_word``: none of the form's words. ``few_words``: too few of its labels.
    """

    is_candidate: bool
    reason: Reason


class FirstPass:
    """Decides by one catalogue; holds no state between documents."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._labels, self._headings = _labels(catalogue), _headings(catalogue)
        # nearly no page has one of them, and one search finds that out in a fifth of the time that one for each takes
        wordings = {wording for of_one in (*self._labels, *self._headings) for wording in of_one}
        self._any = re.compile("|".join(map(re.escape, sorted(wordings))) or "(?!)")
        self._neighbours = _neighbours(catalogue)

    @property
    def fingerprint(self) -> str:
        """What a decision depends on besides the document and this code."""
        neighbours = sorted((before, sorted(behind)) for before, behind in self._neighbours.items())
        return hashlib.sha256(repr((self._labels, self._headings, neighbours)).encode()).hexdigest()[:16]

    def decide(self, document: Document) -> Decision:
        """Whether the document can be an annual report; never raises for what stands in it."""
        content = document.content
        is_marked = content.startswith(_BYTE_ORDER_MARKS)
        if b"%PDF-" not in content[:1024] and (is_marked or b"\0" not in content):
            return self._of_texts(self._hinting(_utf_16(content) if is_marked else _texts(content)), "no_word")
        try:
            if format_of(document) not in _TEXT_FORMATS:
                return Decision(True, "format")
        except Refused:
            pass
        return self._of_texts(_texts_within(content), "unread")

    def _hinting(self, texts: Iterable[str]) -> Iterator[str]:
        """The texts that have 公开 as it stands in the form, or whose letters may not be as they are printed."""
        return (text for text in texts if _follow(text, self._neighbours) or _is_numbered(text))

    def _of_texts(self, texts: Iterable[str], otherwise: Reason) -> Decision:
        for text in texts:
            otherwise = "few_words"
            letters = _letters(text)
            if not self._any.search(letters):
                continue
            if _has(letters, self._labels, FEWEST_LABELS):
                return Decision(True, "labels")
            if _has(letters, self._headings, FEWEST_HEADINGS):
                return Decision(True, "headings")
        return Decision(False, otherwise)


def _has(letters: str, searched: Iterable[Wordings], fewest: int) -> bool:
    """Whether a text has so many of what is searched, each in any of its wordings."""
    for wordings in searched:
        for wording in wordings:
            if wording in letters:
                fewest -= 1
                break
        if not fewest:
            return True
    return False


def _texts(content: bytes) -> Iterator[str]:
    """The text of a page, by each charset that it may be in."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        is_numbered = b"&#" in content
        for charset in _LETTERS_BEGIN:
            if _may_follow(content, charset) or is_numbered:
                yield content.decode(charset, "ignore")
    else:
        yield (decode(content) or "") if may_be_misread(text) else text


def _utf_16(content: bytes) -> Iterator[str]:
    yield content.decode("utf-16", "ignore")


def _follow(text: str, neighbours: Neighbours) -> bool:
    """Whether the first letter is followed by the second one, or by what is no letter: markup, spaces, pinyin.

    The second one counts between letters of the form (信息…工作) or what is no letter; not in 公开课, 更新公开密钥.
    """
    before, *others = text.split(FIRST)
    for behind in others:
        letter = behind[:1]
        if not _is_letter(letter) or (letter in SECOND and _stand_around(before[-1:], behind[1:2], neighbours)):
            return True
        before = behind
    return False


def _stand_around(before: str, behind: str, neighbours: Neighbours) -> bool:
    if not _is_letter(before):
        return True
    letters = neighbours.get(before)
    return letters is not None and (not letters or behind in letters or not _is_letter(behind))


def _is_letter(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _may_follow(content: bytes, charset: str) -> bool:
    """As ``_follow`` of any text, with some pages more: where a letter begins isn't told from its bytes alone."""
    first, letters = FIRST.encode(charset), _LETTERS_BEGIN[charset]
    seconds = tuple(filter(None, (second.encode(charset, "ignore") for second in SECOND)))
    for rest in islice(content.split(first), 1, None):
        # a digit comes second in what GB18030 has besides Chinese letters
        if not rest or rest[0] not in letters or rest[1:2].isdigit() or rest.startswith(seconds):
            return True
    return False


def _neighbours(catalogue: Catalogue) -> Neighbours:
    labelled = (catalogue.sections, catalogue.columns, catalogue.lines, catalogue.synonyms)
    labels = [record.label_zh for records in labelled for record in records]
    convert = opencc.OpenCC("s2t").convert
    found: dict[str, set[str]] = {}
    for label in (*labels, *map(convert, labels)):
        for before, behind in re.findall(f"([\u3400-\u9fff]){FIRST}[{SECOND}]([\u3400-\u9fff]?)", label):
            found.setdefault(before, set()).add(behind)
    return {before: frozenset() if "" in letters else frozenset(letters) for before, letters in found.items()}


def _is_numbered(text: str) -> bool:
    # one letter is looked for ten times as quickly as two
    return (("&" in text and "&#" in text) or "\\" in text) and bool(_NUMBERED.search(text))


def _texts_within(content: bytes) -> Iterator[str]:
    """What a file of another format may hold as text: old office files keep it as UTF-16, torn files as it was."""
    if len(content) > LONGEST_BINARY:
        return
    for charset in ("utf-16-le", "utf-16-be"):
        if any((FIRST + second).encode(charset) in content for second in SECOND):
            # the text may begin at any byte
            yield from (content[start:].decode(charset, "ignore") for start in (0, 1))
    rest = content.replace(b"\0", b"")
    for charset in ("utf-8", "gb18030"):
        if any((FIRST + second).encode(charset) in rest for second in SECOND):
            yield rest.decode(charset, "ignore")


def _letters(text: str) -> str:
    """The Chinese letters of a text in simplified script, and nothing else."""
    if "&" in text:
        text = html.unescape(text)
    if "\\u" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    # bytes are let go of five times as quickly as letters
    content = text.encode("utf-8", "ignore")
    text = (_TAG_OF_LETTERS.sub(b"", content) if b"<" in content else content).translate(None, _ASCII).decode()
    letters = "".join(_LETTERS.findall(text))
    return in_simplified_script(letters) if any(letter in letters for letter in _TRADITIONAL) else letters


def _labels(catalogue: Catalogue) -> tuple[Wordings, ...]:
    """What stands in the tables of the form and hardly elsewhere: columns, flows, procedures, long outcomes.

    Documents, decisions and short outcomes (行政许可, 不予公开) are words of every guide and regulation. The kinds of
    applicants count once: the forms on which people apply have them all.
    """
    of_code: dict[str, set[str]] = {}
    for column in catalogue.columns:
        code = column.dimension if column.dimension == "applicant_type" else column.column
        of_code.setdefault(code, set()).update(_long((column.label_zh,), SHORTEST_LABEL))
    for line in catalogue.lines:
        if line.sub_table in TABLES_OF_LONG_LABELS:
            shortest = SHORTEST_OUTCOME if line.dimension == "outcome" else SHORTEST_LINE
            of_code.setdefault(line.line, set()).update(_long((line.label_zh,), shortest))
    for synonym in catalogue.synonyms:
        if wordings := of_code.get(synonym.code):
            wordings.update(_long((synonym.label_zh,), SHORTEST_LABEL))
    return tuple(map(_shortest_first, filter(None, of_code.values())))


def _headings(catalogue: Catalogue) -> tuple[Wordings, ...]:
    """The headings of each section, without those that head all kinds of texts."""
    of_section = {str(section.section): {section.label_zh} for section in catalogue.sections}
    for synonym in catalogue.synonyms:
        if synonym.kind == "section":
            of_section[synonym.code].add(synonym.label_zh)
    return tuple(_shortest_first(set(_long(labels, SHORTEST_HEADING))) for labels in of_section.values())


def _long(labels: Iterable[str], shortest: int) -> Iterator[str]:
    """The letters of the labels that have so many."""
    letters = ("".join(_LETTERS.findall(label)) for label in labels)
    return (label for label in letters if len(label) >= shortest)


def _shortest_first(wordings: Iterable[str]) -> Wordings:
    """Without wordings that hold another: where they stand the other one is found."""
    kept: list[str] = []
    for wording in sorted(wordings, key=lambda wording: (len(wording), wording)):
        if not any(shorter in wording for shorter in kept):
            kept.append(wording)
    return tuple(kept)
