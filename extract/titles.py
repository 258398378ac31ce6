"""The lines of a page in the forms that they are read in, and the titles of annual reports among them.

Belongs here: compatibility form and white space, metadata, lines that the width of a page has broken, where a title
begins and ends. Doesn't belong here: which of several titles is the report's own (``extract.header``), whose report it
is (``extract.agency``), or what the prose states (``extract.prose``).

A page is put into its forms as one text: hundreds of lines of figures cost too much one by one.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate, chain, compress, islice, pairwise, zip_longest
from operator import add
from typing import NamedTuple

from extract.remembered import Remembered

#: A page has its menus before its title, hundreds of lines of them; nothing is looked for behind so many lines
#: or letters.
MOST_LINES, MOST_LETTERS = 10_000, 500_000
#: The prose of the longest reports has a tenth of this.
MOST_LETTERS_OF_PROSE = 200_000
#: A title may be broken over so many lines; a longer line, or so many letters over these, is prose.
LINES_OF_A_TITLE, LONGEST_TITLE = 3, 90
#: A line of this length without a full stop is broken by the width of the page; a longer one is a paragraph.
SHORTEST_WRAPPED, LONGEST_WRAPPED = 20, 60
#: A clause is kept to this length.
LONGEST_CLAUSE = 80
#: Lists of reports have some hundred titles; behind so many lines with one nothing is looked for.
MOST_TITLES = 1000

#: Metadata of a web page stand as lines of this form before the page's own.
METADATA = re.compile(
    r"(title|ArticleTitle|PubDate|SiteName|ContentSource|Keywords|Description|Author|ColumnName)\s*[:：]\s*(.*)",
    re.IGNORECASE,
)
#: The same in lines without white space, quick to look for in a whole page.
_LIKE_METADATA = re.compile(r"\n[A-Za-z]{5,13}:")

_NAME = r"[\u4e00-\u9fff()·]{2,40}?"
_YEAR = r"(?<!\d)(?P<{0}>20\d{{2}})年?度?"
PUBLICITY = r"(?:政府信息(?:与|和|及|暨)?政务公开|政务公开(?:与|和|及|暨)?政府信息公开|(?:政府|政务)?信息公开|政务公开)"
_TAIL = (
    rf"(?:工作)?(?:情况)?(?:{_YEAR.format('middle')})?(?:年度)?(?:工作)?(?:情况)?的?(?:年度)?(?:报告|年报)"
    rf"(?:\({_YEAR.format('last')}\)|(?P<bare>20\d{{2}})年度?(?!\d))?"
)
_BEHIND = (
    r"(?=$|[-_|–—<>(\[【,]|\.[a-z]|20\d{2}[-/年.]|发布|发文|时间|日期|来源|信息来源|作者|浏览|点击|字体|字号|访问|阅读"
    r"|打印|分享|索引|文号|视力|关闭|【|一[、.]|根据|按照|依据|本报告)"
)
_TITLE = re.compile(
    rf"(?:(?P<before>{_NAME})?{_YEAR.format('year')}(?P<after>{_NAME})??|(?P<alone>{_NAME}))??"
    rf"(?:关于)?(?:{_YEAR.format('early')})?{PUBLICITY}{_TAIL}{_BEHIND}"
)
#: How every title ends, anywhere in a text and at its end: quick to look for before the title itself.
_END_OF_TITLE, _TITLE_AT_END = re.compile(f"公开{_TAIL}{_BEHIND}"), re.compile(f"公开{_TAIL}$")
#: … and the letters of that end, over up to three lines; between 公开 and 报 stand 20 letters at most.
_LIKE_A_TITLE = re.compile(r"公\n?开[^报]{0,22}报")
_ONLY_YEAR = re.compile(r"20\d{2}年?度?")
_MASK = re.compile(r"[*×Xx□○●?_]$")

ENDS_OF_SENTENCE = ("。", ";", ":", "!", "?")
_NUMBERED = re.compile(r"\(?[一二三四五六七八九十]{1,3}[)、.,]|\(?\d{1,2}[)、.](?!\d)")
_DELIMITER = re.compile(r"[,，。;；!！?？]")
_PAGE_MARK = re.compile(r"[-—–]+\d{1,3}[-—–]+|第\d{1,3}页.{0,8}")
#: First letters of page marks, and of metadata.
_NO_PROSE = frozenset("-—–第tTaApPsScCkKdD")
#: Spaces between digits; the pattern begins with one, since that is quick to look for.
_BETWEEN_DIGITS = re.compile(r" (?<=\d ) *(?=\d)")

_CHINESE_YEAR = re.compile(r"二[〇○零0]([〇○零0一二三四五六七八九])([〇○零0一二三四五六七八九])年")
CHINESE_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0, "0": 0}

#: Characters of nearly every Chinese text that have another compatibility form. They are replaced first, since a text
#: in that form already costs nothing to bring into it, any other 0.2 µs a letter.
_COMMON_FORMS = (*zip("，：；（）！？－．／％～\u3000\xa0", ",:;()!?-./%~  ", strict=True), ("…", "..."))
#: White space other than the space, as ``str.split`` has it, but for the ends of lines.
_RARE_SPACES = "\t\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029"


class Title(NamedTuple):
    """A title as matched: its text, its lines, and what stands in it.

    ``is_dated`` says that the year stands in the title itself and not on a line before it, where it may be a menu's.
    """

    text: str
    first_line: int
    next_line: int
    names: tuple[str, ...]
    year: int | None
    is_dated: bool


class Page(NamedTuple):
    """A page's lines that aren't empty, in several forms beside each other, its metadata and the titles in it."""

    #: Names in small letters, and contents.
    metadata: Sequence[tuple[str, str]]
    #: The lines in compatibility form, white space as printed: ``spaced`` has it single.
    normal: Sequence[str]
    #: Without white space, years in digits.
    compact: Sequence[str]
    #: The compact lines as one text, and that text without the ends of lines.
    text: str
    unbroken: str
    #: All lines as one text in compatibility form (``normal_text``), the metadata and empty ones among them.
    printed: str
    #: The titles of annual reports; their lines are numbers of lines above.
    titles: Sequence[Title]
    #: What ``compact_lines`` gives, the metadata among it, and the titles in it.
    all_lines: Sequence[str]
    all_titles: Sequence[Title]

    def named(self, names: Iterable[str]) -> list[str]:
        """The contents of metadata, in the order of the names."""
        return [content for name in names for key, content in self.metadata if key == name and content]

    def spaced(self, number: int) -> str:
        """A line in compatibility form with single spaces."""
        return _spaced(self.normal[number])

    def lines_with(self, pattern: re.Pattern[str]) -> Iterator[int]:
        """The numbers of the lines in which a match of the compact text begins, in order."""
        return _line_numbers(self.text, (match.start() for match in pattern.finditer(self.text)))


class _Forms(NamedTuple):
    """Lines that aren't empty in compatibility form, the same without white space, and these as one text."""

    normal: list[str]
    compact: list[str]
    text: str


