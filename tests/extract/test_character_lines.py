"""Characters with positions become lines: what follows closely is read at a glance, and as what is read with care."""

from itertools import accumulate

from hypothesis import example, given
from hypothesis import strategies as st

from extract.layouts.character_lines import Character, cell_text

SIZE = 10.0
#: What a character is, how far it begins behind the end of the one before, how far it is raised, how high it is.
PIECES = st.tuples(
    st.sampled_from(["1", "8", ".", "件", "，", " "]),
    st.sampled_from([-4.6, -4.0, 0.0, 0.0, 0.0, 0.9, 1.6, 20.0]),
    st.sampled_from([0.0, 0.0, 0.0, 1.0, 12.0]),
    st.sampled_from([SIZE, SIZE, SIZE, 7.0]),
    st.sampled_from([False, False, False, True]),
    st.sampled_from([0, 0, 0, 1]),
)
PLAIN = ("1", 0.0, 0.0, SIZE, False, 0)
Piece = tuple[str, float, float, float, bool, int]


def printed(pieces: list[Piece]) -> list[Character]:
    """The characters, half as wide as high, as they follow each other."""
    ends = accumulate(gap + SIZE / 2 for _, gap, *_ in pieces)
    return [
        Character(text, end - SIZE / 2, foot - size, end, foot, foot, size, follows_space, turns)
        for (text, _, raised, size, follows_space, turns), end in zip(pieces, ends, strict=True)
        for foot in [raised + SIZE]
    ]


@given(st.lists(PIECES, min_size=1, max_size=6))
@example([PLAIN, PLAIN])
@example([PLAIN, ("1", 1.6, 0.0, SIZE, False, 0)])
@example([PLAIN, ("1", -4.6, 0.0, SIZE, False, 0)])
@example([PLAIN, ("8", 0.0, 12.0, SIZE, False, 0)])
@example([PLAIN, ("件", 0.9, 0.0, 7.0, False, 0), PLAIN])
@example([PLAIN, ("件", 0.0, 0.0, 7.0, False, 0), ("1", 0.9, 0.0, SIZE, False, 0)])
@example([PLAIN, ("8", 0.9, 0.0, SIZE, True, 0)])
@example([PLAIN, ("8", 0.0, 0.0, SIZE, False, 1), ("8", 0.0, 0.0, SIZE, False, 1)])
def test_a_cell_reads_the_same_in_whatever_order_it_is_drawn(pieces: list[Piece]) -> None:
    characters = printed(pieces)
    assert cell_text(characters) == cell_text(characters[::-1])


def test_characters_that_follow_closely_are_one_word() -> None:
    assert cell_text(printed([(digit, 0.0, 0.0, SIZE, False, 0) for digit in "1024"])) == "1024"
