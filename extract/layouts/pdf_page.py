"""What is printed on one page of a PDF: characters and straight rules, upright.

Belongs here: calls of pdfium for text, and the turning of pages. Doesn't belong here: how rules are drawn
(``extract.layouts.pdf_rules``), and what characters and rules make together
(``extract.layouts.character_lines``, ``extract.layouts.ruled_grid``).
"""

import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import accumulate, chain, compress, pairwise, repeat
from math import inf, isfinite, pi
from operator import le, ne, neg, or_, sub
from typing import NamedTuple
from unicodedata import normalize

import pypdfium2.raw as pdfium

from extract.layouts import pdf_calls
from extract.layouts.allowance import Allowance
from extract.layouts.character_lines import Character, Level, levels, turned, upright
from extract.layouts.pdf_calls import Box, Boxes
from extract.layouts.pdf_rules import LARGEST, thin_boxes_and_frames
from extract.layouts.ruled_grid import Rule
from extract.layouts.stream import Refused

#: In heights of a letter: how exactly rules are placed, and how thick they are at most.
_TOLERANCE = 0.4
#: The share of the characters that have smaller letters than those which the tolerance goes by.
_SMALL_SHARE = 0.1
#: In points: the height of a letter on a page without text, or with none as high as the second.
_USUAL_HEIGHT, _LEAST_HEIGHT = 10.0, 2.0
#: Every so many characters one is asked whether it is turned; besides, every one that stands alone.
_SAMPLE = 16
#: In heights of a character: neighbours nearer to its baseline than this are on its line.
_SAME_BASELINE = 0.15
#: Text that slants more than this, in quarter turns, is a mark across the page and left out.
_SLANT = 0.1
#: A box is an error of the font where what is printed in it is so much larger, …
_BOX_TOO_SMALL = 1.5
#: … or so much smaller while the box is larger than this in points.
_BOX_TOO_LARGE, _LARGE_BOX = 4.0, 40.0

#: What Character(*…) and Rule(*…) do in the end, without a call of Python's for each.
_character: Callable[[tuple], Character] = partial(tuple.__new__, Character)
_rule: Callable[[tuple], Rule] = partial(tuple.__new__, Rule)

#: pdfium's own marks, spaces that print nothing, letters that some fonts put in place of others.
_UNKNOWN = "\ufffd"
_HYPHEN, _HYPHEN_IN_TEXT = 2, "\ufffe"
_LETTERS: dict[int, str] = {
    **dict.fromkeys((*range(10), *range(11, 32), *range(127, 160), 0xFFFE, 0xFFFF), _UNKNOWN),
    **dict.fromkeys((9, 13, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), " "),
    **dict.fromkeys((_HYPHEN, 0xAD), "-"),
    **{code: normalize("NFKC", chr(code)) for code in (0x2E9F, 0x2EF3, *range(0x2F00, 0x2FD6))},
}
#: What pdfium puts at the ends of lines, and what few pages have: to look for it takes a fifth of putting it right.
_END_OF_LINE = "\r"
_OTHER_LETTERS = re.compile(f"[{re.escape(''.join(map(chr, _LETTERS)).replace(_END_OF_LINE, ''))}]")


class Marks(NamedTuple):
    """What is printed on a page; ``tolerance`` is how exactly it is placed, in points."""

    levels: list[Level]
    horizontal: list[Rule]
    vertical: list[Rule]
    tolerance: float


def marks(page: object, characters: Allowance, steps: Allowance) -> Marks:
    """The characters and rules of a page, turned so that most of its text is upright.

    Args:
        page: as pdfium opened it.
        characters: how many characters the document may have.
        steps: how many objects and steps of paths it may have.

    Raises:
        Refused: an allowance is spent, or the text can't be read.

    """
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        raise Refused("unreadable", "the text of a page is damaged")
    try:
        printed, turns = _levels(text_page, characters)
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    tolerance = _TOLERANCE * _small_height(printed)
    boxes, frames = thin_boxes_and_frames(page, tolerance, steps)
    horizontal, vertical = _rules(boxes, frames, turns, tolerance)
    return Marks(printed, horizontal, vertical, tolerance)


def _small_height(printed: list[Level]) -> float:
    """The height of the page's smaller letters: those of its tables, not of its title."""
    sizes = sorted((level[0].size, len(level)) for level in printed)
    smaller = int(sum(map(len, printed)) * _SMALL_SHARE)
    ends = accumulate(characters for _, characters in sizes)
    height = next((size for (size, _), end in zip(sizes, ends, strict=True) if end > smaller), _USUAL_HEIGHT)
    return height if height > _LEAST_HEIGHT else _USUAL_HEIGHT