def read_page(lines: Sequence[str]) -> Page:
    """The forms of a page's lines; they come in simplified script, metadata of a web page first (``METADATA``)."""
    printed = normal_text(lines[:MOST_LINES])
    all_forms = _forms(printed)
    all_lines, numbers = _titled_lines(all_forms)
    all_titles = _titles(all_lines, numbers)
    metadata, forms = _without_metadata(all_forms)
    titles = _own_titles(forms, metadata, numbers, all_titles) if metadata else all_titles
    unbroken = forms.text.replace("\n", "")
    return Page(list(metadata.values()), *forms, unbroken, printed, titles, all_lines, all_titles)


def compact_lines(lines: Sequence[str]) -> list[str]:
    """The lines that aren't empty, in compatibility form, without white space, years in digits.

    Metadata stay. Of a table's row that holds the title only the title.
    """
    return _titled_lines(_forms(normal_text(lines[:MOST_LINES])))[0]


def find_titles(lines: Sequence[str]) -> list[Title]:
    """All titles of annual reports among compact lines, over one to three of them; where any has a year, only such."""
    lines = lines[:MOST_LINES]
    return _titles(lines, _lines_with_titles("\n".join(lines)))


class ProseLine(NamedTuple):
    """A line of the document outside the statutory tables: in simplified script, and as printed."""

    text: str
    raw_text: str
    source_line: int


class _Paragraph(NamedTuple):
    """Punctuation of a paragraph, its ends included: where it stands in the text of all prose, and as printed."""

    cuts: list[int]
    raw_text: str
    raw_cuts: list[int]


