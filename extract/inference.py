"""What the identities say of cells that the page doesn't print, or prints without their column.

Belongs here: bounds of unknown cells by the enforced identities of a section, and what follows where
one possibility is left. Doesn't belong here: reading (``extract.alignment``). What is inferred stands
beside what is printed: it is marked, and no term of an identity.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import combinations
from typing import NamedTuple

from extract.catalogue.model import Catalogue, Identity, IdentityTerm
from extract.cells import cell_of
from extract.documents import Cell

Key = tuple[str, str]
#: The least and the most that a cell can be.
Bounds = tuple[float, float]

#: Bounds settle in a few rounds; a table of contradictions might creep on for ever.
MOST_ROUNDS = 60
UNKNOWN: Bounds = (0, math.inf)
_INFERRED = Cell._fields.index("inferred_value")


@dataclass(frozen=True, eq=False)
class Equation:
    """An identity at one scope: the weighted cells add up to nothing. Equal only to itself: it is a key."""

    identity: str
    terms: tuple[tuple[int, Key], ...]


class System(NamedTuple):
    """The equations of a section, and for each cell those in which it stands, with its weight."""

    equations: Sequence[Equation]
    equations_of: Mapping[Key, Sequence[tuple[int, Equation]]]

    @classmethod
    def of(cls, equations: Iterable[Equation]) -> "System":
        """The system of some equations."""
        found = list(equations)
        equations_of: dict[Key, list[tuple[int, Equation]]] = {}
        for equation in found:
            for weight, key in equation.terms:
                equations_of.setdefault(key, []).append((weight, equation))
        return cls(found, equations_of)


@dataclass(frozen=True)
class LooseRow:
    """Figures of one line, in the order of the columns, some of which got lost; ``numbers`` are their cells'."""

    line: str
    columns: tuple[str, ...]
    figures: tuple[Decimal, ...]
    numbers: tuple[int, ...]


class Contradiction(Exception):  # noqa: N818 - a finding, not a fault
    """The printed cells can't all be right: nothing may be inferred from them."""


class Inference:
    """Infers cells by the identities of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._systems = lru_cache(maxsize=256)(self._system)

    @cached_property
    def _equations(self) -> dict[int, list[Equation]]:
        found: dict[int, list[Equation]] = {}
        for identity in self._catalogue.identities:
            if identity.is_enforced and identity.section is not None:
                terms = [term for term in self._catalogue.identity_terms if term.identity == identity.identity]
                scopes = self._catalogue.scopes_of(identity)
                found.setdefault(identity.section, []).extend(_equation(identity, terms, scope) for scope in scopes)
        return found

    def completed(self, cells: Sequence[Cell], loose: Sequence[LooseRow]) -> Sequence[Cell]:
        """The cells, with ``inferred_value`` and ``inference`` where the identities leave one possibility.

        ``loose`` are the rows of section 3 whose count doesn't fit: their figures get a column where
        all the placements that the identities admit agree on it. A section whose printed cells
        contradict an identity stays as it is.
        """
        printed = list(cells)
        found: dict[int, Cell] = {}
        for section in {cell.section for cell in printed if cell.value is None} & self._equations.keys():
            if lines := frozenset(cell.line for cell in printed if cell.section == section and cell.line):
                table = _Table(printed, [row for row in loose if row.line in lines], self._systems(section, lines))
                try:
                    table.settle()
                except Contradiction:
                    continue
                found |= _inferred(printed, section, table)
        return [found.get(number, cell) for number, cell in enumerate(printed)] if found else cells

    def _system(self, section: int, lines: frozenset[str]) -> "System":
        """The equations without what the report prints in another way: one line for a group, or the group's lines."""
        line_of = self._catalogue.line_of
        groups = {code for code, line in line_of.items() if line.role == "subtotal"}
        with_parts = {line_of[code].parent_line for code in lines} & groups
        left_out = {c for c, line in line_of.items() if line.parent_line in groups & lines and c not in lines}
        left_out |= {code for code in with_parts if code and code not in lines}
        return System.of(
            Equation(e.identity, tuple(t for t in e.terms if t[1][0] not in left_out)) for e in self._equations[section]
        )


