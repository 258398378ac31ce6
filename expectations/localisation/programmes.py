"""The linear programmes of the localisation: all that knows HiGHS.

Belongs here: the *choice* of few cells that have one of each set, the *check* whether a table can be mended by the
cells chosen, and what they may be then. Doesn't belong here: the search that they serve (``solver``).
"""

from collections.abc import Sequence

import highspy
import numpy as np

from expectations.localisation.explanation import Range
from expectations.localisation.system import System

#: Branches of one choice: enough for nearly all that is not larger.
MOST_BRANCHES = 200
#: A table that is short of so little is mended; figures are whole, so that what isn't is short of more.
ROUNDING = 1e-4
OPTIMAL = highspy.HighsModelStatus.kOptimal


class BoundReached(Exception):  # noqa: N818 - a finding, not a fault
    """The search went as far as it may."""


class Choice:
    """The smallest sets of cells that have one of each required set; ``always`` are in all of them."""

    def __init__(self, cells: int, always: frozenset[int]) -> None:
        self._programme = _quiet()
        self._programme.setOptionValue("mip_max_nodes", MOST_BRANCHES)
        self._programme.addVars(cells, np.array([float(cell in always) for cell in range(cells)]), np.ones(cells))
        every = np.arange(cells, dtype=np.int32)
        self._programme.changeColsCost(cells, every, np.ones(cells))
        self._programme.changeColsIntegrality(cells, every, np.array([highspy.HighsVarType.kInteger] * cells))

    def require(self, sets: Sequence[frozenset[int]]) -> None:
        """One cell of each set is to be chosen."""
        for cells in sets:
            numbers = np.array(sorted(cells), dtype=np.int32)
            self._programme.addRow(1, highspy.kHighsInf, len(numbers), numbers, np.ones(len(numbers)))

    def cut_off(self, cells: frozenset[int]) -> None:
        """No later choice may have all of these cells."""
        numbers = np.array(sorted(cells), dtype=np.int32)
        self._programme.addRow(-highspy.kHighsInf, len(cells) - 1, len(numbers), numbers, np.ones(len(numbers)))

    def smallest(self) -> frozenset[int] | None:
        """The cells; None where there are none. BoundReached where the solver doesn't find them within its bound."""
        self._programme.run()
        status = self._programme.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != OPTIMAL:
            raise BoundReached
        return frozenset(np.flatnonzero(np.array(self._programme.getSolution().col_value) > 0.5).tolist())


class Check:
    """Whether a table can be mended by some of its cells; a linear programme of what it is short of."""

    def __init__(self, system: System, values: np.ndarray, known: np.ndarray) -> None:
        self._system, self._values, self._known = system, values, known
        #: How many checks may follow.
        self.left = 0
        self._programme = _quiet()
        self._programme.setOptionValue("presolve", "off")
        least = np.where(known, values, 0)
        self._programme.addVars(len(values), least, np.where(known, values, highspy.kHighsInf))
        _add_identities(self._programme, system, slack=True)

    def implied(self, cells: frozenset[int]) -> list[frozenset[int]]:
        """Implied identities that can't hold while only these cells change: of each the other cells that could help.

        Empty where the cells mend the table. BoundReached after the last check.
        """
        if self.left == 0:
            raise BoundReached
        self.left -= 1
        is_open = ~self._known
        is_open[sorted(cells)] = True
        count = len(self._values)
        every = np.arange(count, dtype=np.int32)
        most = np.where(is_open, highspy.kHighsInf, self._values)
        self._programme.changeColsBounds(count, every, np.where(is_open, 0, self._values), most)
        self._programme.run()
        if self._programme.getInfo().objective_function_value < ROUNDING:
            return []
        duals = np.round(np.array(self._programme.getSolution().row_dual), 6)
        return [found for rows in self._joined(duals, is_open) if (found := self._helpful(duals, rows, is_open))]

    def _joined(self, duals: np.ndarray, is_open: np.ndarray) -> list[np.ndarray]:
        """The identities of the sum in groups that no open cell joins: each group is an implied identity."""
        rows = np.flatnonzero(duals)
        links = self._system.matrix[np.ix_(rows, np.flatnonzero(is_open))] != 0
        groups: list[set[int]] = []
        for row, link in enumerate(links):
            touching = [group for group in groups if any((links[other] & link).any() for other in group)]
            groups = [group for group in groups if group not in touching] + [{row}.union(*touching)]
        return [rows[sorted(group)] for group in groups]

    def _helpful(self, duals: np.ndarray, rows: np.ndarray, is_open: np.ndarray) -> frozenset[int]:
        """The printed cells that could make this sum of identities hold; none where it holds."""
        weights = np.round(duals[rows] @ self._system.matrix[rows], 6)
        fixed = np.where(is_open, 0, self._values)
        short = -(weights @ fixed) - (np.abs(duals[rows]) * self._system.tolerances[rows]).sum()
        if short < ROUNDING:
            return frozenset()
        helps = ~is_open & ((weights > 0) | ((weights < 0) & (self._values > 0)))
        return frozenset(np.flatnonzero(helps).tolist())


def ranges(system: System, values: np.ndarray, known: np.ndarray, cells: frozenset[int]) -> dict[int, Range] | None:
    """What each of these cells may be if all other printed ones stay; None where they explain nothing."""
    programme = _quiet()
    is_open = ~known
    is_open[sorted(cells)] = True
    programme.addVars(len(values), np.where(is_open, 0, values), np.where(is_open, highspy.kHighsInf, values))
    _add_identities(programme, system, slack=False)
    numbers = np.flatnonzero(is_open).astype(np.int32)
    kinds = np.array([highspy.HighsVarType.kInteger] * len(numbers))
    programme.changeColsIntegrality(len(numbers), numbers, kinds)
    found: dict[int, Range] = {}
    for cell in sorted(cells):
        low = _extreme(programme, cell, highspy.ObjSense.kMinimize)
        if low is None:
            return None
        found[cell] = low, _extreme(programme, cell, highspy.ObjSense.kMaximize)
    return found


def _add_identities(programme: highspy.Highs, system: System, *, slack: bool) -> None:
    """A row for each identity; with ``slack`` two further variables for what it is short of, to be least."""
    rows, cells = system.matrix.shape
    if slack:
        programme.addVars(2 * rows, np.zeros(2 * rows), np.full(2 * rows, highspy.kHighsInf))
        numbers = np.arange(cells, cells + 2 * rows, dtype=np.int32)
        programme.changeColsCost(2 * rows, numbers, np.ones(2 * rows))
    for number, (row, tolerance) in enumerate(zip(system.matrix, system.tolerances, strict=True)):
        columns, weights = np.flatnonzero(row), row[np.flatnonzero(row)].astype(float)
        if slack:
            columns = np.append(columns, [cells + 2 * number, cells + 2 * number + 1])
            weights = np.append(weights, [1.0, -1.0])
        limit = float(tolerance)
        programme.addRow(-limit, limit, len(columns), columns.astype(np.int32), weights)


def _extreme(programme: highspy.Highs, cell: int, sense: highspy.ObjSense) -> int | None:
    programme.changeObjectiveSense(sense)
    programme.changeColCost(cell, 1.0)
    programme.run()
    extreme = round(programme.getSolution().col_value[cell]) if programme.getModelStatus() == OPTIMAL else None
    programme.changeColCost(cell, 0.0)
    return extreme


def _quiet() -> highspy.Highs:
    programme = highspy.Highs()
    programme.setOptionValue("output_flag", False)
    programme.setOptionValue("threads", 1)
    return programme
