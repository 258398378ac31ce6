"""From characters with positions to lines of text: clustering by baseline, and where a space is.

Belongs here: lines, spaces, characters printed twice. Doesn't belong here: where characters come from
(``extract.layouts.pdf_page``) or cells (``extract.layouts.ruled_grid``).
"""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby, pairwise
from operator import attrgetter, itemgetter
from typing import NamedTuple
from unicodedata import category

from extract.layouts.stream import joined

#: In heights of the letters: baselines nearer than this are one line's.
_SAME_LINE = 0.4
#: … and the same character nearer than this is printed twice, to look bold.
_SAME_PLACE = 0.15
#: … and a gap wider than this parts two figures.
_FIGURE_SPACE = 0.15
#: … and a line without a gap wider than this has no spaces.
_NO_GAP = 0.1
#: In widths of a Chinese letter: the gap that is a space. Word processors leave a quarter around figures.
_LETTER_SPACE = 0.35
#: … and the widest gap that letter-spacing may have: beyond it letters stand in columns.
_WIDEST_SPACING = 1.0
#: In mean widths of the characters on both sides: the gap that parts columns.
_COLUMN_GAP = 1.5
#: What is set with Chinese letters without spaces.
_PUNCTUATION = frozenset("、，。：；！？（）《》〈〉【】「」『』〔〕“”‘’…")


_LEFT = attrgetter("left")


class Character(NamedTuple):
    """A printed character: its box with the space that belongs to it, and the height of its letters.

    Lengths are in points; x grows to the right and y downwards. ``follows_space`` says that the text has
    a space before it. ``quarter_turns`` counts how far it is turned to the left against the text of the page.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    baseline: float
    size: float
    follows_space: bool = False
    quarter_turns: int = 0


#: Characters that are drawn one after the other with the same top, bottom, baseline and size.
Level = list[Character]
_LEVEL = itemgetter(*map(Character._fields.index, ("top", "bottom", "baseline", "size")))


def turned(x: float, y: float, quarter_turns: int) -> tuple[float, float]:
    """A point of a page (y upwards) once text turned by so many quarters is upright (y downwards)."""
    if quarter_turns == 0:
        return x, -y
    if quarter_turns == 1:
        return -y, -x
    return (-x, y) if quarter_turns == 2 else (y, x)


def upright(character: Character, quarter_turns: int) -> Character:
    """The character as it is once text turned by so many quarters is upright."""
    one = turned(character.left, -character.bottom, quarter_turns)
    other = turned(character.right, -character.top, quarter_turns)
    left, right = sorted((one[0], other[0]))
    top, bottom = sorted((one[1], other[1]))
    # letters of one font are as deep below the baseline: its box's lower edge does for the baseline
    return Character(character.text, left, top, right, bottom, bottom, bottom - top, character.follows_space)


def levels(characters: Iterable[Character]) -> list[Level]:
    """The characters as they are drawn: what is said of how high they stand is said once for many of them."""
    return [list(level) for _, level in groupby(characters, _LEVEL)]


def lines(drawn: Iterable[Level]) -> list[list[Character]]:
    """The characters in lines from top to bottom, each from left to right."""
    return [_without_copies(line) for line in _on_lines(drawn)]


def _on_lines(drawn: Iterable[Level]) -> list[list[Character]]:
    """The characters of each line from top to bottom, as they are drawn."""
    found: list[list[Character]] = []
    for level in sorted(drawn, key=_baseline):
        first, character = found[-1][0] if found else None, level[0]
        if first and character.baseline - first.baseline <= _SAME_LINE * max(first.size, character.size):
            found[-1] += level
        else:
            found.append(level.copy())
    return found


def _baseline(level: Level) -> float:
    return level[0].baseline


def cell_text(characters: Sequence[Character]) -> str:
    """The text of one cell: its lines joined, without a space between Chinese letters."""
    if len(characters) < 2:
        return characters[0].text if characters else ""
    if text := _tight_text(characters):
        return text.strip()
    turns = [character.quarter_turns for character in characters]
    if any(turns):
        turn = max(sorted(set(turns)), key=turns.count)
        characters = [upright(character, turn) for character in characters]
    texts = [_tight_text(line) or line_text(_without_copies(line), " ") for line in _on_lines(levels(characters))]
    return joined(texts) if len(texts) > 1 else texts[0].strip()


def _tight_text(characters: Sequence[Character]) -> str:
    """The text of upright characters that follow each other closely in one line; empty for others.

    Most cells are a number or a few letters of this kind: there is nothing to order, to part or to join in them.
    """
    first, *others = characters
    _, before, _, end, _, line, smallest, follows, turns = first
    if follows or turns:
        return ""
    widest = 0.0
    for _, left, _, right, _, baseline, size, follows, turns in others:
        if follows or turns or baseline != line or left - before <= _SAME_PLACE * size:
            return ""
        if left - end > widest:
            widest = left - end
        if size < smallest:
            smallest = size
        before, end = left, right
    return "".join([character.text for character in characters]) if widest <= _NO_GAP * smallest else ""


def line_text(line: Sequence[Character], column_gap: str = "  ") -> str:
    """The text of one line, with a space where there is one and ``column_gap`` where the gap is wide."""
    text = "".join([character.text for character in line])
    gaps = [after.left - before.right for before, after in pairwise(line)]
    narrow = _NO_GAP * min([character.size for character in line])
    if not gaps or (max(gaps) <= narrow and not any(character.follows_space for character in line)):
        return text
    chinese = [_is_chinese(letter) for letter in text]
    spacing = _letter_spacing(line, gaps, chinese)
    pieces = [line[0].text]
    for number, gap in enumerate(gaps):
        after = line[number + 1]
        if gap > 0:
            letters = chinese[number] + chinese[number + 1]
            pieces.append(_space(line[number], after, letters, spacing, column_gap))
        pieces.append(after.text)
    return "".join(pieces)


def _without_copies(line: list[Character]) -> list[Character]:
    line.sort(key=_LEFT)
    kept = line[:1]
    for character in line[1:]:
        last = kept[-1]
        if character.text != last.text or character.left - last.left > _SAME_PLACE * character.size:
            kept.append(character)
    return kept


def _letter_spacing(line: Sequence[Character], gaps: list[float], chinese: list[bool]) -> float:
    """The usual gap between the Chinese letters of a line, in their widths."""
    shares = sorted(
        gap / max(line[number].right - line[number].left, line[number + 1].right - line[number + 1].left, 0.01)
        for number, gap in enumerate(gaps)
        if chinese[number] and chinese[number + 1]
    )
    usual = shares[(len(shares) - 1) // 2] if shares else 0.0
    return usual if 0 < usual <= _WIDEST_SPACING else 0.0


def _space(before: Character, after: Character, chinese: int, spacing: float, column_gap: str) -> str:
    """What stands between two characters, of which so many are Chinese letters."""
    gap = after.left - before.right
    widths = before.right - before.left, after.right - after.left
    if chinese:
        gap -= spacing * max(widths)
        is_space = gap > _LETTER_SPACE * max(widths)
    else:
        is_space = gap > _FIGURE_SPACE * max(before.size, after.size)
    # between Chinese letters a space in the text may be there for letter-spacing: the gap decides
    if not (is_space or (after.follows_space and chinese < 2)):
        return ""
    return column_gap if gap > _COLUMN_GAP * sum(widths) / 2 else " "


@cache
def _is_chinese(text: str) -> bool:
    return text in _PUNCTUATION or (text >= "\u2e80" and category(text) in ("Lo", "Nl"))
