"""Workbooks (.xlsx): the rows of every visible sheet as rows of cells in a grid.

Belongs here: what is printed in which cell. Doesn't belong here: unpacking (``extract.layouts.archive``),
formats of numbers other than dates, charts, and text boxes over a sheet.

No library for workbooks reads them here: the fast one (calamine) ends the whole process on a small hostile
file, and gives cells with an error as empty ones.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from extract.layouts.archive import Element, Package
from extract.layouts.stream import PrintedCell, Refused, joined

#: A sheet that is used beyond these, or a workbook with more cells or letters, is refused.
MOST_COLUMNS, MOST_ROWS = 1_000, 1_048_576
MOST_CELLS, MOST_LETTERS = 500_000, 20_000_000
#: So many cells may lie in merged areas, areas over one another counted each time.
MOST_MERGED_CELLS = 2_000_000

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_VALUE, _STRING, _TEXT, _GUIDE = (_SHEET + name for name in ("v", "is", "t", "rPh"))
_ON = ("1", "true")
_REFERENCE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_AREA = re.compile(f"{_REFERENCE.pattern}(?::{_REFERENCE.pattern})?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_LETTER_BY_CODE = re.compile("_x([0-9A-Fa-f]{4})_")
_LINE_BREAK = re.compile(r"\r\n?|\n")

#: Formats that need no definition: of dates (27 to 36 and 50 to 58 are those of East Asia), and of a duration.
_DATE_FORMATS = frozenset(map(str, (*range(14, 23), *range(27, 37), 45, 47, *range(50, 59))))
_DURATION_FORMAT = "46"
_LITERAL_OF_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_LETTER_OF_DATE = re.compile("[ymdhs]", re.IGNORECASE)
_MARK_OF_DURATION = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
#: What is printed for a number that is no date, in the format of a date.
_NO_DATE = "#####"
_SECONDS_OF_DAY, _LAST_DAY = 86_400, 2_958_465


def cells(content: bytes) -> Iterator[PrintedCell]:
    """The cells of all visible sheets; each row down to the last used one counts as a line.

    A sheet is as wide as its last column with a text. Rows without any text yield nothing, nor do
    hidden rows and columns. A merged cell is yielded where it begins.

    Raises:
        Refused: no workbook, a damaged or encrypted one, or one beyond the bounds.

    """
    workbook = _Workbook(Package(content))
    found: list[PrintedCell] = []
    letters = lines = 0
    for root in workbook.visible_sheets():
        sheet = _Sheet(root, workbook)
        for row, texts in sheet.rows(MOST_CELLS - len(found)):
            line = lines + row
            found += [PrintedCell(text, line, "sheet", True, line, column) for column, text in texts]
            letters += sum(len(text) for _, text in texts)
            if letters > MOST_LETTERS:
                raise Refused("too_large", f"more than {MOST_LETTERS} letters")
        lines += sheet.last_row
    return iter(found)


class _Workbook:
    """What the sheets of a workbook share: strings, formats, the beginning of time."""

    def __init__(self, package: Package) -> None:
        self._package = package
        part = package.main_part("xl/workbook.xml")
        self._root = package.xml(part)
        self._relations = package.relations(part)
        strings, styles = self._related("sharedStrings"), self._related("styles")
        self._strings = [] if strings is None else [_text_of(item) for item in strings.iter(_SHEET + "si")]
        self._formats = {} if styles is None else _formats(styles)
        properties = self._root.find(_SHEET + "workbookPr")
        self._begins_1904 = properties is not None and properties.get("date1904") in _ON

    def _related(self, kind: str) -> Element | None:
        targets = [relation.target for relation in self._relations.values() if relation.kind == kind]
        return self._package.optional_xml(targets[0]) if targets and targets[0] else None

    def visible_sheets(self) -> Iterator[Element]:
        """The roots of the sheets that are shown, in order; charts on a sheet of their own are left out."""
        for sheet in self._root.iter(_SHEET + "sheet"):
            relation = self._relations.get(sheet.get(_RELATION, ""))
            if relation is None or relation.target is None:
                raise Refused("unreadable", "a sheet that isn't in the workbook")
            if relation.kind == "worksheet" and sheet.get("state", "visible") == "visible":
                yield self._package.xml(relation.target)

    def text(self, cell: Element) -> str:
        """What a cell prints."""
        value = None
        for child in cell:
            if child.tag == _STRING:
                return _text_of(child)
            if child.tag == _VALUE:
                value = child.text
        return "" if value is None else self._printed(value, cell.get("t", "n"), cell.get("s", "0"))

    def _printed(self, value: str, kind: str, style: str) -> str:
        if kind == "s":
            return self._string(value)
        if kind == "b":
            return "TRUE" if value.strip() in _ON else "FALSE"
        if kind != "n" or not _NUMBER.fullmatch(value.strip()):
            return _one_line(value)
        kind_of_format = self._formats.get(style, "number")
        if kind_of_format == "number":
            return _number(value.strip())
        return _duration(float(value)) if kind_of_format == "duration" else _date(float(value), self._begins_1904)

    def _string(self, index: str) -> str:
        number = _whole(index.strip(), 0)
        if number >= len(self._strings):
            raise Refused("unreadable", "a cell refers to a text that isn't in the workbook")
        return self._strings[number]


# -- sheets -----------------------------------------------------------------------------------


class _Area(NamedTuple):
    """A merged cell: rows from 1, columns from 0, its last ones included."""

    top: int
    left: int
    bottom: int
    right: int


class _Sheet:
    """The texts of one sheet by row (from 1) and column (from 0), empty cells left out."""

    def __init__(self, root: Element, workbook: _Workbook) -> None:
        self._texts: dict[int, dict[int, str]] = {}
        self._hidden_rows: set[int] = set()
        self._covered: set[tuple[int, int]] = set()
        self._read(root, workbook)
        self._hidden_columns = _hidden_columns(root)
        self._merge([_area(element.get("ref", "")) for element in root.iter(_SHEET + "mergeCell")])
        self.last_row = max(self._texts, default=0)

    def rows(self, most_cells: int) -> Iterator[tuple[int, list[tuple[int, str]]]]:
        """The rows that have a text and are shown: the number of the row, and its cells by their columns."""
        shown = {row: texts for row in self._shown_rows() if (texts := self._texts[row])}
        width = max((max(texts) for texts in shown.values()), default=-1) + 1
        if len(shown) * width > most_cells:
            raise Refused("too_large", f"more than {MOST_CELLS} cells")
        columns = [column for column in range(width) if column not in self._hidden_columns]
        for row, texts in shown.items():
            yield row, [(column, texts.get(column, "")) for column in columns if (row, column) not in self._covered]

    def _shown_rows(self) -> list[int]:
        return sorted(self._texts.keys() - self._hidden_rows)

    def _read(self, root: Element, workbook: _Workbook) -> None:
        row = 0
        for element in root.iter(_SHEET + "row"):
            row = _whole(element.get("r"), row + 1)
            if element.get("hidden") in _ON:
                self._hidden_rows.add(row)
            column = -1
            for cell in element:
                reference = cell.get("r")
                row, column = _place(reference) if reference else (row, column + 1)
                if text := workbook.text(cell):
                    self._put(row, column, text)

    def _put(self, row: int, column: int, text: str) -> None:
        if column >= MOST_COLUMNS or row > MOST_ROWS:
            raise Refused("too_large", f"a sheet with more than {MOST_COLUMNS} columns or {MOST_ROWS} rows")
        self._texts.setdefault(row, {})[column] = text

    def _merge(self, areas: list[_Area]) -> None:
        """Leave of each merged area its first cell; where that is hidden, its text shows in the first shown one."""
        shown, steps_left = self._shown_rows(), MOST_MERGED_CELLS
        for area in areas:
            text = self._texts.get(area.top, {}).get(area.left, "")
            rows = shown[bisect_left(shown, area.top) : bisect_right(shown, area.bottom)]
            right = min(area.right, MOST_COLUMNS)
            steps_left -= (len(rows) + 1) * max(1, right - area.left + 1)
            if steps_left < 0:
                raise Refused("too_large", f"more than {MOST_MERGED_CELLS} cells in merged areas")
            columns = [column for column in range(area.left, right + 1) if column not in self._hidden_columns]
            self._cover(rows, columns)
            top = rows[0] if area.top in self._hidden_rows and rows else area.top
            if columns and top not in self._hidden_rows:
                self._covered.discard((top, columns[0]))
                if text:
                    self._put(top, columns[0], text)
        for texts in self._texts.values():
            for column in self._hidden_columns & texts.keys():
                del texts[column]

    def _cover(self, rows: list[int], columns: list[int]) -> None:
        for row in rows:
            for column in columns:
                self._texts[row].pop(column, None)
                self._covered.add((row, column))


def _hidden_columns(root: Element) -> set[int]:
    hidden: set[int] = set()
    for element in islice(root.iter(_SHEET + "col"), MOST_COLUMNS):
        if element.get("hidden") in _ON:
            first, last = _whole(element.get("min"), 1), _whole(element.get("max"), MOST_COLUMNS)
            hidden.update(range(first - 1, min(last, MOST_COLUMNS)))
    return hidden


def _area(reference: str) -> _Area:
    match = _AREA.fullmatch(reference)
    if match is None:
        raise Refused("unreadable", "a merged area without a place")
    letters, row, last_letters, last_row = match.groups()
    rows = sorted((int(row), int(last_row or row)))
    columns = sorted((_column(letters), _column(last_letters or letters)))
    return _Area(rows[0], columns[0], rows[1], columns[1])


def _place(reference: str) -> tuple[int, int]:
    """The row (from 1) and the column (from 0) of ``B12``."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise Refused("unreadable", "a cell without a place")
    return int(match[2]), _column(match[1])


