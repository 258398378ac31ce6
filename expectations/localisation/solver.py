"""The general case by HiGHS: blanks, tolerances, figures that no count can be, and explanations of many cells.

Two programmes in turn. The *choice* is the smallest set of cells that has one of each *implied identity* found so
far: a sum of identities that can't hold while those cells stay as printed (Fellegi and Holt's implied edits). The
*check* sees whether the table can be mended by the chosen cells, and if not, its dual solution is a further
implied identity. A choice that passes is an explanation, and is cut off before the next one is sought. A single
programme with a switch for each cell says the same, and takes a hundred times as long.

Belongs here: all that knows HiGHS. Doesn't belong here: which tables come here (``localise``).
"""

from collections.abc import Iterator, Sequence

import highspy
import numpy as np

from expectations.localisation.explanation import Explanation, Findings, Range, explanation
from expectations.localisation.system import System

#: Figures that add up to more are outside what the solver's tolerances tell apart from rounding.
LARGEST_TOTAL = 10**8
#: Explanations of up to so many cells are sought by trying, larger ones by a programme.
MOST_CELLS_TRIED = 3
#: A table that needs more cells changed is misread or made up; no cell of it is more suspect than another.
MOST_CELLS = 6
#: Branches of one choice, and choices of one table: enough for nearly all that is not larger.
MOST_BRANCHES, MOST_CHOICES = 200, 30
#: A table that is short of so little is mended; figures are whole, so that what isn't is short of more.
ROUNDING = 1e-4
OPTIMAL = highspy.HighsModelStatus.kOptimal


class BoundReached(Exception):  # noqa: N818 - a finding, not a fault
    """The search went as far as it may."""


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
                if ranges := self.ranges(cells):
                    found.append(explanation(ranges))
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

    def ranges(self, cells: frozenset[int]) -> dict[int, Range] | None:
        """What each of these cells may be if all other printed ones stay; None where they explain nothing."""
        programme = _quiet()
        is_open = ~self._known
        is_open[sorted(cells)] = True
        least, most = np.where(is_open, 0, self._values), np.where(is_open, highspy.kHighsInf, self._values)
        programme.addVars(len(least), least, most)
        _add_identities(programme, self._system, slack=False)
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