def _equation(identity: Identity, terms: Iterable[IdentityTerm], scope: str) -> Equation:
    return Equation(
        identity.identity,
        tuple(
            (term.weight if term.side == "left" else -term.weight, (term.line or scope, term.column or scope))
            for term in terms
        ),
    )


def _inferred(cells: Sequence[Cell], section: int, table: "_Table") -> dict[int, Cell]:
    """The cells of a section for which one possibility is left, by their numbers."""
    found: dict[int, Cell] = {}
    for number, (column, figure) in table.placed().items():
        names = table.reasons(cells[number].line or "")
        found[number] = cells[number]._replace(
            column=column, reading="unreadable", unit="count", inferred_value=figure, inference=names
        )
    for number, cell in enumerate(cells):
        if cell.section == section and cell.reading in ("blank", "unreadable") and number not in found:
            key = (cell.line or "", cell.column or "")
            low, high = table.bounds.get(key, UNKNOWN)
            if low == high:
                names = "; ".join(sorted(table.used[key]))
                found[number] = _with_inferred(cell, Decimal(int(low)), names)
    return found


def _with_inferred(cell: Cell, value: Decimal, names: str) -> Cell:
    """The cell with what is inferred, in half the time of ``_replace``: there may be a hundred."""
    return cell_of((*cell[:_INFERRED], value, names, *cell[_INFERRED + 2 :]))


class _Table:
    """The cells of one section as unknowns with bounds."""

    def __init__(self, cells: Sequence[Cell], loose: Sequence[LooseRow], system: System) -> None:
        values = {(cell.line, cell.column): float(cell.value) for cell in cells if cell.value is not None}
        self.bounds: dict[Key, Bounds] = {
            key: UNKNOWN if (value := values.get(key)) is None else (value, value) for key in system.equations_of
        }
        self.used: defaultdict[Key, set[str]] = defaultdict(set)
        self._equations_of = system.equations_of
        self._totals = {equation: Total(equation, values) for equation in system.equations}
        self._unsettled: dict[Equation, None] = dict.fromkeys(system.equations)
        self._loose = {row.line: row for row in loose}
        self._ways = {row.line: list(_placements(row)) for row in loose}
        self._ruled_out: dict[str, set[str]] = {row.line: set() for row in loose}

    def settle(self) -> None:
        """Narrow bounds and placements until nothing changes, or nothing more is worth it.

        Raises:
            Contradiction: the printed cells break an identity.

        """
        for _ in range(MOST_ROUNDS):
            touched, self._unsettled = self._unsettled, {}
            for equation in touched:
                self._narrow(equation)
            for line in self._ways:
                if any(key[0] == line for equation in touched for _, key in equation.terms):
                    self._rule_out(line)
            if not self._unsettled:
                return

    def _narrow(self, equation: Equation) -> None:
        """Narrow each term by what the others can be at least and at most."""
        total = self._totals[equation]
        low, high = total.without()
        if low > 0 or high < 0:
            raise Contradiction
        if low == high or (total.unbounded_below > 1 and total.unbounded_above > 1):
            return
        for weight, key in equation.terms:
            before = self.bounds[key]
            if before[0] == before[1]:
                continue
            if low == 0 or high == 0:  # each term is what it can be at least, or at most
                least = most = before[0] if (weight > 0) == (low == 0) else before[1]
            else:
                others = total.without((weight, before))
                least, most = (-others[1], -others[0]) if weight > 0 else others
            if least > before[0] or most < before[1]:
                self._tighten(key, (least, most), equation.identity)

    def _tighten(self, key: Key, bounds: Bounds, *reasons: str) -> None:
        old = self.bounds[key]
        new = (max(old[0], bounds[0]), min(old[1], bounds[1]))
        if new[0] > new[1]:
            raise Contradiction
        if new == old:
            return
        self.bounds[key] = new
        self.used[key].update(reasons)
        for weight, equation in self._equations_of[key]:
            self._totals[equation].change(weight, old, new)
            self._unsettled[equation] = None

    def _rule_out(self, line: str) -> None:
        """Drop the placements of a row that break an identity; narrow its cells to what the others allow."""
        kept = []
        for way in self._ways[line]:
            if broken := self._broken_by(way):
                self._ruled_out[line].add(broken)
            else:
                kept.append(way)
        if not kept:
            raise Contradiction
        self._ways[line] = kept
        for key in kept[0]:
            values = [float(way[key]) for way in kept if key in way]
            if len(values) == len(kept):
                self._tighten(key, (min(values), max(values)), *self._ruled_out[line])

    def _broken_by(self, way: Mapping[Key, Decimal]) -> str | None:
        """The identity that a placement breaks, whatever the other cells are; None where it breaks none."""
        outside = (key for key, value in way.items() if not self.bounds[key][0] <= value <= self.bounds[key][1])
        if key := next(outside, None):
            return min(self.used[key], default="")
        replaced: dict[Equation, list[tuple[int, Bounds]]] = {}
        sums: dict[Equation, float] = {}
        for key, value in way.items():
            for weight, equation in self._equations_of[key]:
                replaced.setdefault(equation, []).append((weight, self.bounds[key]))
                sums[equation] = sums.get(equation, 0.0) + weight * float(value)
        for equation, terms in replaced.items():
            low, high = self._totals[equation].without(*terms)
            if low + sums[equation] > 0 or high + sums[equation] < 0:
                return equation.identity
        return None

    def placed(self) -> dict[int, tuple[str, Decimal]]:
        """By the number of its cell: the column of each figure on which all placements agree, and the figure."""
        found = {}
        for line, row in self._loose.items():
            for place, (number, figure) in enumerate(zip(row.numbers, row.figures, strict=True)):
                columns = {list(way)[place][1] for way in self._ways[line]}
                if len(columns) == 1:
                    found[number] = (columns.pop(), figure)
        return found

    def reasons(self, line: str) -> str:
        """The identities that ruled out the other placements of a row."""
        return "; ".join(sorted(filter(None, self._ruled_out[line])))


