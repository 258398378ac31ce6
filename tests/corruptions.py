"""Slips of the hand in a report that balances: what a publisher's typing, copying and pasting does to its figures.

Belongs here: kinds of slips, and tables with some of them. Doesn't belong here: finding them again.
"""

from collections.abc import Callable
from random import Random

from tests.report_writer import ReportWriter

Key = tuple[str, str]

DIGITS = "1234567890"


def random_figure(text: str, random: Random) -> str:
    """Any other figure of a like size."""
    return str(random.randint(0, 2 * int(text) + 20))


def wrong_digit(text: str, random: Random) -> str:
    """One digit is another."""
    at = random.randrange(len(text))
    return text[:at] + random.choice(DIGITS) + text[at + 1 :]


def neighbouring_digit(text: str, random: Random) -> str:
    """One digit is the key beside it."""
    at = random.randrange(len(text))
    key = DIGITS.index(text[at]) + random.choice((-1, 1))
    return text[:at] + DIGITS[max(0, min(9, key))] + text[at + 1 :]


def doubled_digit(text: str, random: Random) -> str:
    """One digit is typed twice."""
    at = random.randrange(len(text))
    return text[:at] + text[at] + text[at:]


def lost_digit(text: str, random: Random) -> str:
    """One digit isn't typed."""
    at = random.randrange(len(text))
    return text[:at] + text[at + 1 :] or "0"


def swapped_digits(text: str, random: Random) -> str:
    """Two digits take each other's place."""
    at = random.randrange(max(1, len(text) - 1))
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


SLIPS: dict[str, Callable[[str, Random], str]] = {
    "random": random_figure,
    "wrong_digit": wrong_digit,
    "neighbouring_digit": neighbouring_digit,
    "doubled_digit": doubled_digit,
    "lost_digit": lost_digit,
    "swapped_digits": swapped_digits,
}
#: A figure and its neighbour's take each other's place: two cells are wrong.
SHIFTED = "shifted_column"
KINDS = (*SLIPS, SHIFTED)


def corrupted(
    writer: ReportWriter, figures: dict[Key, str], kind: str, count: int, random: Random
) -> dict[Key, tuple[str, str]]:
    """``count`` cells of sections 3 and 4 with what they should say and what they say now, all by one kind of slip.

    Where only one cell is left to corrupt, a shifted column becomes a random figure.
    """
    cells = [key for key in figures if writer.catalogue.section_of_line(key[0]) in (3, 4)]
    wrong: dict[Key, tuple[str, str]] = {}
    while len(wrong) < count:
        if kind == SHIFTED and count - len(wrong) > 1:
            at = random.randrange(len(cells) - 1)
            pair = cells[at], cells[at + 1]
            new = dict(zip(pair, (figures[pair[1]], figures[pair[0]]), strict=True))
            is_a_shift = pair[0][0] == pair[1][0] and not wrong.keys() & set(pair)
        else:
            cell = random.choice(cells)
            new = {cell: str(int(SLIPS.get(kind, random_figure)(figures[cell], random)))}
            is_a_shift = cell not in wrong
        if is_a_shift and all(int(figures[key]) != int(text) for key, text in new.items()):
            wrong |= {key: (figures[key], text) for key, text in new.items()}
    return wrong