@lru_cache(MOST_COLUMNS)
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _whole(value: str | None, otherwise: int) -> int:
    if value is None:
        return otherwise
    if not value[:8].isdecimal():
        raise Refused("unreadable", "a row, a column or a text without a number")
    return int(value[:8])


# -- texts ------------------------------------------------------------------------------------


def _text_of(string: Element) -> str:
    """The text of a string in one or more formats, without the reading above it."""
    return _one_line("".join(text.text or "" for text in string.iter(_TEXT) if text.getparent().tag != _GUIDE))


def _one_line(text: str) -> str:
    if "_x" in text:
        text = _LETTER_BY_CODE.sub(_letter, text)
    return joined(_LINE_BREAK.split(text.replace("\t", " ")))


def _letter(match: re.Match[str]) -> str:
    """The letter that a code stands for, if it is one that may stand in a text."""
    letter = chr(int(match[1], 16))
    return letter if letter.isprintable() or letter in "\r\n\t" else ""


def _number(text: str) -> str:
    """A number without a needless point, and without an exponent."""
    if text.isdecimal() and len(text) < 16:
        return str(int(text))
    value = float(text)
    if value in (float("inf"), float("-inf")):
        return text
    is_whole = value.is_integer() and abs(value) < 1e15
    return str(int(value)) if is_whole else format(Decimal(repr(value)), "f")


