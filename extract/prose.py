"""Figures that the prose of a report states: 全年收到政府信息公开申请三件.

Belongs here: joining broken lines to sentences, finding the catalogue's phrases in them, and the doubts of time and
organ that rule a figure out. Doesn't belong here: the phrases themselves (the seed ``prose_phrases``), the tables, or
the comparison of the two (``dbt``). A figure is taken only where the words leave no doubt which cell of the form they
restate; of two readings neither is taken.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from extract.catalogue.model import Catalogue, ProsePhrase
from extract.documents import ProseFigure, ReportingScope
from extract.header import METADATA, goes_on

#: A clause is kept to this length; a sentence longer than the bound is no sentence.
LONGEST_CLAUSE, LONGEST_SENTENCE = 80, 2000
#: A report has some hundred sentences; what follows so many isn't read.
MOST_SENTENCES = 5000
#: Numbers of more digits are slips of the page.
MOST_DIGITS = 15

_BETWEEN_DIGITS = re.compile(r"(?<=\d)\s+(?=\d)")
_PAGE_MARK = re.compile(r"[-—–]+\d{1,3}[-—–]+|第\d{1,3}页.{0,8}")
_SENTENCE = re.compile(r"[^。!?]+")
_DELIMITER = re.compile(r"[,，。;；!！?？]")
_HEADING_NUMBER = re.compile(r"第?[一二三四五六七八][、.,:部分]+")
_BOOK_TITLE = re.compile(r"《[^《》]*》")
_WHOLE_YEAR = re.compile(r"(20\d{2})年1月1日起?[至到—~-]+(?:\1年)?12月31日止?(?:期间)?")
_YEAR = re.compile(r"(?<![-—~至到\d])(20\d{2})年(?:度|以来|内)*(?!修订|修正)")
_SUBJECTS = ("whole_jurisdiction", "jurisdiction", "own_organ", "other_organ")
_MARKERS = (*_SUBJECTS, "named_organ", "this_year", "other_time", "goes_on", "related")
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}


class ProseLine(NamedTuple):
    """A line of the document outside the statutory tables: in simplified script, and as printed."""

    text: str
    raw_text: str
    source_line: int


@dataclass
class _Paragraph:
    """Lines joined: ``starts`` are the offsets in ``text`` at which they begin."""

    text: str = ""
    raw_text: str = ""
    starts: list[int] = field(default_factory=list)
    source_lines: list[int] = field(default_factory=list)

    def add(self, text: str, line: ProseLine) -> None:
        self.starts.append(len(self.text))
        self.source_lines.append(line.source_line)
        self.text += text
        self.raw_text += line.raw_text.strip()

    def clause(self, start: int, end: int) -> tuple[str, int]:
        """The clauses around a stretch of the text, as printed, and the source line where they begin."""
        cuts = [match.start() for match in _DELIMITER.finditer(self.text)]
        first, last = bisect_right(cuts, start - 1), bisect_right(cuts, end - 1)
        begin = cuts[first - 1] + 1 if first else 0
        source_line = self.source_lines[bisect_right(self.starts, begin) - 1]
        raw_cuts = [match.start() for match in _DELIMITER.finditer(self.raw_text)]
        if len(raw_cuts) == len(cuts):
            bounds = [-1, *raw_cuts, len(self.raw_text)]
            return self.raw_text[bounds[first] + 1 : bounds[last + 1]].strip()[:LONGEST_CLAUSE], source_line
        stop = cuts[last] if last < len(cuts) else len(self.text)
        return self.text[begin:stop][:LONGEST_CLAUSE], source_line


class _Sentence(NamedTuple):
    paragraph: _Paragraph
    start: int
    text: str
    section: int | None
    number: int
    #: What the sentence follows from: the heading of its section, the sentence before it where it goes on with 其中.
    context: str
    #: The year or other time that an earlier sentence of the paragraph begins with.
    time: str | None


class _Statement(NamedTuple):
    """A phrase found in a sentence: its span, and the span of its number."""

    phrase: ProsePhrase
    value: Decimal
    span: tuple[int, int]
    number_span: tuple[int, int]

    @property
    def cell(self) -> tuple[str | None, str | None]:
        return self.phrase.line, self.phrase.column


class _Scope(NamedTuple):
    """What a report speaks of."""

    year: int | None
    reporting_scope: ReportingScope | None


class _Compiled(NamedTuple):
    phrase: ProsePhrase
    pattern: re.Pattern[str]
    needs: re.Pattern[str] | None
    unless: re.Pattern[str] | None


class ProseReader:
    """Reads figures in prose by the phrases of a catalogue; holds no state between reports."""

    def __init__(self, catalogue: Catalogue) -> None:
        def compiled(text: str | None) -> re.Pattern[str] | None:
            return re.compile(catalogue.expanded(text)) if text else None

        self._statements = [
            _Compiled(
                phrase, re.compile(catalogue.expanded(phrase.pattern)), compiled(phrase.needs), compiled(phrase.unless)
            )
            for phrase in catalogue.prose_phrases
            if phrase.kind in ("figure", "none") and phrase.pattern
        ]
        self._markers = {kind: _any_of(catalogue, kind) for kind in _MARKERS}
        self._money = {w.word: w.factor for w in catalogue.cell_words if w.reading == "money" and w.factor}
        self._labels = sorted(_labels_of_sections(catalogue), key=lambda item: -len(item[0]))

    def read(
        self,
        report_id: str,
        lines: Sequence[ProseLine],
        *,
        report_year: int | None = None,
        reporting_scope: ReportingScope | None = None,
    ) -> list[ProseFigure]:
        """The figures in the prose, in its order.

        Args:
            report_id: the report that the lines are of.
            lines: those outside the statutory tables, in order.
            report_year: figures of another year are left out; where it isn't known, it is the only year that
                sentences begin with, else figures of any year named are left out.
            reporting_scope: figures of a whole jurisdiction are left out of an organ's report, and the other way.

        """
        sentences = list(islice(self._sentences(lines), MOST_SENTENCES))
        scope = _Scope(report_year or _only_year(sentences), reporting_scope)
        return [
            self._figure(report_id, sentence, statement)
            for sentence in sentences
            if self._markers["related"].search(sentence.text)
            for statement in self._certain(sentence, scope)
        ]

    def _figure(self, report_id: str, sentence: _Sentence, statement: _Statement) -> ProseFigure:
        start, end = (sentence.start + position for position in statement.span)
        phrase = statement.phrase
        return ProseFigure(
            report_id,
            sentence.section,
            phrase.line or "",
            phrase.column or "",
            statement.value,
            phrase.unit or "",
            *sentence.paragraph.clause(start, end),
            sentence.number,
        )

    # -- sentences ----------------------------------------------------------------------------

    def _sentences(self, lines: Sequence[ProseLine]) -> Iterator[_Sentence]:
        section, label, number = None, "", 0
        for paragraph in _paragraphs(lines):
            previous, time = "", None
            for match in _SENTENCE.finditer(paragraph.text):
                text = match[0]
                number += 1
                section, label = self._heading(text) or (section, label)
                if len(text) > LONGEST_SENTENCE:
                    previous, time = "", None
                    continue
                before = previous if self._markers["goes_on"].match(text) else ""
                yield _Sentence(paragraph, match.start(), text, section, number, label + before, time)
                previous, time = text, self._time_after(text, time)

    def _heading(self, text: str) -> tuple[int, str] | None:
        """The section that a sentence is or begins with the heading of, and the heading."""
        numbered = _HEADING_NUMBER.match(text)
        rest = text[numbered.end() :] if numbered else text
        labels = ((s, label) for label, s in self._labels if rest == label or (numbered and rest.startswith(label)))
        return next(labels, None)

    def _time_after(self, text: str, time: str | None) -> str | None:
        """The time that goes for what follows a sentence: the one that it begins with, else the one before."""
        for kind, start, word in self._times(text):
            if start <= 1:
                return None if kind == "this_year" else word
        return time

    # -- doubts -------------------------------------------------------------------------------

    def _certain(self, sentence: _Sentence, scope: _Scope) -> list[_Statement]:
        """The statements of a sentence that mean one cell of this report."""
        found = _without_conflicts(self._found(sentence))
        certain = [statement for statement in found if self._is_certain(statement, found, sentence, scope)]
        values: dict[object, set[Decimal]] = {}
        for statement in certain:
            values.setdefault(statement.cell, set()).add(statement.value)
        first = {statement.cell: statement for statement in reversed(certain)}
        return [s for s in certain if len(values[s.cell]) == 1 and first[s.cell] is s]

    def _found(self, sentence: _Sentence) -> list[_Statement]:
        statements = []
        for compiled in self._statements:
            for match in compiled.pattern.finditer(sentence.text):
                lead = sentence.text[: match.start()]
                if compiled.needs and not compiled.needs.search(sentence.context + sentence.text):
                    continue
                if compiled.unless and compiled.unless.search(lead):
                    continue
                if (statement := self._statement(compiled.phrase, match)) is not None:
                    statements.append(statement)
        return sorted(statements, key=lambda statement: statement.span)

    def _statement(self, phrase: ProsePhrase, match: re.Match[str]) -> _Statement | None:
        if phrase.kind == "none":
            return _Statement(phrase, Decimal(0), match.span(), match.span())
        value = _number(match["number"])
        if value is not None and phrase.unit == "yuan":
            value *= self._money.get(match["money"], 1)
        return None if value is None else _Statement(phrase, value, match.span(), match.span("number"))

    def _is_certain(
        self, statement: _Statement, found: Iterable[_Statement], sentence: _Sentence, scope: _Scope
    ) -> bool:
        lead = sentence.text[: statement.span[0]]
        for start, end in (other.span for other in found if other.span[0] < len(lead)):
            lead = lead[:start] + " " * (min(end, len(lead)) - start) + lead[end:]
        lead = _BOOK_TITLE.sub("", lead)
        return self._is_of_the_year(lead, sentence.time, scope.year) and self._is_of_the_organ(lead, scope)

    def _times(self, text: str) -> list[tuple[str, int, str]]:
        """The words for a time, in order: kind, position, and the word; for a year its digits."""
        text = _WHOLE_YEAR.sub(r"\1年", text)
        times = [(m.start(), m.end(), "this_year", m[0]) for m in self._markers["this_year"].finditer(text)]
        times += [(m.start(), m.end(), "year", m[1]) for m in _YEAR.finditer(text)]
        for match in self._markers["other_time"].finditer(text):
            if not any(start <= match.start() < end for start, end, _, _ in times):
                times.append((match.start(), match.end(), "other_time", match[0]))
        return [(kind, start, word) for start, _, kind, word in sorted(times)]

    def _is_of_the_year(self, lead: str, time: str | None, year: int | None) -> bool:
        """Whether the last time named before a figure is the report's year, or none is."""
        times = self._times(lead)
        if not times:
            return time is None or (year is not None and time == str(year))
        kind, _, word = times[-1]
        return kind == "this_year" or (kind == "year" and word == str(year))

    def _is_of_the_organ(self, lead: str, scope: _Scope) -> bool:
        """Whether the last organ or jurisdiction named before a figure is the one that the report speaks for."""
        whole = scope.reporting_scope == "whole_jurisdiction"
        if whole and self._markers["named_organ"].search(lead):
            return False
        subjects = [
            (match.start(), match.end(), kind) for kind in _SUBJECTS for match in self._markers[kind].finditer(lead)
        ]
        within = [(start, end) for start, end, kind in subjects if kind == "whole_jurisdiction"]
        kinds = [
            kind
            for start, _, kind in sorted(subjects)
            if kind != "other_organ" or not any(a <= start < b for a, b in within)
        ]
        last = kinds[-1] if kinds else None
        return {
            None: True,
            "whole_jurisdiction": whole,
            "jurisdiction": scope.reporting_scope != "own_organ",
            "own_organ": not whole,
            "other_organ": False,
        }[last]


