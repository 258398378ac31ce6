"""Whether a figure in the prose is the report's own: of its year, and of the organ that it speaks for.

Belongs here: words for times and organs, and which of them goes for a figure. Doesn't belong here: the figures
(``extract.prose``), or the words themselves (the seed ``prose_phrases``).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from extract.catalogue.model import Catalogue
from extract.documents import ReportingScope
from extract.remembered import Remembered

#: A longer sentence is no sentence.
LONGEST_SENTENCE = 2000
#: What stands before a figure is mostly short, and much the same in all reports: up to this length it is remembered.
LONGEST_REMEMBERED = 60

YEAR = re.compile(r"(?<![-—~至到\d])(20\d{2})年(?:度|以来|内)*(?!修订|修正)")
_WHOLE_YEAR = re.compile(r"(20\d{2})年1月1日起?[至到—~-]+(?:\1年)?12月31日止?(?:期间)?")
_BOOK_TITLE = re.compile(r"《[^《》]*》")

TimeKind = Literal["this_year", "year", "other_time"]
Subject = Literal["whole_jurisdiction", "jurisdiction", "own_organ", "other_organ"]
_SUBJECTS: tuple[Subject, ...] = ("whole_jurisdiction", "jurisdiction", "own_organ", "other_organ")


class Scope(NamedTuple):
    """What a report speaks of."""

    year: int | None
    reporting_scope: ReportingScope | None


class _Time(NamedTuple):
    """A word for a time: for a year its digits."""

    start: int
    end: int
    kind: TimeKind
    word: str


class _Lead(NamedTuple):
    """What stands before a figure: the last time and subject that it names, and whether it ends with a name."""

    time: _Time | None
    subject: Subject | None
    names_organ: bool


class Doubts:
    """Judges figures by the words of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._this_year, self._other_time = marker(catalogue, "this_year"), marker(catalogue, "other_time")
        self._named_organ = marker(catalogue, "named_organ")
        self._subjects: dict[Subject, re.Pattern[str]] = {kind: marker(catalogue, kind) for kind in _SUBJECTS}
        self._leads = Remembered(self._lead, most=8192, longest=LONGEST_REMEMBERED)

    def time_after(self, text: str, time: str | None) -> str | None:
        """The time that goes for what follows a sentence: the one that it begins with, else the one before."""
        if len(text) > LONGEST_SENTENCE:
            return None
        times = self._times(text, _at_beginning)
        if not times:
            return time
        return None if times[0].kind == "this_year" else times[0].word

    def leave_certain(self, lead: str, time: str | None, scope: Scope) -> bool:
        """Whether what stands before a figure in its sentence leaves no doubt of its year and its organ.

        ``time`` is the one that an earlier sentence names.
        """
        known = self._leads[lead]
        return _is_of_the_year(known, time, scope.year) and _is_of_the_organ(known, scope.reporting_scope)

    def _lead(self, text: str) -> _Lead:
        text = _BOOK_TITLE.sub("", text)
        times = self._times(text, re.Pattern.finditer)
        return _Lead(times[-1] if times else None, self._last_subject(text), bool(self._named_organ.search(text)))

    def _times(self, text: str, matches: Callable[[re.Pattern[str], str], Iterable[re.Match[str]]]) -> list[_Time]:
        """The words for a time, in order, among the matches of patterns that are looked at."""
        text = _WHOLE_YEAR.sub(r"\1年", text)
        times = [_Time(*match.span(), "this_year", match[0]) for match in matches(self._this_year, text)]
        times += [_Time(*match.span(), "year", match[1]) for match in matches(YEAR, text)]
        for match in matches(self._other_time, text):
            if not any(time.start <= match.start() < time.end for time in times):
                times.append(_Time(*match.span(), "other_time", match[0]))
        return sorted(times)

    def _last_subject(self, text: str) -> Subject | None:
        """The last organ or jurisdiction that a text names, but for organs within the words for a jurisdiction."""
        subjects = sorted(
            (*match.span(), kind) for kind, pattern in self._subjects.items() for match in pattern.finditer(text)
        )
        within = [(start, end) for start, end, kind in subjects if kind == "whole_jurisdiction"]
        kinds = [
            kind
            for start, _, kind in subjects
            if kind != "other_organ" or not any(begin <= start < end for begin, end in within)
        ]
        return kinds[-1] if kinds else None


def _at_beginning(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The first match of a pattern, where it begins with a text or behind its first letter: a mark may stand there."""
    match = pattern.match(text) or pattern.match(text, 1)
    if match:
        yield match


def marker(catalogue: Catalogue, kind: str) -> re.Pattern[str]:
    """Any of the catalogue's words of a kind; a pattern that matches nothing where there are none."""
    patterns = [catalogue.expanded(p.pattern) for p in catalogue.prose_phrases if p.kind == kind and p.pattern]
    return re.compile("|".join(patterns) or r"(?!)")


def _is_of_the_year(lead: _Lead, time: str | None, year: int | None) -> bool:
    """Whether the last time named before a figure is the report's year, or none is."""
    if lead.time is None:
        return time is None or (year is not None and time == str(year))
    return lead.time.kind == "this_year" or (lead.time.kind == "year" and lead.time.word == str(year))


def _is_of_the_organ(lead: _Lead, scope: ReportingScope | None) -> bool:
    """Whether the last organ or jurisdiction named before a figure is the one that the report speaks for."""
    whole = scope == "whole_jurisdiction"
    if whole and lead.names_organ:
        return False
    return {
        None: True,
        "whole_jurisdiction": whole,
        "jurisdiction": scope != "own_organ",
        "own_organ": not whole,
        "other_organ": False,
    }[lead.subject]
