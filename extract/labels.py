"""Matching printed words to the catalogue's labels, exactly or within a bounded number of slips.

Belongs here: normalisation of labels and the index over them. Doesn't belong here: which of
several meanings fits the place (``extract.tables`` passes what it allows).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import Levenshtein

from extract.catalogue.model import Catalogue

Kind = Literal["section", "sub_table", "header", "column", "line"]

#: A printed cell longer than this is prose, not a label.
LONGEST_LABEL = 80
#: One slip is borne for each so many letters of the label, and no more than ``MOST_SLIPS``.
LETTERS_PER_SLIP, MOST_SLIPS = 4, 5
#: Labels shorter than this are told from each other by a single letter: no slip is borne.
SHORTEST_NEAR_LABEL = 5

#: Letters that turn a label into another one: no slip is borne in them, nor in a digit.
TELLING_LETTERS = frozenset("上本下前新转非不未无")

_NUMERALS = "一二三四五六七八九十"
_NUMBERING = re.compile(rf"(?:\(?[{_NUMERALS}]{{1,3}}[)、.,:]+|\(?\d{{1,2}}[).、]+)")
#: How a text begins, behind its number: two letters, or with a number that is none of a line, such as a year. The
#: number as a whole isn't possessive: Python before 3.11.5 would go on behind one that no mark follows.
_BEGINNING = re.compile(
    rf"\s*+(?:[(（]?(?:[{_NUMERALS}]{{1,3}}+[)）、.．,，:：]|\d{{1,2}}+[)）.．、])[)）、.．,，:：]*+)?\s*+"
    rf"((?![{_NUMERALS}])[\u4e00-\u9fff]{{2}}|\d++[\u4e00-\u9fff])"
)
#: What may stand before a letter without making it part of a remark in brackets.
_PLAIN_MARKS = r"\s\dA-Za-z,，、.。:：;；%|“”"
_BRACKETED = re.compile(r"\([^()]*\)")
#: What stands in a bracket that is closed on a later line.
_UNCLOSED = re.compile(r"\([^()]*[\u3400-\u9fff]{3}[^()]*$")
_IGNORED = re.compile(r"[^\w]|_")


@dataclass(frozen=True, slots=True)
class Label:
    """What a label stands for; ``form`` where the wording tells the form's version."""

    kind: Kind
    code: str
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A label that a text was taken for, and by how many letters the text differs from it."""

    label: Label
    distance: int


@lru_cache(maxsize=65536)
def label_keys(text: str) -> tuple[str, ...]:
    """The forms under which a text is looked up: whole, without numbering, without what is in brackets."""
    compact = "".join(unicodedata.normalize("NFKC", text).split())
    numbering = _NUMBERING.match(compact)
    unnumbered = compact[numbering.end() :] if numbering else compact
    remarks_off = _UNCLOSED.sub("", _BRACKETED.sub("", unnumbered))
    variants = (compact, unnumbered, _BRACKETED.sub("", compact), _BRACKETED.sub("", unnumbered), remarks_off)
    return tuple(dict.fromkeys(key for key in (_IGNORED.sub("", v) for v in variants) if key))


def is_numbered(text: str) -> bool:
    """Whether a text begins as the numbered lines and headings of the form do: 一、 (七) 3."""
    return bool(_NUMBERING.match("".join(unicodedata.normalize("NFKC", text).split())))


class LabelIndex:
    """All labels and synonyms of a catalogue, ready for look-up."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._labels: dict[str, list[Label]] = {}
        for text, label in _labels_of(catalogue):
            key = label_keys(text)[0]
            if label not in self._labels.setdefault(key, []):
                self._labels[key].append(label)
        self._longest_key = 2 * max(map(len, self._labels))
        #: The first two letters of all labels, with and without numbering.
        self._beginnings = {key[:2] for text, _ in _labels_of(catalogue) for key in label_keys(text)}
        known = re.escape("".join(sorted(set(_NUMERALS).union(*self._labels))))
        self._not_of_labels = re.compile(rf"[^{known}{_PLAIN_MARKS}]")
        self.exact_candidates = lru_cache(maxsize=65536)(self._exact_candidates)
        self._near_candidates = lru_cache(maxsize=16384)(self._distances)
        self._fused_candidates = lru_cache(maxsize=16384)(self._fusible)

    def is_no_label(self, text: str) -> bool:
        """Whether a text begins as no label does, or holds a letter that stands in none: quick, and often so.

        It neither spells a label, whatever may follow it, nor is it made up of several.
        """
        if self.begins_as_none(text):
            return True
        first = self._not_of_labels.search(text)
        return first is not None and "\u4e00" <= first[0] <= "\u9fff"

    def begins_as_none(self, text: str) -> bool:
        """Whether a text begins as no label does: then it holds none that its beginning is part of."""
        begin = _BEGINNING.match(text)
        return begin is not None and begin[1] not in self._beginnings

    def _exact_candidates(self, text: str) -> tuple[Label, ...]:
        if self.is_no_label(text):
            return ()
        return next((tuple(self._labels[key]) for key in label_keys(text) if key in self._labels), ())

    def exact(self, text: str, allowed: Callable[[Label], bool]) -> Match | None:
        """The one allowed label that the text spells; None without one or with two."""
        if len(text) > LONGEST_LABEL:
            return None
        candidates = self.exact_candidates(text)
        labels = [label for label in candidates if allowed(label)] if candidates else ()
        return Match(labels[0], 0) if len(labels) == 1 else None

    def near(self, text: str, allowed: Callable[[Label], bool]) -> Match | None:
        """The allowed label nearest to the text within its bound of slips; None when two are equally near."""
        if len(text) > LONGEST_LABEL:
            return None
        return _nearest({label: distance for label, distance in self._near_candidates(text) if allowed(label)})

    def _distances(self, text: str) -> tuple[tuple[Label, int], ...]:
        """The labels within their bound of slips, each with its least distance."""
        printed = next(reversed(label_keys(text)), "")
        distances: dict[Label, int] = {}
        for key, labels in self._labels.items():
            bound = _slips_borne(key)
            if not bound or abs(len(printed) - len(key)) > bound:
                continue
            distance = Levenshtein.distance(printed, key, score_cutoff=bound)
            if distance <= bound and _telling(printed) == _telling(key):
                distances.update({label: min(distance, distances.get(label, distance)) for label in labels})
        return tuple(distances.items())

    def fused(self, text: str, allowed: Callable[[Label], bool]) -> list[str]:
        """The texts of the labels that one text consists of, with nothing or spaces between; else none.

        >>> index.fused("信息内容本年制发件数本年废止件数", allowed)
        ['信息内容', '本年制发件数', '本年废止件数']
        """
        if not SHORTEST_NEAR_LABEL <= len(text) <= LONGEST_LABEL or not (compact := self._fused_candidates(text)):
            return []
        pieces = self._cover(compact, 0, allowed, {})
        return pieces if pieces and len(pieces) > 1 else []

    def _fusible(self, text: str) -> str:
        """The text without white space when labels of any kind cover it; else nothing."""
        if self.is_no_label(text):
            return ""
        compact = "".join(unicodedata.normalize("NFKC", text).split())
        return compact if self._cover(compact, 0, lambda _: True, {}) else ""

    def _cover(
        self, text: str, begin: int, allowed: Callable[[Label], bool], known: dict[int, list[str] | None]
    ) -> list[str] | None:
        """The labels that cover the text from ``begin``, the longest first; None where they don't."""
        if begin == len(text):
            return []
        if begin not in known:
            known[begin] = None
            for end in self._label_ends(text, begin, allowed):
                rest = self._cover(text, end, allowed, known)
                if rest is not None:
                    known[begin] = [text[begin:end], *rest]
                    break
        return known[begin]

    def _label_ends(self, text: str, begin: int, allowed: Callable[[Label], bool]) -> list[int]:
        """Where labels end that begin at ``begin``, with what stands in brackets behind them; the farthest first."""
        ends = set()
        numbering = _NUMBERING.match(text, begin)
        for first in {begin, numbering.end() if numbering else begin}:
            key = ""
            for position in range(first, min(len(text), first + self._longest_key)):
                key += _IGNORED.sub("", text[position])
                if any(map(allowed, self._labels.get(key, ()))) and text[position] in key:
                    remark = _BRACKETED.match(text, position + 1)
                    ends.add(remark.end() if remark else position + 1)
        return sorted(ends, reverse=True)


