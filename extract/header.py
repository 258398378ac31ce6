"""What a report says of itself: title, year, dates, index number, reporting scope.

Belongs here: reading these from the page's lines. Doesn't belong here: the lines' forms and the titles among them
(``extract.titles``), the agency's name (``extract.agency``), or anything in the statutory tables. What the page
doesn't say stays None.

Most pages say most of it in their title: what else might say it is looked through only where the title doesn't.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from extract.agency import PROSE_LINES, AgencyFinder, Evidence
from extract.documents import Header, ReportingScope
from extract.titles import (
    CHINESE_DIGITS,
    ENDS_OF_SENTENCE,
    LONGEST_TITLE,
    METADATA,
    PUBLICITY,
    SHORTEST_WRAPPED,
    Page,
    Title,
    compact_lines,
    find_titles,
    goes_on,
    read_page,
)

__all__ = ["LONGEST_TITLE", "METADATA", "compact_lines", "find_titles", "goes_on", "read_header"]

#: Reports exist since the Regulations of 2008; a later year than this is a slip of the page.
EARLIEST_YEAR, LATEST_YEAR = 2008, 2099
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

_TITLES_OF_PAGE, _NAMES_OF_PAGE = ("articletitle", "title"), ("contentsource", "author", "columnname", "sitename")

_BODY = re.compile(
    r"一[、.,:]+.{0,6}(?:总体|概述|概况|基本情况|主要工作)|.{0,8}(?:根据|依据|按照|遵照)《?中华人民共和国政府信息公开"
)
#: What a line that ``_BODY`` matches holds, quick to look for in a whole page.
_LIKE_BODY = re.compile(r"一[、.,:]|中华人民共和国政府信息公开")
_LAST_HEADING = re.compile(r"六[、.,:]+.{2,20}$|(?:[五六七][、.,:]+)?其[他它]需要(?:报告|说明)的?(?:事项|情况)$")

_DATE = r"(20\d{2})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{2}(?=\d\d?:)|\d{1,2}(?!\d))\s*日?"
_PUBLISHED = re.compile(rf"(?:发布|公开|公布|刊发|发表|发稿)\s*(?:时间|日期|于)\s*[】\]]?\s*[:|]?\s*{_DATE}")
_DRAWN_UP = re.compile(rf"(?:发文|生成)\s*(?:时间|日期)\s*[】\]]?\s*[:|]?\s*{_DATE}")
_OTHER_DATES = (
    "成文 印发 签发 统计 截止 生效 失效 废止 采集 更新 当前 系统 访问 打印 下载 北京 会议 办公 受理 编制 修改 实施 施行"
)
_DATED = re.compile(rf"{''.join(f'(?<!{word})' for word in _OTHER_DATES.split())}(?:时间|日期)\s*:\s*{_DATE}")
_WRITTEN = re.compile(rf"(?:成文|印发|签发)\s*(?:时间|日期)\s*[:|]?\s*{_DATE}")
_BARE_DATE = re.compile(rf"^\[?{_DATE}\s*(?=$|\]|\d{{1,2}}[:时]|浏览|点击|阅读|来源|作者|字体|字号|发布|访问)")
_DATE_FIRST, _ONLY_DATE = re.compile(f"^{_DATE}"), re.compile(rf"^{_DATE}$")
_CHINESE_DATE = re.compile(r"^(20\d{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日$")
#: The year of a date that its label stands before, in lines without white space.
_LABELLED_DATE = re.compile(r"20(?<=[期间于\]】:|]20)\d{2}[-年/.]")
_INDEX = re.compile(r"索\s*引\s*号\s*(?:[:|]\s*([^\s|]+)|([A-Za-z0-9][\w/.-]{5,}))")
_LIKE_INDEX = re.compile("索引号")
#: The year that the figures cover, the marks of year and month perhaps lost: 202111日起至20211230日止.
_PERIOD = re.compile(
    r"(20\d{2})(?:年度?|[-/.])?[(自从]?0?1(?:月|[-/.])?0?1日?(?:\([^()]{1,6}\))?起?(?:至|到|-|—|~)+"
    r"(?:(20\d{2})(?:年|[-/.])?)?12(?:月|[-/.])?(?:31|30)日?"
)
_ANNOUNCED_YEAR = re.compile(
    rf"(?:编制|公布|公开|发布|现将)了?《?[\u4e00-\u9fff]{{0,40}}?(20\d{{2}})年?度?(?:本[\u4e00-\u9fff]{{1,4}})?{PUBLICITY}"
    r"(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:情况)?(?:报告|年报)(?!的?(?:编制|公布|发布|有关|工作的通知|的通知))"
)
_FIRST_YEAR = re.compile(r"(?:^|。)(20\d{2})年(?!\d{1,2}月\d{1,2}日|修订|修正)", re.MULTILINE)
_SENTENCE_YEAR = re.compile(r"(?<!\d)(20\d{2})年(?!\d{1,2}月\d{1,2}日|修订|修正)")
_LAST_DAY = re.compile(r"截[至止]到?(20\d{2})年(?:12月31日|底|末)")
_RECEIVED = r"(?:收到|新收|受理|办理|接收|接到|处理)[^。;,\n]{0,20}申请[^。;,\n]{0,12}\d"
_NONE_RECEIVED = r"(?:未|没有|无)[^。;,\n]{0,6}(?:收到|受理|办理|接收|接到)[^。;,\n]{0,20}申请"
_COUNTED = rf"[^。;,\n]{{0,15}}(?:{_RECEIVED}|{_NONE_RECEIVED})"
#: Each pattern begins with one letter: that is quicker to look for than either of two.
_WHOLE = (
    re.compile(rf"全(?:省|市|县|区|州|盟|旗|镇|乡|街道){_COUNTED}"),
    re.compile(rf"本(?:省|市|县|区|州)(?:各级|行政机关){_COUNTED}"),
)
_OWN = tuple(
    re.compile(rf"{whose}(?:局|委|办事处|办|厅|部门|部|署|院|中心|机关|单位|站|所|队|会|社|处|馆|校|公司){_COUNTED}")
    for whose in "我本"
)


def read_header(lines: Sequence[str] | Page, agencies: AgencyFinder) -> Header:
    """The header of a report.

    Args:
        lines: the document's lines in simplified script, metadata of a web page first (``METADATA``); or the page that
            ``read_page`` makes of them.
        agencies: finds the agency's name.

    """
    page = lines if isinstance(lines, Page) else read_page(lines)
    period = _period(page)
    body = next((n for n in page.lines_with(_LIKE_BODY) if _BODY.match(page.compact[n])), None)
    title = _own_title(page.titles, _page_titles(page), period, body)
    place = _place(title, page.titles, body)
    begin = place.first_line if place else _begin(page.compact, body)
    report = page.compact[begin:]
    year = _report_year(title, period, report)
    ending = _ending(report)
    dated = list(page.lines_with(_LABELLED_DATE))
    return Header(
        title=title.text if title else None,
        agency_name=agencies.find(_evidence(page, title, begin, ending)),
        report_year=year,
        published_on=_published_on(page, place, dated),
        signed_on=_signed_on(ending, year) or _first_date(_WRITTEN, page, dated),
        index_number=_index_number(page),
        reporting_scope=_reporting_scope(page),
    )


def _evidence(page: Page, title: Title | None, begin: int, ending: Sequence[str]) -> Evidence:
    own = [
        t for t in page.titles if title and (t.text == title.text or (t.year == title.year and t.text in title.text))
    ]
    report = page.compact[begin:]
    around = range(len(page.compact))[max(0, begin - MENU_LINES) : begin + LINES_BESIDE_TITLE]
    return Evidence(
        titled=[name for t in ([title, *own] if title else []) for name in t.names],
        beside=_lines_beside(page, own, begin),
        lines=report,
        paragraphs=islice(_paragraphs(report), PROSE_LINES),
        ending=ending,
        around=map(page.spaced, reversed(around)),
        site=page.named(_NAMES_OF_PAGE),
    )


def _page_titles(page: Page) -> list[Title]:
    named = page.named(_TITLES_OF_PAGE)
    return find_titles(compact_lines(named)) if named else []


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Compact lines with those joined that the width of the page has broken."""
    parts: list[str] = []
    for line in lines:
        if parts and not goes_on(parts[-1], line):
            yield "".join(parts)
            parts = []
        parts.append(line)
    if parts:
        yield "".join(parts)