def _placements(row: LooseRow) -> Iterator[dict[Key, Decimal]]:
    for chosen in combinations(row.columns, len(row.figures)):
        yield {(row.line, column): figure for column, figure in zip(chosen, row.figures, strict=True)}


class Total:
    """What the weighted terms of an equation add up to, at least and at most."""

    def __init__(self, equation: Equation, values: Mapping[tuple[str | None, str | None], float]) -> None:
        """Add up the cells that have a value; nothing is known of the others (``UNKNOWN``)."""
        total, below, above = 0.0, 0, 0
        for weight, key in equation.terms:
            value = values.get(key)
            if value is not None:
                total += weight * value
            elif weight > 0:
                above += 1
            else:
                below += 1
        self.low = self.high = total
        self.unbounded_below, self.unbounded_above = below, above

    def change(self, weight: int, before: Bounds, after: Bounds) -> None:
        """Take a term with its new bounds, of which only the upper one may be unknown."""
        least = after[0] - before[0]
        if before[1] < math.inf:
            most, is_closed = after[1] - before[1], False
        else:
            most, is_closed = (after[1], True) if after[1] < math.inf else (0, False)
        if weight > 0:
            self.low, self.high = self.low + least, self.high + most
            self.unbounded_above -= is_closed
        else:
            self.low, self.high = self.low - most, self.high - least
            self.unbounded_below -= is_closed

    def without(self, *terms: tuple[int, Bounds]) -> Bounds:
        """The least and the most of the sum without some of its terms."""
        low, high, below, above = self.low, self.high, self.unbounded_below, self.unbounded_above
        for weight, (least, most) in terms:
            if weight < 0:
                least, most = -most, -least
            below, low = (below - 1, low) if least == -math.inf else (below, low - least)
            above, high = (above - 1, high) if most == math.inf else (above, high - most)
        return -math.inf if below else low, math.inf if above else high