def _any_of(catalogue: Catalogue, kind: str) -> re.Pattern[str]:
    patterns = [catalogue.expanded(p.pattern) for p in catalogue.prose_phrases if p.kind == kind and p.pattern]
    return re.compile("|".join(patterns) or r"(?!)")


def _only_year(sentences: Sequence[_Sentence]) -> int | None:
    years = {match[1] for sentence in sentences if (match := _YEAR.match(sentence.text))}
    return int(years.pop()) if len(years) == 1 else None


def _labels_of_sections(catalogue: Catalogue) -> Iterator[tuple[str, int]]:
    for section in catalogue.sections:
        yield _compact(section.label_zh), section.section
    for synonym in catalogue.synonyms:
        if synonym.kind == "section":
            yield _compact(synonym.label_zh), int(synonym.code)


def _paragraphs(lines: Sequence[ProseLine]) -> Iterator[_Paragraph]:
    """Paragraphs without white space but between digits; page marks and metadata are left out."""
    paragraph, last = _Paragraph(), ""
    for line in lines:
        text = _compact(line.text)
        if not text or _PAGE_MARK.fullmatch(text) or METADATA.fullmatch(line.text.strip()):
            continue
        if paragraph.starts and (not goes_on(last, text) or text.isdigit()):
            yield paragraph
            paragraph = _Paragraph()
        paragraph.add(text, line)
        last = text
    if paragraph.starts:
        yield paragraph


def _compact(text: str) -> str:
    normal = _BETWEEN_DIGITS.sub("\0", unicodedata.normalize("NFKC", text))
    return "".join(normal.split()).replace("\0", " ")


def _without_conflicts(statements: Sequence[_Statement]) -> list[_Statement]:
    """Of statements about the same number the longest, unless they mean different cells: then none."""
    kept: list[_Statement] = []
    for statement in statements:
        rivals = [other for other in statements if _overlap(statement.number_span, other.number_span)]
        if any(other.cell != statement.cell for other in rivals):
            continue
        if max(rivals, key=lambda other: other.span[1] - other.span[0]) is statement:
            kept.append(statement)
    return kept


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _number(text: str) -> Decimal | None:
    """A number in digits or in Chinese numerals below ten thousand; None for what is no number."""
    if text[0].isdigit() and text.isascii():
        digits = text.replace(",", "")
        return Decimal(digits) if len(digits) <= MOST_DIGITS else None
    total, digit = 0, None
    for character in text:
        if character in _TENS:
            total += (1 if digit is None else digit) * _TENS[character]
            digit = None
        elif digit in (None, 0):
            digit = _DIGITS[character]
        else:
            return None
    return Decimal(total + (digit or 0))
