"""Slips of the hand between what is printed and what should be."""

import pytest

from expectations.localisation.evidence import slip

SLIPS = [
    (122, 12, "digit_doubled"),
    (112, 12, "digit_doubled"),
    (1, 12, "digit_lost"),
    (2, 12, "digit_lost"),
    (12, 112, "digit_lost"),
    (192, 12, "digit_added"),
    (21, 12, "digits_swapped"),
    (132, 123, "digits_swapped"),
    (13, 12, "neighbouring_digit"),
    (9, 0, "neighbouring_digit"),
    (-7, 7, "sign"),
    (0, 11, "zero_printed"),
    (5, 0, None),
    (12, 40, None),
    (321, 123, None),
    (11, 2, None),
]


@pytest.mark.parametrize(("printed", "proposed", "expected"), SLIPS)
def test_slip(printed: int, proposed: int, expected: str | None) -> None:
    assert slip(printed, proposed) == expected