def _telling(key: str) -> list[str]:
    return sorted(letter for letter in key if letter in TELLING_LETTERS or letter.isdigit())


def _slips_borne(key: str) -> int:
    return 0 if len(key) < SHORTEST_NEAR_LABEL else min(len(key) // LETTERS_PER_SLIP, MOST_SLIPS)


def _nearest(distances: dict[Label, int]) -> Match | None:
    ranked = sorted(distances.items(), key=lambda item: item[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return Match(*ranked[0])


def _labels_of(catalogue: Catalogue) -> Iterable[tuple[str, Label]]:
    forms_of_column = {(c.column, c.form) for c in catalogue.columns}
    for section in catalogue.sections:
        yield section.label_zh, Label("section", str(section.section))
    for table in catalogue.sub_tables:
        if table.label_zh:
            yield table.label_zh, Label("sub_table", table.sub_table)
    for words in catalogue.header_labels:
        yield words.label_zh, Label("header", str(words.section))
    for column in catalogue.columns:
        if column.dimension != "remainder":
            yield column.label_zh, Label("column", column.column, column.form)
    for line in catalogue.lines:
        yield line.label_zh, Label("line", line.line)
    for synonym in catalogue.synonyms:
        forms = [form for code, form in forms_of_column if code == synonym.code] if synonym.kind == "column" else [None]
        for form in forms:
            yield synonym.label_zh, Label(synonym.kind, synonym.code, form)