def _rules(boxes: list[Box], frames: list[Box], turns: int, tolerance: float) -> tuple[list[Rule], list[Rule]]:
    """The horizontal and the vertical rules that thin boxes and the edges of frames are, once turned."""
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    for left, low, right, high in _turned_boxes(boxes, turns):
        width, height = right - left, high - low
        # a dot may be part of either
        if height <= tolerance and (width <= tolerance or width > height):
            horizontal.append(_rule((-(low + high) / 2, left, right)))
        if width <= tolerance and (height <= tolerance or height > width):
            vertical.append(_rule(((left + right) / 2, -high, -low)))
    for left, low, right, high in _turned_boxes(frames, turns):
        horizontal += _rule((-low, left, right)), _rule((-high, left, right))
        vertical += _rule((left, -high, -low)), _rule((right, -high, -low))
    return horizontal, vertical


def _turned_boxes(boxes: list[Box], turns: int) -> list[Box]:
    return [_turned_box(box, turns) for box in boxes] if turns else boxes


def _turned_box(box: Box, turns: int) -> Box:
    """The box after turning; y still upwards."""
    left, bottom, right, top = box
    one, other = turned(left, bottom, turns), turned(right, top, turns)
    return min(one[0], other[0]), -max(one[1], other[1]), max(one[0], other[0]), -min(one[1], other[1])


# -- characters -------------------------------------------------------------------------------


def _levels(text_page: object, allowance: Allowance) -> tuple[list[Level], int]:
    """The characters that print something, level by level, and by how many quarter turns the page's text was turned."""
    printed, numbers = _unturned(text_page, allowance)
    found = list(chain.from_iterable(printed))
    asked = _asked(printed, len(found))
    quarters = dict(zip(asked, _quarters(text_page, [numbers[place] for place in asked]), strict=True))
    sample = Counter(round(quarters[place]) % 4 for place in range(0, len(found), _SAMPLE))
    turns = sample.most_common(1)[0][0] if sample else 0
    if turns in (1, 3):
        # what stands on one line there is not one line of text
        quarters = dict(enumerate(_quarters(text_page, numbers)))
    boxes = pdf_calls.boxes_of_print(text_page, [numbers[place] for place in asked])
    sound = {place: _with_sound_box(found[place], *box) for place, box in zip(asked, boxes, strict=True)}
    wrong = [place for place, character in sound.items() if character is not found[place]]
    for place in wrong:
        found[place] = sound[place]
    if turns or any(quarters.values()):
        # text on one line is upright or upside down, and the sample says which
        usual = turns if turns == 2 else 0
        found = [
            _turned_character(character, turns, round(quarter))
            for place, character in enumerate(found)
            if abs((quarter := quarters.get(place, usual)) - round(quarter)) <= _SLANT
        ]
    elif not wrong:
        return printed, turns
    return levels(found), turns


def _unturned(text_page: object, allowance: Allowance) -> tuple[list[Level], list[int]]:
    """The characters as if the page's text were upright, level by level, and pdfium's numbers of them."""
    count = pdfium.FPDFText_CountChars(text_page)
    allowance.spend(max(count, 0))
    text = _text(text_page, count)
    numbers = [number for number, letter in enumerate(text) if not letter.isspace()]
    numbers, boxes = _sound_boxes(numbers, pdf_calls.loose_boxes(text_page, numbers))
    lefts, tops, rights, bottoms = boxes
    # a level begins where a character reaches higher or deeper than the one before
    changes = map(or_, map(ne, tops, tops[1:]), map(ne, bottoms, bottoms[1:]))
    begins = [0, *compress(range(1, len(numbers)), changes)] if numbers else []
    columns = (
        [text[number] for number in numbers],
        lefts,
        map(neg, tops),
        rights,
        map(neg, bottoms),
        _baselines(text_page, numbers, bottoms, begins),
        map(sub, tops, bottoms),
        _spaces_before(text_page, numbers, text),
        repeat(0),
    )
    characters = list(map(_character, zip(*columns, strict=False)))
    return [characters[begin:end] for begin, end in pairwise([*begins, len(characters)])], numbers


