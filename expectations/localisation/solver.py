"""The general case: blanks, tolerances, figures that no count can be, and explanations of many cells.

A set of cells mends a table when counts in their place, and in place of the blanks, make all identities hold. One that
doesn't leaves an *implied identity*: a sum of identities that can't hold while only those cells change (Fellegi and
Holt's implied edit). Every explanation has a cell of each implied identity, so that few sets are left to be checked:
small ones by trying, larger ones by choosing the smallest set that has one of each. A single programme with a switch
for each cell says the same, and takes a hundred times as long.

Belongs here: the search. Doesn't belong here: its programmes (``programmes``), which tables come here (``localise``).
"""

from collections.abc import Iterator

import numpy as np

from expectations.localisation.explanation import Explanation, Findings, explanation
from expectations.localisation.programmes import BoundReached, Check, Choice, ranges
from expectations.localisation.system import System

#: Figures that add up to more are outside what the solver's tolerances tell apart from rounding.
LARGEST_TOTAL = 10**8
#: Explanations of up to so many cells are sought by trying, larger ones by choosing.
MOST_CELLS_TRIED = 3
#: A table that needs more cells changed is misread or made up; no cell of it is more suspect than another.
MOST_CELLS = 6
#: Choices of one table: enough for nearly all that is not larger.
MOST_CHOICES = 30


class Solver:
    """The search of one report and one system of identities.

    Args:
        system: the identities.
        values: the printed figures by cell; 0 where not ``known``.
        known: whether the cell is printed.

    Raises:
        OverflowError: the figures are too large.

    """

    def __init__(self, system: System, values: np.ndarray, known: np.ndarray) -> None:
        if np.abs(values).sum() > LARGEST_TOTAL:
            raise OverflowError("figures too large for the solver")
        self._system, self._values, self._known = system, values.astype(float), known
        self._check = Check(system, self._values, known)
        #: Printed figures that no count can be: they change in every explanation.
        self._impossible = frozenset(np.flatnonzero(known & ((values < 0) | (values % 1 != 0))).tolist())
        self._implied: list[frozenset[int]] = []

    def explanations(self, cap: int, checks: int, *, least: int = 0) -> Findings:
        """The smallest explanations, at most ``cap``, after at most so many checks; ``least``: there are no smaller.

        The bounds are counts rather than seconds: the same table gives the same answer on any machine.
        """
        self._check.left = checks
        for size in range(least, MOST_CELLS_TRIED + 1):
            found = self._as_findings(self._tried(self._impossible, frozenset(), size), cap)
            if found.explanations or found.search != "complete":
                return found
        return self._as_findings(self._chosen(), cap)

    def _as_findings(self, choices: Iterator[frozenset[int]], cap: int) -> Findings:
        found: list[Explanation] = []
        try:
            for cells in choices:
                if len(found) == cap:
                    return Findings(tuple(found), "cap_reached")
                if found_ranges := ranges(self._system, self._values, self._known, cells):
                    found.append(explanation(found_ranges))
        except BoundReached:
            return Findings(tuple(found), "bound_reached")
        return Findings(tuple(found))

    def _tried(self, cells: frozenset[int], left_out: frozenset[int], more: int) -> Iterator[frozenset[int]]:
        """The sets with so many more cells, none of them left out, that mend the table: quick while they are few."""
        unmet = [implied for implied in self._implied if not implied & cells]
        if not unmet:
            unmet = self._check.implied(cells)
            self._implied += unmet
            if not unmet:
                yield cells
        if not unmet or not more:
            return
        helpful = frozenset.intersection(*unmet) if more == 1 else min((one - left_out for one in unmet), key=len)
        for cell in sorted(helpful - left_out):
            yield from self._tried(cells | {cell}, left_out, more - 1)
            left_out |= {cell}

    def _chosen(self) -> Iterator[frozenset[int]]:
        """The smallest sets that mend the table, up to ``MOST_CELLS``."""
        choice = Choice(len(self._values), self._impossible)
        choice.require(self._implied)
        size = len(self._values)
        for _ in range(MOST_CHOICES):
            cells = choice.smallest()
            if cells is None or len(cells) > size:
                return
            if len(cells) > MOST_CELLS:
                break
            if implied := self._check.implied(cells):
                choice.require(implied)
            else:
                size = len(cells)
                choice.cut_off(cells)
                yield cells
        raise BoundReached
