"""Slips of the hand between what is printed and what should be."""

import numpy as np
import pytest

from expectations.localisation.evidence import cell_evidence, slip
from expectations.localisation.explanation import exactly, explanation
from expectations.localisation.system import System

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


def test_figures_that_took_each_others_place_beside_a_third_that_changes() -> None:
    """The neighbour on the left changes too: the one on the right is looked at nevertheless."""
    columns = ("a", "b", "c")
    places = np.array([(1, column) for column in range(3)])
    sum_of_all = np.ones((1, 3), dtype=np.int64)
    system = System(3, tuple(("line", c) for c in columns), ("sum:line",), sum_of_all, np.zeros(1), places)
    found = explanation({0: exactly(900), 1: exactly(80), 2: exactly(33)})
    evidence = cell_evidence(system, (5.0, 33.0, 80.0), found, {})
    assert evidence == {0: [], 1: ["column_shifted"], 2: ["column_shifted"]}
