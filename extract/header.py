"""What a report says of itself: title, year, dates, index number, reporting scope.

Belongs here: reading these from the page's lines. Doesn't belong here: the agency's name
(``extract.agency``), or anything in the statutory tables. What the page doesn't say stays None.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from extract.agency import AgencyFinder, Evidence
from extract.documents import Header, ReportingScope

#: Reports exist since the Regulations of 2008; a later year than this is a slip of the page.
EARLIEST_YEAR, LATEST_YEAR = 2008, 2099
#: A page has its menus before its title, hundreds of lines of them; nothing is looked for behind so many lines.
MOST_LINES = 10_000
#: A longer line, or so many letters over three lines, is prose.
LONGEST_TITLE = 90
#: A title without a year counts only within so many lines before the report's first words, or of the page's.
LINES_TO_BODY, FIRST_LINES = 6, 3
#: Lines beside the title that may date the page.
LINES_BESIDE_TITLE = 15
#: Lines over the title that may name the site's owner, and lines at the top of a document.
MENU_LINES, TOP_LINES = 60, 5
#: The end of a report, as far as lines can tell: behind its last prose, which follows its last heading closely.
LAST_LINES, LINES_OF_LAST_SECTION = 15, 30
#: The first sentences may name the year.
SENTENCES_WITH_YEAR = 12
#: A line of this length without a full stop is broken by the width of the page; a longer one is a paragraph.
SHORTEST_WRAPPED, LONGEST_WRAPPED = 20, 60

#: Metadata of a web page stand as lines of this form before the page's own.
METADATA = re.compile(
    r"(title|ArticleTitle|PubDate|SiteName|ContentSource|Keywords|Description|Author|ColumnName)\s*[:：]\s*(.*)",
    re.IGNORECASE,
)
_TITLES_OF_PAGE, _NAMES_OF_PAGE = ("articletitle", "title"), ("contentsource", "author", "columnname", "sitename")

_NAME = r"[\u4e00-\u9fff()·]{2,40}?"
_YEAR = r"(?<!\d)(?P<{0}>20\d{{2}})年?度?"
_PUBLICITY = (
    r"(?:政府信息(?:与|和|及|暨)?政务公开|政务公开(?:与|和|及|暨)?政府信息公开|(?:政府|政务)?信息公开|政务公开)"
)
_TITLE = re.compile(
    rf"(?:(?P<before>{_NAME})?{_YEAR.format('year')}(?P<after>{_NAME})??|(?P<alone>{_NAME}))??"
    rf"(?:关于)?(?:{_YEAR.format('early')})?{_PUBLICITY}(?:工作)?(?:情况)?"
    rf"(?:{_YEAR.format('middle')})?(?:年度)?(?:工作)?(?:情况)?的?(?:年度)?(?:报告|年报)"
    rf"(?:\({_YEAR.format('last')}\)|(?P<bare>20\d{{2}})年度?(?!\d))?"
    r"(?=$|[-_|–—<>(\[【,]|\.[a-z]|20\d{2}[-/年.]|发布|发文|时间|日期|来源|信息来源|作者|浏览|点击|字体|字号|访问|阅读"
    r"|打印|分享|索引|文号|视力|关闭|【|一[、.]|根据|按照|依据|本报告)"
)
_HAS_TITLE = re.compile("公开.*报")
_BODY = re.compile(
    r"一[、.,:]+.{0,6}(?:总体|概述|概况|基本情况|主要工作)|.{0,8}(?:根据|依据|按照|遵照)《?中华人民共和国政府信息公开"
)
_LAST_HEADING = re.compile(r"六[、.,:]+.{2,20}$|(?:[五六七][、.,:]+)?其[他它]需要(?:报告|说明)的?(?:事项|情况)$")
_NUMBERED = re.compile(r"\(?[一二三四五六七八九十]{1,3}[)、.,]|\(?\d{1,2}[)、.](?!\d)")
_ENDS_SENTENCE = re.compile(r"[。;:!?]$")

_DATE = r"(20\d{2})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{2}(?=\d\d?:)|\d{1,2}(?!\d))\s*日?"
_PUBLISHED = re.compile(rf"(?:发布|公开|公布|刊发|发表|发稿)\s*(?:时间|日期|于)\s*[】\]]?\s*[:|]?\s*{_DATE}")
_DRAWN_UP = re.compile(rf"(?:发文|生成)\s*(?:时间|日期)\s*[】\]]?\s*[:|]?\s*{_DATE}")
_OTHER_DATES = (
    "成文 印发 签发 统计 截止 生效 失效 废止 采集 更新 当前 系统 访问 打印 下载 北京 会议 办公 受理 编制 修改 实施 施行"
)
_DATED = re.compile(rf"{''.join(f'(?<!{word})' for word in _OTHER_DATES.split())}(?:时间|日期)\s*:\s*{_DATE}")
_WRITTEN = re.compile(rf"(?:成文|印发|签发)\s*(?:时间|日期)\s*[:|]?\s*{_DATE}")
_BARE_DATE = re.compile(rf"^\[?{_DATE}\s*(?=$|\]|\d{{1,2}}[:时]|浏览|点击|阅读|来源|作者|字体|字号|发布|访问)")
_ONLY_DATE = re.compile(rf"^{_DATE}$")
_CHINESE_DATE = re.compile(r"^(20\d{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日$")
_INDEX = re.compile(r"索\s*引\s*号\s*(?:[:|]\s*([^\s|]+)|([A-Za-z0-9][\w/.-]{5,}))")
#: The year that the figures cover, the marks of year and month perhaps lost: 202111日起至20211230日止.
_PERIOD = re.compile(
    r"(20\d{2})(?:年度?|[-/.])?[(自从]?0?1(?:月|[-/.])?0?1日?(?:\([^()]{1,6}\))?起?(?:至|到|-|—|~)+"
    r"(?:(20\d{2})(?:年|[-/.])?)?12(?:月|[-/.])?(?:31|30)日?"
)
_ANNOUNCED_YEAR = re.compile(
    rf"(?:编制|公布|公开|发布|现将)了?《?[\u4e00-\u9fff]{{0,40}}?(20\d{{2}})年?度?(?:本[\u4e00-\u9fff]{{1,4}})?{_PUBLICITY}"
    r"(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:情况)?(?:报告|年报)(?!的?(?:编制|公布|发布|有关|工作的通知|的通知))"
)
_FIRST_YEAR = re.compile(r"(?:^|。)(20\d{2})年(?!\d{1,2}月\d{1,2}日|修订|修正)", re.MULTILINE)
_SENTENCE_YEAR = re.compile(r"(?<!\d)(20\d{2})年(?!\d{1,2}月\d{1,2}日|修订|修正)")
_LAST_DAY = re.compile(r"截[至止]到?(20\d{2})年(?:12月31日|底|末)")
_RECEIVED = r"(?:收到|新收|受理|办理|接收|接到|处理)[^。;,\n]{0,20}申请[^。;,\n]{0,12}\d"
_NONE_RECEIVED = r"(?:未|没有|无)[^。;,\n]{0,6}(?:收到|受理|办理|接收|接到)[^。;,\n]{0,20}申请"
_COUNTED = rf"[^。;,\n]{{0,15}}(?:{_RECEIVED}|{_NONE_RECEIVED})"
_WHOLE = re.compile(rf"(?:全(?:省|市|县|区|州|盟|旗|镇|乡|街道)|本(?:省|市|县|区|州)(?:各级|行政机关)){_COUNTED}")
_OWN = re.compile(
    rf"(?:我|本)(?:局|委|办事处|办|厅|部门|部|署|院|中心|机关|单位|站|所|队|会|社|处|馆|校|公司){_COUNTED}"
)
_CHINESE_YEAR = re.compile(r"二[〇○零0]([〇○零0一二三四五六七八九])([〇○零0一二三四五六七八九])年")
_CHINESE_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0, "0": 0}


@dataclass(frozen=True)
class Title:
    """A title as matched: its text, its lines, and what stands in it.

    ``is_dated`` says that the year stands in the title itself and not on a line before it, where it may be a menu's.
    """

    text: str
    first_line: int
    next_line: int
    names: tuple[str | None, ...]
    year: int | None
    is_dated: bool


@dataclass(frozen=True)
class Page:
    """A page's lines that aren't empty, beside each other in three forms, and its metadata."""

    metadata: tuple[tuple[str, str], ...]
    #: Compatibility form, with single spaces.
    spaced: tuple[str, ...]
    #: Without white space.
    compact: tuple[str, ...]
    #: Likewise, of a table's row that holds the title only the title.
    titles: tuple[str, ...]

    def named(self, names: Iterable[str]) -> list[str]:
        """The contents of metadata, in the order of the names."""
        return [content for name in names for key, content in self.metadata if key == name and content]


def compact_lines(lines: Sequence[str]) -> list[str]:
    """The lines that aren't empty, in compatibility form, without white space, years in digits."""
    return [compact for line in lines if (compact := _titled(_spaced(line)))]


