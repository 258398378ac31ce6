"""What a cell's text says: a figure with its sign, unit and remark, or a blank.

Belongs here: the words of cells (from the catalogue) and the arithmetic of units. Doesn't belong
here: which line and column a cell stands in (``extract.tables``, ``extract.alignment``).
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from extract.catalogue.model import Catalogue

#: Digits before and after the point; a longer figure is a slip of the page, and unreadable. Sums of a
#: whole report stay within 64 bits.
MAX_WHOLE_DIGITS, MAX_DECIMAL_PLACES = 15, 6
#: A longer text, remark included, is a sentence and no figure.
LONGEST_FIGURE = 60
#: A longer text isn't looked at for a number without words.
LONGEST_NUMBER = 24

_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_TWO_NUMBERS = re.compile(r"^[^(]*\d\s+[\d.,]")
_UNIT_SEPARATORS = re.compile(r"单位|[\s,:;、]+")
_REMARK = r"(?:\((?P<remark>[^()]*)\))?"


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell's content: ``value`` None for a blank; ``money_factor`` is the yuan in its own unit."""

    value: Decimal | None
    money_factor: int | None = None
    remark: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether the cell prints nothing, or a mark for nothing."""
        return self.value is None


class FigureReader:
    """Reads the text of cells by the words of the catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._reading = {unicodedata.normalize("NFKC", w.word): w.reading for w in catalogue.cell_words}
        self._money = {w.word: w.factor for w in catalogue.cell_words if w.reading == "money" and w.factor}
        signs = [*self._words("increase", "decrease"), "-"]
        counters = self._words("money", "counter")
        self._pattern = re.compile(rf"(?P<sign>(?:{_any_of(signs)})*+){_NUMBER}(?P<unit>{_any_of(counters)})?{_REMARK}")
        self._cached = lru_cache(maxsize=65536)(self._read)

    def _words(self, *readings: str) -> list[str]:
        return [word for word, reading in self._reading.items() if reading in readings]

    def read(self, text: str) -> Figure | None:
        """The figure in a cell's text, or None when the text is neither a figure nor a blank."""
        return self._cached(text) if len(text) <= LONGEST_FIGURE else None

    def plain_number(self, text: str) -> Decimal | None:
        """The number that a cell's text is, when it is short and has neither a unit nor a remark."""
        figure = self.read(text) if len(text) <= LONGEST_NUMBER else None
        return None if figure is None or figure.money_factor or figure.remark else figure.value

    def _read(self, text: str) -> Figure | None:
        if text.isdecimal() and text.isascii() and len(text) <= MAX_WHOLE_DIGITS and text not in self._reading:
            return Figure(Decimal(text))
        normal = unicodedata.normalize("NFKC", text)
        if _TWO_NUMBERS.search(normal):
            return None
        compact = "".join(normal.split())
        reading = self._reading.get(compact)
        if not compact or reading == "blank":
            return Figure(None)
        if reading == "zero":
            return Figure(Decimal(0), remark=compact)
        match = self._pattern.fullmatch(compact)
        return self._figure(match) if match else None

    def _figure(self, match: re.Match[str]) -> Figure | None:
        number = match["number"].replace(",", "")
        whole, _, places = number.partition(".")
        unit, remark, sign = match["unit"], match["remark"], match["sign"]
        if len(whole) > MAX_WHOLE_DIGITS or len(places) > MAX_DECIMAL_PLACES:
            return None
        factor = self._money.get(unit or "") or self._money.get(remark or "")
        negative = "-" in sign or any(word in sign for word in self._words("decrease"))
        remarks = [sign if len(sign) > 1 and set(sign) <= {"-", "+"} else None, remark]
        if unit and unit not in self._money:
            remarks.append(unit)
        value = -Decimal(number) if negative and Decimal(number) else Decimal(number)
        return Figure(value, factor, "; ".join(filter(None, remarks)) or None)

    def money_factor(self, text: str) -> int | None:
        """The yuan in the unit of money that a column's header names in brackets; None without one."""
        bracketed = re.findall(r"\(([^()]*)\)", unicodedata.normalize("NFKC", text))
        units = [word for words in bracketed for word in _UNIT_SEPARATORS.split(words) if word in self._money]
        return self._money[units[0]] if units else None


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
