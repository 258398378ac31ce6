"""What a report says of itself: title, year, dates, index number, reporting scope.

Belongs here: reading these from the page's lines. Doesn't belong here: the agency's name
(``extract.agency``), or anything in the statutory tables. What the page doesn't say stays None.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from extract.agency import AgencyFinder
from extract.documents import Header, ReportingScope

#: Reports exist since the Regulations of 2008; a later year than this is a slip of the page.
EARLIEST_YEAR, LATEST_YEAR = 2008, 2099
#: The title stands within so many lines that aren't empty.
TITLE_LINES = 60
#: A longer line, or so many letters over three lines, is prose.
LONGEST_TITLE = 90

_NAME = r"[\u4e00-\u9fff()·]{2,40}?"
_YEAR = r"(?P<{0}>20\d{{2}})年?度?"
_TITLE = re.compile(
    rf"(?:(?P<before>{_NAME})?{_YEAR.format('year')}(?P<after>{_NAME})?|(?P<alone>{_NAME}))?"
    r"(?:关于)?(?:政府|政务)信息公开(?:工作)?(?:情况)?"
    rf"(?:{_YEAR.format('middle')})?(?:年度)?(?:工作)?(?:情况)?的?报告(?:\({_YEAR.format('last')}\))?"
    r"(?=$|发布|时间|日期|来源|作者|浏览|点击|字体|字号|\d{4}[-/])"
)
_DATE = r"(20\d{2})[-年/.](\d{1,2})[-月/.](\d{1,2})日?"
_PUBLISHED = re.compile(rf"(?:发布|发文|公开|公布|生成|刊发)(?:时间|日期)[】\]]?:?{_DATE}")
_DATED = re.compile(rf"(?<!成文)(?<!印发)(?<!签发)(?<!统计)(?<!截止)(?<!生效)(?<!失效)(?:时间|日期):{_DATE}")
_WRITTEN = re.compile(rf"(?:成文|印发|签发)(?:时间|日期):?{_DATE}")
_BARE_DATE = re.compile(rf"^{_DATE}(?=$|\d{{1,2}}[:时]|浏览|点击|阅读|来源|作者|字体|字号|发布|访问)")
_ONLY_DATE = re.compile(rf"^{_DATE}$")
_CHINESE_DATE = re.compile(r"^(20\d{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日$")
_INDEX = re.compile(r"索\s*引\s*号[:：]\s*([^\s|]+)")
_PERIOD = re.compile(r"(20\d{2})年?1月1日起?(?:至|到|-|—|~)")
_SENTENCE_YEAR = re.compile(r"(?<!\d)(20\d{2})年(?!\d{1,2}月\d{1,2}日|修订|修正)")
_RECEIVED = r"(?:收到|受理|办理|接收|处理)[^。;,\n]{0,20}申请[^。;,\n]{0,12}\d"
_NONE_RECEIVED = r"(?:未|没有|无)[^。;,\n]{0,6}(?:收到|受理|办理|接收)[^。;,\n]{0,20}申请"
_COUNTED = rf"[^。;,\n]{{0,15}}(?:{_RECEIVED}|{_NONE_RECEIVED})"
_WHOLE = re.compile(rf"全(?:省|市|县|区|州|盟|旗|镇|乡|街道){_COUNTED}")
_OWN = re.compile(rf"(?:我|本)(?:局|委|办|厅|部|署|院|中心|机关|单位|站|所|队|会|社){_COUNTED}")
_CHINESE_YEAR = re.compile(r"二[〇○零0]([〇○零0一二三四五六七八九])([〇○零0一二三四五六七八九])年")
_CHINESE_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0, "0": 0}


@dataclass(frozen=True)
class Title:
    """A title as matched: its text, the line after it, and what stands in and above it."""

    text: str
    next_line: int
    names: tuple[str | None, ...]
    year: int | None


def compact_lines(lines: Sequence[str]) -> list[str]:
    """The lines that aren't empty, in compatibility form, without white space, years in digits."""
    return [compact for line in lines if (compact := _compact(line))]