def _spaced(line: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", line).split())


def _compact(spaced: str) -> str:
    return _CHINESE_YEAR.sub(_year_in_digits, spaced.replace(" ", ""))


def _titled(spaced: str) -> str:
    """A line without white space; of a line of several parts only the title, where the last part is one."""
    last = spaced.rpartition(" ")[2]
    if last != spaced and (match := _TITLE.fullmatch(last)) and match["year"] and (match["before"] or match["after"]):
        return _compact(last)
    return _compact(spaced)


def _year_in_digits(match: re.Match[str]) -> str:
    return f"20{_CHINESE_DIGITS[match[1]]}{_CHINESE_DIGITS[match[2]]}年"


def _page(lines: Sequence[str]) -> Page:
    spaced = [text for line in lines[:MOST_LINES] if (text := _spaced(line))]
    metadata = [(match[1].lower(), match[2]) for text in spaced if (match := METADATA.fullmatch(text))]
    own = [text for text in spaced if not METADATA.fullmatch(text)]
    return Page(tuple(metadata), tuple(own), tuple(map(_compact, own)), tuple(map(_titled, own)))


def find_titles(lines: Sequence[str]) -> list[Title]:
    """All titles of annual reports among compact lines, over one to three of them; where any has a year, only such."""
    lines = lines[:MOST_LINES]
    titles: list[Title] = []
    for count in (1, 2, 3):
        taken = {line for title in titles if title.year for line in range(title.first_line, title.next_line)}
        found = (_title_at(lines, position, count) for position in range(len(lines)))
        titles += [t for t in found if t and taken.isdisjoint(range(t.first_line, t.next_line))]
    titles.sort(key=lambda title: title.first_line)
    dated = [title for title in titles if title.year and title.is_dated]
    return dated or [title for title in titles if title.year] or titles


def _title_at(lines: Sequence[str], position: int, count: int) -> Title | None:
    parts = lines[position : position + count]
    text = "".join(parts)
    if len(parts) < count or (len(text) > LONGEST_TITLE and count > 1) or not _HAS_TITLE.search(text, 0, LONGEST_TITLE):
        return None
    match = _TITLE.search(text[:LONGEST_TITLE])
    if not match or match.start() >= len(parts[0]) or (len(text) > LONGEST_TITLE and match.start()):
        return None
    years = [int(year) for year in match.group("year", "early", "middle", "last", "bare") if year]
    is_broken = count > 1 and (match["bare"] or not len(text) - len(parts[-1]) < match.end() == len(text))
    if is_broken or (not years and match.start()):
        return None
    is_dated = count == 1 or not re.fullmatch(r"20\d{2}年?度?", parts[0])
    return Title(match[0], position, position + count, _names(match), years[0] if years else None, is_dated)


def _names(match: re.Match[str]) -> tuple[str | None, ...]:
    """The names in a title; what is left beside signs that mask a name is none."""
    if re.search(r"[*×Xx□○●?_]$", match.string[: match.start()]):
        return ()
    return tuple(
        f"{name}政府" if name.endswith("人民") else name for name in match.group("before", "after", "alone") if name
    )


def read_header(lines: Sequence[str], agencies: AgencyFinder) -> Header:
    """The header of a report.

    Args:
        lines: the document's lines in simplified script; metadata of a web page come first (``METADATA``).
        agencies: finds the agency's name.

    """
    page = _page(lines)
    period = _period(page.compact)
    body = next((n for n, line in enumerate(page.compact) if _BODY.match(line)), None)
    titles = find_titles(page.titles)
    page_titles = find_titles([_titled(_spaced(text)) for text in page.named(_TITLES_OF_PAGE)])
    title = _own_title(titles, page_titles, period, body)
    place = _place(title, titles, body)
    begin = place.first_line if place else _begin(page.compact, body)
    paragraphs = _paragraphs(page.compact[begin:])
    year = _report_year(title, period, paragraphs)
    ending = _ending(page.compact[begin:])
    own = [t for t in titles if title and (t.text == title.text or (t.year == title.year and t.text in title.text))]
    evidence = Evidence(
        titled=[name for t in ([title, *own] if title else []) for name in t.names],
        beside=_lines_beside(page, own, begin, "".join(paragraphs)),
        lines=page.compact[begin:],
        paragraphs=paragraphs,
        ending=ending,
        around=page.spaced[max(0, begin - MENU_LINES) : begin + LINES_BESIDE_TITLE][::-1],
        site=page.named(_NAMES_OF_PAGE),
    )
    index = next((match for line in page.spaced if (match := _INDEX.search(line))), None)
    return Header(
        title=title.text if title else None,
        agency_name=agencies.find(evidence),
        report_year=year,
        published_on=_published_on(page, place),
        signed_on=_signed_on(ending, year) or _first_date(_WRITTEN, page.spaced),
        index_number=(index[1] or index[2]) if index else None,
        reporting_scope=_reporting_scope("\n".join(_paragraphs(page.compact))),
    )


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Compact lines with those joined that the width of the page has broken."""
    joined: list[str] = []
    last = ""
    for line in lines:
        if joined and goes_on(last, line):
            joined[-1] += line
        else:
            joined.append(line)
        last = line
    return joined


def goes_on(line: str, following: str) -> bool:
    """Whether the width of the page has broken a compact line, so that its sentence goes on in the following one."""
    is_broken = SHORTEST_WRAPPED <= len(line) <= LONGEST_WRAPPED and not _ENDS_SENTENCE.search(line)
    return is_broken and not _NUMBERED.match(following)


def _place(title: Title | None, titles: Sequence[Title], body: int | None) -> Title | None:
    """Where a page prints its title: the last time before the report begins, not in the window's title or a menu."""
    same = [t for t in titles if title and t.text == title.text]
    return next((t for t in reversed(same) if body is None or t.next_line <= body), next(iter(same), None))


def _begin(lines: Sequence[str], body: int | None) -> int:
    """Where a report without a title begins: with the prose over its first heading."""
    begin = body or 0
    while begin and (len(lines[begin - 1]) >= SHORTEST_WRAPPED or _ENDS_SENTENCE.search(lines[begin - 1])):
        begin -= 1
    return begin


def _period(lines: Sequence[str]) -> int | None:
    """The one year that the figures are said to cover, from its first day to its last."""
    match = _PERIOD.search("".join(lines))
    return int(match[1]) if match and match[2] in (None, match[1]) else None


def _own_title(
    titles: Sequence[Title], page_titles: Sequence[Title], period: int | None, body: int | None
) -> Title | None:
    """The report's own title: a page lists reports of other years and agencies, too.

    Of the year that the figures cover, else of any; the one that the page has as its own, else the last one
    right before the report begins, else the first.
    """
    agreeing = [title for title in titles if period and title.year == period]
    dated = agreeing or [title for title in titles if title.year and title.is_dated]
    for page_title in page_titles:
        if page_title.year and (page_title.year == period or not agreeing):
            return next((title for title in dated if title.text == page_title.text), page_title)
    before_body = [t for t in dated if body is not None and 0 <= body - t.next_line <= LINES_TO_BODY]
    if dated:
        named = [title for title in before_body if any(title.names)]
        return (named or before_body)[-1] if agreeing and before_body else dated[0]
    near = (t for t in titles if t.next_line <= FIRST_LINES or 0 <= (body or 0) - t.next_line <= LINES_TO_BODY)
    return next(near, None)


def _lines_beside(page: Page, own: Sequence[Title], begin: int, prose: str) -> list[str]:
    """The lines over and under the title, where they belong to it and to no menu.

    At the top of a document, between two prints of the title, or with words that the report itself has.
    """
    over = [(title, title.first_line - 1) for title in own if title.first_line]
    under = [(title, title.next_line) for title in own if title.next_line < len(page.compact)]
    return [
        page.compact[line]
        for title, line in (*over, *under)
        if title.first_line <= TOP_LINES
        or prose.count(page.compact[line]) > (line >= begin)
        or any(0 < title.first_line - other.next_line < TOP_LINES for other in own)
    ]


def _report_year(title: Title | None, period: int | None, paragraphs: Sequence[str]) -> int | None:
    """From the title, else the sentence that announces the report, the period of the figures, or the first sentence."""
    first = "\n".join(paragraphs[:SENTENCES_WITH_YEAR])
    patterns = (_FIRST_YEAR, _SENTENCE_YEAR, _LAST_DAY)
    sentence = next((match for pattern in patterns if (match := pattern.search(first))), None)
    announced = _ANNOUNCED_YEAR.search(first)
    years = (title.year if title else None, announced and int(announced[1]), period, sentence and int(sentence[1]))
    return next((year for year in years if year and EARLIEST_YEAR <= year <= LATEST_YEAR), None)


def _published_on(page: Page, title: Title | None) -> date | None:
    """The date of publication as the page has it beside the title, in its metadata, or elsewhere, in this order."""
    start = max(0, title.first_line - LINES_BESIDE_TITLE) if title else 0
    beside = page.spaced[start : title.next_line + LINES_BESIDE_TITLE] if title else page.spaced[:LINES_BESIDE_TITLE]
    below = page.spaced[title.next_line : title.next_line + 3] if title else ()
    return (
        _first_date(_PUBLISHED, beside)
        or _first_date(re.compile(f"^{_DATE}"), page.named(["pubdate"]))
        or _first_date(_PUBLISHED, page.spaced)
        or _first_date(_DRAWN_UP, page.spaced)
        or _first_date(_DATED, beside)
        or _first_date(_BARE_DATE, below)
    )


def _first_date(pattern: re.Pattern[str], lines: Iterable[str]) -> date | None:
    matches = (pattern.search(line) for line in lines)
    return next((found for match in matches if match and (found := _date(*match.groups()))), None)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _ending(lines: Sequence[str]) -> list[str]:
    """The last lines of a report, before the foot of the page: where it is signed."""
    last = max((n for n, line in enumerate(lines) if _LAST_HEADING.match(line)), default=None)
    within = range(len(lines)) if last is None else range(last, min(len(lines), last + LINES_OF_LAST_SECTION))
    prose = max((n for n in within if _ENDS_SENTENCE.search(lines[n])), default=last)
    return list(lines[-LAST_LINES:] if prose is None else lines[prose + 1 :][:LAST_LINES])


def _signed_on(ending: Sequence[str], year: int | None) -> date | None:
    """The date on a line of its own at the end of the report, in digits or in Chinese numerals.

    A clock in the foot of a page has such a line, too: the date has to lie in the report's year or the next.
    """
    for line in ending:
        found = _first_date(_ONLY_DATE, [line])
        if match := _CHINESE_DATE.match(line):
            found = _date(match[1], str(_chinese_number(match[2])), str(_chinese_number(match[3])))
        if found and (year is None or year <= found.year <= year + 1):
            return found
    return None


def _chinese_number(text: str) -> int:
    """A number below 100 in Chinese numerals: 十二 is 12, 二十 is 20."""
    tens, ten, units = text.rpartition("十")
    if not ten:
        return _CHINESE_DIGITS.get(text, 0)
    return (_CHINESE_DIGITS.get(tens, 1) if tens else 1) * 10 + _CHINESE_DIGITS.get(units, 0)


def _reporting_scope(text: str) -> ReportingScope | None:
    """Whose applications the prose counts: the whole jurisdiction's (全市共受理…) or the organ's own (我局收到…)."""
    whole, own = bool(_WHOLE.search(text)), bool(_OWN.search(text))
    if whole == own:
        return None
    return "whole_jurisdiction" if whole else "own_organ"
