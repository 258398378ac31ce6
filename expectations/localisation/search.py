"""Two to four changed cells explain a fully printed table: a search by implied identities.

After Fellegi and Holt, De Waal and Quere: a cell that is to change is eliminated from the identities; what
remains of them still has to hold, so one that doesn't names the cells of which another must change. The
arithmetic is of whole numbers and exact.

Belongs here: that search. Doesn't belong here: blanks and larger explanations (``solver``).
"""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from expectations.localisation.explanation import Explanation, Findings, Range, exactly, explanation
from expectations.localisation.system import System

#: Beyond this many cells the search takes longer than the solver.
MOST_CELLS_SEARCHED = 4


class Unsettled(Exception):  # noqa: N818 - a finding, not a fault
    """The cells leave more than one degree of freedom: only a solver tells what they may be."""


def search(system: System, values: np.ndarray, *, least: int, most: int, cap: int) -> Findings | None:
    """The smallest explanations of one report, of ``least`` to ``most`` cells; None where there are none so small.

    Args:
        system: the identities, with tolerance 0.
        values: the printed figures by cell, whole and not negative.
        least: a size that is not too large: there are no smaller explanations.
        most: the largest size to look for.
        cap: the most explanations to list.

    Raises:
        Unsettled: only a solver can tell.

    """
    rows = np.column_stack([system.matrix, system.matrix @ values])
    for size in range(least, min(most, MOST_CELLS_SEARCHED) + 1):
        start = _Node(rows, values, (), (), np.ones(len(system.keys), dtype=bool))
        found = tuple(islice(start.explanations(size), cap + 1))
        if found:
            return Findings(found[:cap], "cap_reached" if len(found) > cap else "complete")
    return None


class _Node:
    """Chosen cells, each with the row that is solved for it; ``rows`` are identities with their balance at the end."""

    def __init__(
        self,
        rows: np.ndarray,
        values: np.ndarray,
        chosen: tuple[int, ...],
        solved: tuple[int, ...],
        allowed: np.ndarray,
    ) -> None:
        self.rows, self.values, self.chosen, self.solved = rows, values, chosen, solved
        self.allowed = allowed
        self.free = np.ones(len(rows), dtype=bool)
        self.free[list(solved)] = False

    def explanations(self, budget: int) -> Iterator[Explanation]:
        """The explanations that add ``budget`` allowed cells to the chosen ones."""
        failing = np.flatnonzero(self.free & (self.rows[:, -1] != 0))
        below = [row for row, cell in self._pairs() if self.values[cell] < self.rows[row, -1]]
        if not len(failing) and not below:
            return
        branches = self.rows[failing if len(failing) else below, :-1] != 0
        branches &= self.allowed
        branch = int(branches.sum(axis=1).argmin())
        row = int((failing if len(failing) else below)[branch])
        cells = np.flatnonzero(branches[branch])
        if budget == 1:
            yield from self._last(row, cells) if len(failing) else self._with_freedom(cells)
            return
        allowed = self.allowed.copy()
        for cell in cells:
            allowed[cell] = False
            yield from self._with(int(cell), row, allowed.copy()).explanations(budget - 1)

    def _pairs(self) -> Iterator[tuple[int, int]]:
        return zip(self.solved, self.chosen, strict=True)

    def _with(self, cell: int, row: int, allowed: np.ndarray) -> "_Node":
        """The node with another cell chosen, and a free row solved for it."""
        if not self.free[row]:
            others = np.flatnonzero(self.free & (self.rows[:, cell] != 0))
            if not len(others):
                raise Unsettled
            row = int(others[0])
        pivot = self.rows[row, cell]
        if abs(pivot) != 1:
            raise Unsettled
        solved = self.rows[row] * pivot
        rows = self.rows - np.outer(self.rows[:, cell], solved)
        rows[row] = solved
        return _Node(rows, self.values, (*self.chosen, cell), (*self.solved, row), allowed)

    def _last(self, row: int, cells: np.ndarray) -> Iterator[Explanation]:
        """The explanations with one more cell, of those in a row that fails."""
        columns = self.rows[:, cells]
        changes = -self.rows[row, -1] // columns[row]
        fits = (columns[self.free] * changes == -self.rows[self.free, -1:]).all(axis=0)
        for cell, change in zip(cells[fits], changes[fits], strict=True):
            own = {int(cell): int(change)}
            own |= {c: int(-self.rows[r, -1] - self.rows[r, cell] * change) for r, c in self._pairs()}
            if all(own.values()) and all(self.values[c] + by >= 0 for c, by in own.items()):
                yield explanation({c: exactly(int(self.values[c] + by)) for c, by in own.items()})

    def _with_freedom(self, cells: np.ndarray) -> Iterator[Explanation]:
        """The explanations with one more cell that no free row tells: the figures move together within bounds."""
        for cell in cells[~self.rows[np.ix_(self.free, cells)].any(axis=0)]:
            low, high = self._room(int(cell))
            if high is None or low <= high:
                changes = {int(cell): _moved(int(self.values[cell]), 1, low, high)}
                for row, chosen in self._pairs():
                    start, slope = int(self.values[chosen] - self.rows[row, -1]), -int(self.rows[row, cell])
                    changes[chosen] = _moved(start, slope, low, high)
                yield explanation(changes)

    def _room(self, cell: int) -> Range:
        """How far a cell can move, so that neither it nor a chosen one becomes negative; empty where it can't."""
        low, high = -int(self.values[cell]), None
        for row, chosen in self._pairs():
            slope, room = int(self.rows[row, cell]), int(self.values[chosen] - self.rows[row, -1])
            if slope > 0:
                high = room // slope if high is None else min(high, room // slope)
            elif slope < 0:
                low = max(low, -(room // -slope))
            elif room < 0:
                return 0, -1
        return low, high


def _moved(start: int, slope: int, low: int, high: int | None) -> Range:
    """What ``start + slope * step`` can be, for steps from ``low`` to ``high``."""
    if slope == 0:
        return start, start
    if slope > 0:
        return start + slope * low, None if high is None else start + slope * high
    return (0 if high is None else start + slope * high), start + slope * low