def _compact(line: str) -> str:
    """A line without white space; of a line of several parts only the title, where the last part is one."""
    parts = unicodedata.normalize("NFKC", line).split()
    if len(parts) > 1 and (match := _TITLE.fullmatch(parts[-1])) and match["year"] and match["before"]:
        parts = parts[-1:]
    return _CHINESE_YEAR.sub(_year_in_digits, "".join(parts))


def _year_in_digits(match: re.Match[str]) -> str:
    return f"20{_CHINESE_DIGITS[match[1]]}{_CHINESE_DIGITS[match[2]]}年"


def find_titles(lines: Sequence[str]) -> list[Title]:
    """All titles of annual reports among compact lines; where none has a line of its own, those over two or three."""
    for count in (1, 2, 3):
        titles = (_title_at(lines, position, count) for position in range(len(lines)))
        if found := [title for title in titles if title]:
            return found
    return []


def _title_at(lines: Sequence[str], position: int, count: int) -> Title | None:
    text = "".join(lines[position : position + count])
    match = _TITLE.search(text) if len(text) <= LONGEST_TITLE else None
    if not match or match.start() >= len(lines[position]):
        return None
    above = lines[position - 1] if position else None
    years = [int(year) for year in (match["year"], match["middle"], match["last"]) if year]
    names = (match["before"], match["after"], match["alone"], above)
    return Title(match[0], position + count, names, years[0] if years else None)


def read_header(lines: Sequence[str], agencies: AgencyFinder) -> Header:
    """The header of a report.

    Args:
        lines: the document's lines in simplified script.
        agencies: finds the agency's name.

    """
    compact = compact_lines(lines)
    text = "\n".join(compact)
    period = _PERIOD.search(text)
    title = _own_title(find_titles(compact[:TITLE_LINES]), int(period[1]) if period else None)
    index = _INDEX.search(unicodedata.normalize("NFKC", "\n".join(lines[:TITLE_LINES])))
    return Header(
        title=title.text if title else None,
        agency_name=agencies.find(title.names if title else (), compact),
        report_year=_report_year(title, compact),
        published_on=_published_on(title, compact),
        signed_on=_signed_on(compact) or _first_date(_WRITTEN, text),
        index_number=index[1] if index else None,
        reporting_scope=_reporting_scope(text),
    )


def _own_title(titles: Sequence[Title], period: int | None) -> Title | None:
    """The title of the year that the figures cover, else the first: a page lists other years' reports too."""
    return next((title for title in titles if period and title.year == period), next(iter(titles), None))


def _report_year(title: Title | None, lines: Sequence[str]) -> int | None:
    """From the title, else the period that the figures cover, else the first sentence that names a year."""
    if title and title.year:
        return _plausible(title.year)
    text = "\n".join(lines)
    period = _PERIOD.search(text)
    first = period or _SENTENCE_YEAR.search("\n".join(lines[:12]))
    return _plausible(int(first[1])) if first else None


def _plausible(year: int) -> int | None:
    return year if EARLIEST_YEAR <= year <= LATEST_YEAR else None


def _published_on(title: Title | None, lines: Sequence[str]) -> date | None:
    text = "\n".join(lines)
    labelled = _first_date(_PUBLISHED, text) or _first_date(_DATED, text)
    if labelled or not title:
        return labelled
    below = lines[title.next_line : title.next_line + 3]
    return next((found for line in below if (found := _first_date(_BARE_DATE, line))), None)


def _first_date(pattern: re.Pattern[str], text: str) -> date | None:
    match = pattern.search(text)
    return _date(*match.groups()) if match else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _signed_on(lines: Sequence[str]) -> date | None:
    """The date on a line of its own at the end of the report, in digits or in Chinese numerals."""
    for line in reversed(lines[-15:]):
        if found := _first_date(_ONLY_DATE, line):
            return found
        if match := _CHINESE_DATE.match(line):
            return _date(match[1], str(_chinese_number(match[2])), str(_chinese_number(match[3])))
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