def _place(title: Title | None, titles: Sequence[Title], body: int | None) -> Title | None:
    """Where a page prints its title: the last time before the report begins, not in the window's title or a menu."""
    same = [t for t in titles if title and t.text == title.text]
    return next((t for t in reversed(same) if body is None or t.next_line <= body), next(iter(same), None))


def _begin(lines: Sequence[str], body: int | None) -> int:
    """Where a report without a title begins: with the prose over its first heading."""
    begin = body or 0
    while begin and (len(lines[begin - 1]) >= SHORTEST_WRAPPED or lines[begin - 1].endswith(ENDS_OF_SENTENCE)):
        begin -= 1
    return begin


def _period(page: Page) -> int | None:
    """The one year that the figures are said to cover, from its first day to its last."""
    match = _PERIOD.search(page.unbroken)
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


def _lines_beside(page: Page, own: Sequence[Title], begin: int) -> Iterator[str]:
    """The lines over and under the title, where they belong to it and to no menu.

    At the top of a document, between two prints of the title, or with words that the report itself has.
    """
    prose = "".join(page.compact[begin:])
    over = [(title, title.first_line - 1) for title in own if title.first_line]
    under = [(title, title.next_line) for title in own if title.next_line < len(page.compact)]
    for title, line in (*over, *under):
        if (
            title.first_line <= TOP_LINES
            or prose.count(page.compact[line]) > (line >= begin)
            or any(0 < title.first_line - other.next_line < TOP_LINES for other in own)
        ):
            yield page.compact[line]


