"""Figures that the prose of a report states: 全年收到政府信息公开申请三件.

Belongs here: finding the catalogue's phrases in sentences, and their numbers. Doesn't belong here: joining broken lines
(``extract.titles``), the doubts that rule a figure out (``extract.doubts``), the phrases themselves (the seed
``prose_phrases``), the tables, or the comparison of the two (``dbt``). A figure is taken only where the words leave no
doubt which cell of the form they restate; of two readings neither is taken.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from extract.catalogue.model import Catalogue, ProsePhrase
from extract.documents import ProseFigure, ReportingScope
from extract.doubts import LONGEST_SENTENCE, YEAR, Doubts, Scope, marker
from extract.phrases import Phrase, any_of, compiled, names_digit, numbers_by_word, telling_words
from extract.remembered import Remembered
from extract.titles import ProseLine, ProseText, normal_text, without_spaces

__all__ = ["ProseLine", "ProseReader"]

#: A report has some hundred sentences; what follows so many isn't read.
MOST_SENTENCES = 5000
#: Sentences up to this length are remembered: headings, and words that many reports have.
LONGEST_REMEMBERED = 50
#: Nor is a sentence read in which phrases match so often, nor what follows so many statements: reports have dozens.
MOST_MATCHES, MOST_STATEMENTS = 100, 2000
#: Numbers of more digits are slips of the page.
MOST_DIGITS = 15

_SENTENCE = re.compile(r"[^。!?\n]+")
#: Digits of a table run together: searching them for numbers takes too long.
_LONG_NUMBER = re.compile(r"[\d,〇零一二两三四五六七八九十百千]{100}")
_SECTIONS = "一二三四五六七八"
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
#: The slot of most phrases: a number with its counter.
_COUNT = "{number}{counter}"


class _Statement(NamedTuple):
    """A phrase found in a sentence: its span, and the span of its number; a unit of which has this factor."""

    phrase: ProsePhrase
    value: Decimal
    span: tuple[int, int]
    number_span: tuple[int, int]
    factor: int

    @property
    def cell(self) -> tuple[str | None, str | None]:
        return self.phrase.line, self.phrase.column

    def in_sentence(self, text: str) -> "_Statement":
        """The statement with the number of a sentence that has other digits."""
        if self.phrase.kind == "none":
            return self
        value = (_number(text[slice(*self.number_span)]) or Decimal(0)) * self.factor
        return _Statement(self.phrase, value, self.span, self.number_span, self.factor)


class _Known(NamedTuple):
    """What a sentence says wherever it stands: the heading that it is, where phrases stand in it, and which it states.

    The last depends on the section's heading, and is worked out once for each.
    """

    heading: tuple[int, str] | None
    matches: Sequence[tuple[Phrase, re.Match[str]]]
    stated: dict[str, "_Stated"]


class _Stated(NamedTuple):
    """How many statements a sentence makes, and those of them that have no rival."""

    count: int
    statements: Sequence[_Statement]


class _Sentence(NamedTuple):
    """A sentence in which phrases were found; ``start`` is where it begins in the prose."""

    start: int
    text: str
    section: int | None
    number: int
    statements: Sequence[_Statement]
    #: The year or other time that an earlier sentence of the paragraph begins with.
    time: str | None


class ProseReader:
    """Reads figures in prose by the phrases of a catalogue; remembers short sentences, and nothing else of a report.

    Sentences that differ in their digits alone are one: phrases tell no digit from another but 0. So all of them are
    looked for in the text with a 1 for each other digit, whose letters stand where they do in the text.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._phrases = [
            compiled(phrase, phrase.pattern, catalogue)
            for phrase in catalogue.prose_phrases
            if phrase.kind in ("figure", "none") and phrase.pattern
        ]
        self._counted = {n for n, phrase in enumerate(self._phrases) if _COUNT in (phrase.phrase.pattern or "")}
        counter = catalogue.expanded("{counter}") if self._counted else "(?!)"
        self._count = re.compile(rf"[\d{''.join((*_DIGITS, *_TENS))}]{counter}")
        patterns = [phrase.pattern for phrase in self._phrases]
        self._words = telling_words(patterns)
        self._numbers_of = numbers_by_word(self._words)
        self._telling_word = any_of(self._numbers_of)
        self._doubts = Doubts(catalogue)
        self._related, self._goes_on = marker(catalogue, "related"), marker(catalogue, "goes_on")
        self._money = {w.word: w.factor for w in catalogue.cell_words if w.reading == "money" and w.factor}
        self._section_of = dict(_labels_of_sections(catalogue))
        self._heading = re.compile(rf"(第?[{_SECTIONS}][、.,:部分]+)?({any_of(self._section_of).pattern})")
        self._phrases_with = lru_cache(maxsize=4096)(self._phrases_among)
        self._known = Remembered(self._known_of, most=8192, longest=LONGEST_REMEMBERED)
        self._first_letters = frozenset("第" + _SECTIONS).union(label[0] for label in self._section_of)
        own = [pattern for phrase in self._phrases for pattern in phrase[1:] if pattern]
        self._are_digits_alike = not any(map(names_digit, (*own, self._related, self._goes_on, self._heading)))

    def read(
        self,
        report_id: str,
        lines: Sequence[ProseLine],
        *,
        report_year: int | None = None,
        reporting_scope: ReportingScope | None = None,
        printed: str | None = None,
    ) -> list[ProseFigure]:
        """The figures in the prose, in its order.

        Args:
            report_id: the report that the lines are of.
            lines: those outside the statutory tables, in order.
            report_year: figures of another year are left out; where it isn't known, it is the only year that
                sentences begin with, else figures of any year named are left out.
            reporting_scope: figures of a whole jurisdiction are left out of an organ's report, and the other way.
            printed: the ``normal_text`` of the lines, where it is there already.

        """
        prose = ProseText(lines, printed)
        scope = Scope(report_year or _only_year(prose.text), reporting_scope)
        return [
            _figure(report_id, prose, sentence, statement)
            for sentence in self._sentences(prose.text)
            for statement in self._certain(sentence, scope)
        ]

    # -- sentences ----------------------------------------------------------------------------

    def _sentences(self, text: str) -> Iterator[_Sentence]:
        """The sentences in which phrases stand; those between them are only counted."""
        alike = self._with_digits_alike(text)
        spans = [match.span() for match in islice(_SENTENCE.finditer(text), MOST_SENTENCES)]
        heading, time, timed, stated = (None, ""), None, 0, 0
        begin, line_end, ends_of_lines = 0, -1, f"{text}\n"
        for number, (start, end) in enumerate(spans):
            if start > line_end:
                begin, line_end = number, ends_of_lines.find("\n", end)
            known = self._known[alike[start:end]]
            heading = known.heading or heading
            if not known.matches:
                continue
            if begin >= timed:
                time, timed = None, begin
            previous = alike[slice(*spans[number - 1])] if number > begin else ""
            count, statements = self._statements(known, alike[start:end], heading[1], previous)
            if count:
                for earlier in spans[timed:number]:
                    time = self._doubts.time_after(text[slice(*earlier)], time)
                timed = number
                stated += count
                sentence = text[start:end]
                own = [statement.in_sentence(sentence) for statement in statements]
                yield _Sentence(start, sentence, heading[0], number + 1, own, time)
            if stated > MOST_STATEMENTS:
                return

    def _with_digits_alike(self, text: str) -> str:
        """A text with a 1 for each digit but 0; as it is where phrases tell digits apart."""
        for digit in "23456789" if self._are_digits_alike else "":
            text = text.replace(digit, "1")
        return text

    def _known_of(self, text: str) -> _Known:
        """What a sentence says by itself."""
        return _Known(self._heading_of(text), self._matches(text), {})

    def _heading_of(self, text: str) -> tuple[int, str] | None:
        """The section, and its heading, of a sentence that is a heading or begins with a numbered one."""
        match = self._heading.match(text) if text[0] in self._first_letters else None
        if match and (match[1] or match.end() == len(text)):
            return self._section_of[match[2]], match[2]
        return None

    def _matches(self, text: str) -> list[tuple[Phrase, re.Match[str]]]:
        """Where phrases of the catalogue stand in a sentence; nowhere where they stand too often."""
        if len(text) > LONGEST_SENTENCE or not self._related.search(text) or _LONG_NUMBER.search(text):
            return []
        words = frozenset(self._telling_word.findall(text))
        if not words:
            return []
        phrases = self._phrases_with(words, self._count.search(text) is not None)
        matches = (
            (phrase, match)
            for phrase, own_words in phrases
            if any(map(text.__contains__, own_words))
            for match in phrase.pattern.finditer(text)
        )
        found = list(islice(matches, MOST_MATCHES + 1))
        return found if len(found) <= MOST_MATCHES else []

    def _phrases_among(self, words: frozenset[str], has_count: bool) -> Sequence[tuple[Phrase, set[str]]]:
        """The phrases that may match where these telling words stand, each with its own; some need a count."""
        numbers = set().union(*map(self._numbers_of.__getitem__, words))
        if not has_count:
            numbers -= self._counted
        return [(self._phrases[number], self._words[number]) for number in sorted(numbers)]

    def _statements(self, known: _Known, text: str, label: str, previous: str) -> _Stated:
        """The statements of a sentence under a heading; it follows from the one before where it goes on with 其中."""
        if len(previous) <= LONGEST_SENTENCE and self._goes_on.match(text):
            return self._meant(known.matches, label + previous + text)
        if label not in known.stated:
            known.stated[label] = self._meant(known.matches, label + text)
        return known.stated[label]

    def _meant(self, matches: Sequence[tuple[Phrase, re.Match[str]]], context: str) -> _Stated:
        """The statements that phrases make where the words around them are these."""
        statements = [self._statement(phrase, match) for phrase, match in matches if _is_meant(phrase, match, context)]
        found = sorted(filter(None, statements), key=lambda statement: statement.span)
        return _Stated(len(found), _without_conflicts(found))

    def _statement(self, found: Phrase, match: re.Match[str]) -> _Statement | None:
        phrase = found.phrase
        if phrase.kind == "none":
            return _Statement(phrase, Decimal(0), match.span(), match.span(), 1)
        value = _number(match["number"])
        factor = self._money.get(match["money"], 1) if phrase.unit == "yuan" else 1
        return None if value is None else _Statement(phrase, value * factor, match.span(), match.span("number"), factor)

    def _certain(self, sentence: _Sentence, scope: Scope) -> Sequence[_Statement]:
        """The statements of a sentence that mean one cell of this report."""
        found = sentence.statements
        if len(found) == 1:
            lead = sentence.text[: found[0].span[0]]
            return found if self._doubts.leave_certain(lead, sentence.time, scope) else []
        masked = _without(sentence.text, [statement.span for statement in found])
        certain = [s for s in found if self._doubts.leave_certain(masked[: s.span[0]], sentence.time, scope)]
        values: dict[object, set[Decimal]] = {}
        for statement in certain:
            values.setdefault(statement.cell, set()).add(statement.value)
        first = {statement.cell: statement for statement in reversed(certain)}
        return [s for s in certain if len(values[s.cell]) == 1 and first[s.cell] is s]


