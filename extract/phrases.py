"""The catalogue's phrases as patterns, and words that tell where they may match.

Belongs here: compiling them, once for a catalogue. Doesn't belong here: looking for them in sentences
(``extract.prose``).
"""

import re
from collections.abc import Iterable, Sequence
from re import _parser  # ty: ignore[missing-module-member]
from typing import Any, NamedTuple

from extract.catalogue.model import Catalogue, ProsePhrase

#: What stands for a letter or a number of times in a pattern, and no digit that it names.
_NO_DIGITS = re.compile(r"\\u[1-9a-f][0-9a-f]{3}|\{\d*,?\d*\}")


class Phrase(NamedTuple):
    """A phrase of the catalogue with its patterns."""

    phrase: ProsePhrase
    pattern: re.Pattern[str]
    needs: re.Pattern[str] | None
    unless: re.Pattern[str] | None


def compiled(phrase: ProsePhrase, pattern: str, catalogue: Catalogue) -> Phrase:
    """A phrase with one of its patterns, the words of the catalogue in place of their names."""
    expanded = catalogue.expanded(pattern)
    needs, unless = (re.compile(catalogue.expanded(text)) if text else None for text in (phrase.needs, phrase.unless))
    return Phrase(phrase, re.compile(expanded), needs, unless)


def names_digit(pattern: re.Pattern[str]) -> bool:
    """Whether a pattern may tell a digit from another that is not 0."""
    return re.search("[1-9]", _NO_DIGITS.sub("", pattern.pattern)) is not None


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Any of the words, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def telling_words(patterns: Sequence[re.Pattern[str]]) -> list[set[str]]:
    """For each pattern words of which a text that it matches holds one.

    Of all words that a pattern needs those that all patterns use least tell most: 复议 more than 公开.
    """
    all_patterns = "\n".join(pattern.pattern for pattern in patterns)
    needed = [_words_needed(_parser.parse(pattern.pattern)) for pattern in patterns]
    return [min(sets, key=lambda words: sum(map(all_patterns.count, words)), default={""}) for sets in needed]


def numbers_by_word(words_of: Sequence[set[str]]) -> dict[str, set[int]]:
    """All telling words, each with the numbers of the patterns that may match where it stands; elsewhere none does."""
    numbers: dict[str, set[int]] = {}
    for number, words in enumerate(words_of):
        for word in words:
            numbers.setdefault(word, set()).add(number)
    # Search passes over words that begin within a word found: its phrases are theirs, too.
    return {word: set().union(*(numbers[other] for other in numbers if _may_begin_in(word, other))) for word in numbers}


def _may_begin_in(word: str, other: str) -> bool:
    ends = (word[start:] for start in range(len(word) or 1))
    return any(end.startswith(other) or other.startswith(end) for end in ends)


def _words_needed(parts: Iterable[tuple[Any, Any]]) -> list[set[str]]:
    """Sets of words: each text that a parsed pattern matches holds a word of every set.

    ``(?:收到|受理)了?(?:信息公开)?申请`` needs 申请, and 收到 or 受理.
    """
    needed: list[set[str]] = []
    letters = ""
    for operation, argument in parts:
        name = str(operation)
        if name == "LITERAL":
            letters += chr(argument)
            continue
        needed.append({letters})
        letters = ""
        if name == "BRANCH":
            needed.append(set().union(*(_longest(_words_needed(branch)) for branch in argument[1])))
        elif name == "SUBPATTERN" or (name == "MAX_REPEAT" and argument[0]):
            needed += _words_needed(argument[-1])
    return [words for words in (*needed, {letters}) if "" not in words]


def _longest(sets: Sequence[set[str]]) -> set[str]:
    return max(sets, key=lambda words: (min(map(len, words)), -len(words)), default={""})