def _report_year(title: Title | None, period: int | None, report: Iterable[str]) -> int | None:
    """From the title, else the sentence that announces the report, the period of the figures, or the first sentence."""
    if title and _is_possible(title.year):
        return title.year
    first = "\n".join(islice(_paragraphs(report), SENTENCES_WITH_YEAR))
    announced = _ANNOUNCED_YEAR.search(first)
    patterns = (_FIRST_YEAR, _SENTENCE_YEAR, _LAST_DAY)
    sentence = next((match for pattern in patterns if (match := pattern.search(first))), None)
    years = (announced and int(announced[1]), period, sentence and int(sentence[1]))
    return next((year for year in years if _is_possible(year)), None)


def _is_possible(year: int | None) -> bool:
    return year is not None and EARLIEST_YEAR <= year <= LATEST_YEAR


def _published_on(page: Page, title: Title | None, dated: Sequence[int]) -> date | None:
    """The date of publication as the page has it beside the title, in its metadata, or elsewhere, in this order."""
    start = max(0, title.first_line - LINES_BESIDE_TITLE) if title else 0
    stop = (title.next_line if title else 0) + LINES_BESIDE_TITLE
    beside = [number for number in dated if start <= number < stop]
    below = range(title.next_line, min(title.next_line + 3, len(page.compact))) if title else ()
    return (
        _first_date(_PUBLISHED, page, beside)
        or _first_date_of(_DATE_FIRST, page.named(["pubdate"]))
        or _first_date(_PUBLISHED, page, dated)
        or _first_date(_DRAWN_UP, page, dated)
        or _first_date(_DATED, page, beside)
        or _first_date(_BARE_DATE, page, below)
    )


def _first_date(pattern: re.Pattern[str], page: Page, numbers: Iterable[int]) -> date | None:
    """The first date that lines of a page have in a form."""
    return _first_date_of(pattern, (page.spaced(number) for number in numbers))


def _first_date_of(pattern: re.Pattern[str], lines: Iterable[str]) -> date | None:
    matches = (pattern.search(line) for line in lines)
    return next((found for match in matches if match and (found := _date(*match.groups()))), None)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _index_number(page: Page) -> str | None:
    matches = (_INDEX.search(page.spaced(number)) for number in page.lines_with(_LIKE_INDEX))
    return next((match[1] or match[2] for match in matches if match), None)


def _ending(lines: Sequence[str]) -> Sequence[str]:
    """The last lines of a report, before the foot of the page: where it is signed."""
    backwards = range(len(lines) - 1, -1, -1)
    last = next((n for n in backwards if lines[n][0] in "五六七其" and _LAST_HEADING.match(lines[n])), None)
    if last is not None:
        backwards = range(min(len(lines), last + LINES_OF_LAST_SECTION) - 1, last - 1, -1)
    prose = next((n for n in backwards if lines[n].endswith(ENDS_OF_SENTENCE)), last)
    return lines[-LAST_LINES:] if prose is None else lines[prose + 1 : prose + 1 + LAST_LINES]


def _signed_on(ending: Iterable[str], year: int | None) -> date | None:
    """The date on a line of its own at the end of the report, in digits or in Chinese numerals.

    A clock in the foot of a page has such a line, too: the date has to lie in the report's year or the next.
    """
    for line in ending:
        if not line.startswith("20"):
            continue
        found = _first_date_of(_ONLY_DATE, [line])
        if match := _CHINESE_DATE.match(line):
            found = _date(match[1], str(_chinese_number(match[2])), str(_chinese_number(match[3])))
        if found and (year is None or year <= found.year <= year + 1):
            return found
    return None


def _chinese_number(text: str) -> int:
    """A number below 100 in Chinese numerals: 十二 is 12, 二十 is 20."""
    tens, ten, units = text.rpartition("十")
    if not ten:
        return CHINESE_DIGITS.get(text, 0)
    return (CHINESE_DIGITS.get(tens, 1) if tens else 1) * 10 + CHINESE_DIGITS.get(units, 0)


def _reporting_scope(page: Page) -> ReportingScope | None:
    """Whose applications the prose counts: the whole jurisdiction's (全市共受理…) or the organ's own (我局收到…)."""
    whole, own = (any(_stands_in_prose(pattern, page) for pattern in patterns) for patterns in (_WHOLE, _OWN))
    if whole == own:
        return None
    return "whole_jurisdiction" if whole else "own_organ"


def _stands_in_prose(pattern: re.Pattern[str], page: Page) -> bool:
    """Whether a pattern matches in a paragraph; only where it runs over the end of a line these have to be joined."""
    if not pattern.search(page.unbroken):
        return False
    return bool(pattern.search(page.text) or pattern.search("\n".join(_paragraphs(page.compact))))