class ProseText:
    """Lines of prose as one text without white space but between digits: ``text``, a paragraph on each line.

    A paragraph is a line, or lines joined that the width of the page has broken. Page marks and metadata are left out.
    """

    def __init__(self, lines: Sequence[ProseLine], printed: str | None = None) -> None:
        """Join lines; ``printed`` is their ``normal_text``, where it is there already."""
        texts = without_spaces(normal_text([line.text for line in lines]) if printed is None else printed)
        kept = [
            (line, text)
            for line, text in zip(lines, texts, strict=False)
            if text and not (text[0] in _NO_PROSE and _is_no_prose(text, line))
        ]
        texts = [text for _, text in kept]
        ends = ["" if goes_on(*pair) and not pair[1].isdigit() else "\n" for pair in pairwise(texts)]
        self._lines = [line for line, _ in kept]
        self.text = "".join(chain.from_iterable(zip_longest(texts, ends, fillvalue="")))
        #: Where the lines begin in the text.
        self._starts = [0, *accumulate(map(add, map(len, texts), map(len, ends)))]
        self._paragraphs: dict[int, _Paragraph] = {}

    def clause(self, start: int, end: int) -> tuple[str, int]:
        """The clauses around a stretch of the text, as printed, and the source line where they begin."""
        cuts, raw_text, raw_cuts = self._paragraph(self.text.rfind("\n", 0, start) + 1)
        first, last = bisect_right(cuts, start - 1) - 1, bisect_right(cuts, end - 1)
        source_line = self._lines[bisect_right(self._starts, cuts[first] + 1) - 1].source_line
        if len(raw_cuts) != len(cuts):
            return self.text[cuts[first] + 1 : cuts[last]][:LONGEST_CLAUSE], source_line
        return raw_text[raw_cuts[first] + 1 : raw_cuts[last]].strip()[:LONGEST_CLAUSE], source_line

    def _paragraph(self, start: int) -> _Paragraph:
        """The paragraph that begins at a position of the text."""
        if start not in self._paragraphs:
            end = self.text.find("\n", start)
            end = len(self.text) if end < 0 else end
            lines = self._lines[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
            raw_text = "".join(line.raw_text.strip() for line in lines)
            text = self.text[start:end]
            cuts = _cuts(text)
            raw_cuts = cuts if raw_text == text else _cuts(raw_text)
            own = [start + cut for cut in cuts]
            self._paragraphs[start] = _Paragraph([start - 1, *own, end], raw_text, [-1, *raw_cuts, len(raw_text)])
        return self._paragraphs[start]


def normal_text(lines: Sequence[str]) -> str:
    """The lines as one text, in compatibility form; all white space within them is spaces."""
    text = "\n".join(lines)
    if text.count("\n") >= len(lines):
        text = "\n".join([line.replace("\n", " ") for line in lines])
    text = text[:MOST_LETTERS]
    for printed, form in _COMMON_FORMS:
        text = text.replace(printed, form)
    if not unicodedata.is_normalized("NFKC", text):
        text = "\n".join([unicodedata.normalize("NFKC", line) for line in text.split("\n")])
    for space in _RARE_SPACES:
        text = text.replace(space, " ")
    return text[:MOST_LETTERS]


def _forms(printed: str) -> _Forms:
    text = _CHINESE_YEAR.sub(_year_in_digits, printed.replace(" ", ""))
    normal, compact = printed.split("\n"), text.split("\n")
    if all(compact):
        return _Forms(normal, compact, text)
    full = list(filter(None, compact))
    return _Forms(list(compress(normal, compact)), full, "\n".join(full))


def _without_metadata(forms: _Forms) -> tuple[dict[int, tuple[str, str]], _Forms]:
    """The metadata by the numbers of their lines, and the other lines."""
    starts = (match.start() for match in _LIKE_METADATA.finditer(f"\n{forms.text}"))
    matches = {
        number: METADATA.fullmatch(_spaced(forms.normal[number])) for number in _line_numbers(forms.text, starts)
    }
    metadata = {number: (match[1].lower(), match[2]) for number, match in matches.items() if match}
    if not metadata:
        return {}, forms
    own = [number not in metadata for number in range(len(forms.compact))]
    compact = list(compress(forms.compact, own))
    return metadata, _Forms(list(compress(forms.normal, own)), compact, "\n".join(compact))


def _own_titles(
    forms: _Forms, metadata: Collection[int], numbers: Sequence[int], all_titles: Sequence[Title]
) -> Sequence[Title]:
    """The titles among the lines that aren't metadata: the same where all lines that they may stand on come behind."""
    own = _lines_with_titles(forms.text)
    are_same = own == [number - len(metadata) for number in numbers]
    if are_same and (not own or numbers[0] - LINES_OF_A_TITLE >= max(metadata)):
        return [
            title._replace(first_line=title.first_line - len(metadata), next_line=title.next_line - len(metadata))
            for title in all_titles
        ]
    return _titles(*_titled_lines(forms))


def without_spaces(printed: str) -> list[str]:
    """The lines of a ``normal_text`` without white space but between digits; what is too much is left out."""
    normal = _BETWEEN_DIGITS.sub("\0", printed[:MOST_LETTERS_OF_PROSE])
    return normal.replace(" ", "").replace("\0", " ").split("\n")


def goes_on(line: str, following: str) -> bool:
    """Whether the width of the page has broken a compact line, so that its sentence goes on in the following one."""
    if not SHORTEST_WRAPPED <= len(line) <= LONGEST_WRAPPED or line.endswith(ENDS_OF_SENTENCE):
        return False
    return not _NUMBERED.match(following)


def _cuts(text: str) -> list[int]:
    return [match.start() for match in _DELIMITER.finditer(text)]


def _is_no_prose(text: str, line: ProseLine) -> bool:
    return bool(_PAGE_MARK.fullmatch(text) or METADATA.fullmatch(line.text.strip()))


def _spaced(line: str) -> str:
    return " ".join(line.split())


def _year_in_digits(match: re.Match[str]) -> str:
    return f"20{CHINESE_DIGITS[match[1]]}{CHINESE_DIGITS[match[2]]}年"


def _titled_lines(forms: _Forms) -> tuple[list[str], list[int]]:
    """The compact lines, of a table's row that ends with the title only the title; and those where titles may end."""
    numbers = _lines_with_titles(forms.text)
    titled = forms.compact.copy()
    for number in numbers:
        spaced = _spaced(forms.normal[number])
        last = spaced.rpartition(" ")[2]
        match = _TITLE.fullmatch(last) if last != spaced else None
        if match and match["year"] and (match["before"] or match["after"]):
            titled[number] = _CHINESE_YEAR.sub(_year_in_digits, last)
    return titled, numbers


def _line_numbers(text: str, positions: Iterable[int]) -> Iterator[int]:
    """The numbers of the lines in which positions of a text lie, each once; the positions come in order."""
    number, counted, last = 0, 0, -1
    for position in positions:
        number += text.count("\n", counted, position)
        counted = position
        if number != last:
            yield number
        last = number


def _lines_with_titles(text: str) -> list[int]:
    """The numbers of the lines of a compact text in which the last letters of a title may stand."""
    ends = (match.end() for match in _LIKE_A_TITLE.finditer(text))
    return list(islice(_line_numbers(text, ends), MOST_TITLES))


def _titles(lines: Sequence[str], numbers: Iterable[int]) -> list[Title]:
    titles: list[Title] = []
    for count in range(1, LINES_OF_A_TITLE + 1):
        taken = {line for title in titles if title.year for line in range(title.first_line, title.next_line)}
        first_lines = sorted({number - before for number in numbers for before in range(count) if number >= before})
        free = (first for first in first_lines if taken.isdisjoint(range(first, first + count)))
        titles += filter(None, [_title_at(lines, first, count) for first in free])
    titles.sort(key=lambda title: title.first_line)
    dated = [title for title in titles if title.year and title.is_dated]
    return dated or [title for title in titles if title.year] or titles


def _title_at(lines: Sequence[str], position: int, count: int) -> Title | None:
    parts = lines[position : position + count]
    text = "".join(parts)
    match = (_MATCHES_OF_ONE if count == 1 else _MATCHES_OF_SEVERAL)[text]
    if not match or len(parts) < count or match.start() >= len(parts[0]):
        return None
    years = [int(year) for year in match.group("year", "early", "middle", "last", "bare") if year]
    is_broken = count > 1 and (match["bare"] or not len(text) - len(parts[-1]) < match.end() == len(text))
    if is_broken or (not years and match.start()):
        return None
    is_dated = count == 1 or not _ONLY_YEAR.fullmatch(parts[0])
    return Title(match[0], position, position + count, _names(match), years[0] if years else None, is_dated)


def _match_of_one(line: str) -> re.Match[str] | None:
    """The title in a line; a long line can only begin with it."""
    if not _END_OF_TITLE.search(line, 0, LONGEST_TITLE):
        return None
    return _TITLE.match(line[:LONGEST_TITLE]) if len(line) > LONGEST_TITLE else _TITLE.search(line)


def _match_of_several(text: str) -> re.Match[str] | None:
    """The title in several lines joined; it ends with the last of them."""
    return _TITLE.search(text) if len(text) <= LONGEST_TITLE and _TITLE_AT_END.search(text) else None


#: Menus of a site list the same titles on all its pages.
_MATCHES_OF_ONE, _MATCHES_OF_SEVERAL = (
    Remembered(match, most=4096, longest=LONGEST_TITLE) for match in (_match_of_one, _match_of_several)
)


def _names(match: re.Match[str]) -> tuple[str, ...]:
    """The names in a title; what is left beside signs that mask a name is none."""
    if _MASK.search(match.string[: match.start()]):
        return ()
    return tuple(
        f"{name}政府" if name.endswith("人民") else name for name in match.group("before", "after", "alone") if name
    )