def _date(serial: float, begins_1904: bool) -> str:
    """The day, or the time of a day, or both, as ISO 8601 has them."""
    days, seconds = divmod(round(serial * _SECONDS_OF_DAY), _SECONDS_OF_DAY) if 0 <= serial <= _LAST_DAY else (-1, 0)
    if days < 0:
        return _NO_DATE
    time = _duration(seconds / _SECONDS_OF_DAY)
    if not days:
        return time
    # the older calendar counts a 29th of February 1900, which there wasn't
    beginning = date(1904, 1, 1) if begins_1904 else date(1899, 12, 30 if days > 60 else 31)
    try:
        day = (beginning + timedelta(days)).isoformat()
    except OverflowError:
        return _NO_DATE
    return f"{day} {time}" if seconds else day


def _duration(days: float) -> str:
    if not 0 <= days <= _LAST_DAY:
        return _NO_DATE
    minutes, seconds = divmod(round(days * _SECONDS_OF_DAY), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def _formats(styles: Element) -> dict[str, str]:
    """For each style of cells, by its number, what it makes of a number: ``number``, ``date`` or ``duration``."""
    codes = {form.get("numFmtId"): form.get("formatCode", "") for form in styles.iter(_SHEET + "numFmt")}
    styles_of_cells = styles.find(_SHEET + "cellXfs")
    found = [] if styles_of_cells is None else styles_of_cells.iter(_SHEET + "xf")
    return {str(number): _kind_of_format(form.get("numFmtId", "0"), codes) for number, form in enumerate(found)}


def _kind_of_format(number: str, codes: dict[str | None, str]) -> str:
    code = codes.get(number)
    if code is None:
        is_date = number in _DATE_FORMATS
        return "duration" if number == _DURATION_FORMAT else "date" if is_date else "number"
    if _MARK_OF_DURATION.search(code):
        return "duration"
    return "date" if _LETTER_OF_DATE.search(_LITERAL_OF_FORMAT.sub("", code)) else "number"