def _sound_boxes(numbers: list[int], boxes: Boxes) -> tuple[list[int], Boxes]:
    """The characters whose boxes are boxes, and on a page."""
    lefts, tops, rights, bottoms = boxes
    # no number that is none passes the first two
    if numbers and not (
        all(map(le, lefts, rights))
        and all(map(le, bottoms, tops))
        and min(min(lefts), min(bottoms)) > -LARGEST
        and max(max(rights), max(tops)) < LARGEST
    ):
        sound = [
            (number, box)
            for number, *box in zip(numbers, *boxes, strict=True)
            if -LARGEST < box[0] <= box[2] < LARGEST and -LARGEST < box[3] <= box[1] < LARGEST
        ]
        lefts, tops, rights, bottoms = ([box[side] for _, box in sound] for side in range(4))
        return [number for number, _ in sound], (lefts, tops, rights, bottoms)
    return numbers, boxes


def _baselines(text_page: object, numbers: list[int], bottoms: list[float], begins: list[int]) -> list[float]:
    """The baselines of characters, y downwards; the lower edge for one that isn't told.

    Asked for those that begin a level: to ask for each would take long.
    """
    heights = pdf_calls.origin_heights(text_page, [numbers[begin] for begin in begins])
    edges = [bottoms[begin] for begin in begins]
    baselines = [-height if isfinite(height) else -edge for height, edge in zip(heights, edges, strict=True)]
    lengths = map(sub, [*begins[1:], len(bottoms)], begins)
    return list(chain.from_iterable(map(repeat, baselines, lengths)))


def _spaces_before(text_page: object, numbers: list[int], text: str) -> list[bool]:
    """Whether a character follows a space that the document has, rather than pdfium."""
    found = [False] * len(numbers)
    places = list(compress(range(len(numbers)), map((1).__lt__, map(sub, numbers, [-1, *numbers]))))
    before = [numbers[place] - 1 for place in places]
    for place, number, is_generated in zip(places, before, pdf_calls.are_generated(text_page, before), strict=True):
        found[place] = not is_generated and text[number].isspace() and text[number] != "\n"
    return found


def _quarters(text_page: object, numbers: list[int]) -> list[float]:
    """By how many quarters characters are turned to the right."""
    return [angle * 2 / pi for angle in pdf_calls.angles(text_page, numbers)]


def _turned_character(character: Character, turns: int, quarter_turns: int) -> Character:
    """The character on a page whose text was turned, itself turned by so many quarters."""
    if turns == 0:
        return character._replace(quarter_turns=quarter_turns % 4)
    return upright(character, turns)._replace(quarter_turns=(quarter_turns - turns) % 4)


def _text(text_page: object, count: int) -> str:
    """One letter for each of pdfium's characters."""
    if count <= 0:
        return ""
    codes = pdf_calls.text_codes(text_page, count)
    text = codes.decode("utf-16-le", "replace")
    if not len(text) == count == len(codes) // 2 or _HYPHEN_IN_TEXT in text:
        # characters without a letter are left out there, some take two places, hyphens look unknown
        points = (pdfium.FPDFText_GetUnicode(text_page, number) for number in range(count))
        text = "".join(_UNKNOWN if 0xD800 <= point < 0xE000 or point > 0x10FFFF else chr(point) for point in points)
    text = text.replace(_END_OF_LINE, " ")
    return text.translate(_LETTERS) if _OTHER_LETTERS.search(text) else text


def _asked(printed: list[Level], count: int) -> list[int]:
    """The places of a sample of the characters, of all that have no neighbour on their baseline, and of large ones."""
    asked = set(range(0, count, _SAMPLE))
    place, is_alone = 0, True
    # the one that comes after the last is on no line
    baselines = [*[level[0].baseline for level in printed], inf]
    for level, baseline, following in zip(printed, baselines, baselines[1:], strict=False):
        size = level[0].size
        is_last = abs(following - baseline) > _SAME_BASELINE * size
        if is_alone and is_last and len(level) == 1:
            asked.add(place)
        if size > _LARGE_BOX:
            asked.update(range(place, place + len(level)))
        is_alone = is_last
        place += len(level)
    return sorted(asked)


def _with_sound_box(character: Character, left: float, right: float, bottom: float, top: float) -> Character:
    """The character with the box of what is printed where the font's own box is wrong, as with vertical writing."""
    extent = max(right - left, top - bottom)
    extent_of_font = max(character.right - character.left, character.size)
    is_sound = extent <= _BOX_TOO_SMALL * extent_of_font and extent_of_font <= max(_LARGE_BOX, _BOX_TOO_LARGE * extent)
    if is_sound or extent <= 0 or not isfinite(left + right + bottom + top):
        return character
    return character._replace(left=left, top=-top, right=right, bottom=-bottom, size=extent)