def _figure(report_id: str, prose: ProseText, sentence: _Sentence, statement: _Statement) -> ProseFigure:
    start, end = statement.span
    phrase = statement.phrase
    return ProseFigure(
        report_id,
        sentence.section,
        phrase.line or "",
        phrase.column or "",
        statement.value,
        phrase.unit or "",
        *prose.clause(sentence.start + start, sentence.start + end),
        sentence.number,
    )


def _only_year(text: str) -> int | None:
    sentences = islice(_SENTENCE.findall(text), MOST_SENTENCES)
    years = {match[1] for text in sentences if len(text) <= LONGEST_SENTENCE and (match := YEAR.match(text))}
    return int(years.pop()) if len(years) == 1 else None


def _labels_of_sections(catalogue: Catalogue) -> Iterator[tuple[str, int]]:
    for section in catalogue.sections:
        yield without_spaces(normal_text([section.label_zh]))[0], section.section
    for synonym in catalogue.synonyms:
        if synonym.kind == "section":
            yield without_spaces(normal_text([synonym.label_zh]))[0], int(synonym.code)


def _is_meant(phrase: Phrase, match: re.Match[str], context: str) -> bool:
    """Whether the words around a match are those that its phrase needs, and none of those that rule it out."""
    if phrase.needs and not phrase.needs.search(context):
        return False
    return not (phrase.unless and phrase.unless.search(match.string[: match.start()]))


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """A text with spaces in place of the spans."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


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
