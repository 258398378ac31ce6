"""What the identities say of cells that the page doesn't print, or prints without their column.

Belongs here: bounds of unknown cells by the enforced identities of a section, and what follows where
one possibility is left. Doesn't belong here: reading (``extract.alignment``). What is inferred stands
beside what is printed: it is marked, and no term of an identity.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations

from extract.catalogue.model import Catalogue, Identity, IdentityTerm
from extract.documents import Cell

Key = tuple[str, str]
#: The least and the most that a cell can be.
Bounds = tuple[float, float]

#: Bounds settle in a few rounds; a table of contradictions might creep on for ever.
MOST_ROUNDS = 60
UNKNOWN: Bounds = (0, math.inf)


@dataclass(frozen=True)
class Equation:
    """An identity at one scope: the weighted cells add up to nothing."""

    identity: str
    terms: tuple[tuple[int, Key], ...]


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

    @cached_property
    def _equations(self) -> dict[int, list[Equation]]:
        found: dict[int, list[Equation]] = {}
        for identity in self._catalogue.identities:
            if identity.is_enforced:
                terms = [term for term in self._catalogue.identity_terms if term.identity == identity.identity]
                scopes = self._catalogue.scopes_of(identity)
                found.setdefault(identity.section, []).extend(_equation(identity, terms, scope) for scope in scopes)
        return found

    def completed(self, cells: Sequence[Cell], loose: Sequence[LooseRow]) -> list[Cell]:
        """The cells, with ``inferred_value`` and ``inference`` where the identities leave one possibility.

        ``loose`` are the rows of section 3 whose count doesn't fit: their figures get a column where
        all the placements that the identities admit agree on it. A section whose printed cells
        contradict an identity stays as it is.
        """
        result = list(cells)
        for section, equations in self._equations.items():
            lines = {cell.line for cell in cells if cell.section == section and cell.line}
            if lines and any(_is_open(cell) for cell in cells if cell.section == section):
                table = _Table(cells, [row for row in loose if row.line in lines], self._on_form(equations, lines))
                try:
                    table.settle()
                except Contradiction:
                    continue
                _fill(result, section, table)
        return result

    def _on_form(self, equations: Iterable[Equation], lines: set[str]) -> list[Equation]:
        """The equations without what the report prints in another way: one line for a group, or the group's lines."""
        line_of = self._catalogue.line_of
        groups = {code for code, line in line_of.items() if line.role == "subtotal"}
        with_parts = {line_of[code].parent_line for code in lines} & groups
        left_out = {c for c, line in line_of.items() if line.parent_line in groups & lines and c not in lines}
        left_out |= {code for code in with_parts if code and code not in lines}
        return [Equation(e.identity, tuple(t for t in e.terms if t[1][0] not in left_out)) for e in equations]


def _equation(identity: Identity, terms: Iterable[IdentityTerm], scope: str) -> Equation:
    return Equation(
        identity.identity,
        tuple(
            (term.weight if term.side == "left" else -term.weight, (term.line or scope, term.column or scope))
            for term in terms
        ),
    )


def _is_open(cell: Cell) -> bool:
    return cell.value is None


def _fill(cells: list[Cell], section: int, table: "_Table") -> None:
    for number, (column, figure) in table.placed().items():
        names = table.reasons(cells[number].line or "")
        cells[number] = cells[number]._replace(
            column=column, reading="unreadable", unit="count", inferred_value=figure, inference=names
        )
    for number, cell in enumerate(cells):
        key = (cell.line or "", cell.column or "")
        if cell.section == section and cell.reading in ("blank", "unreadable") and cell.inferred_value is None:
            low, high = table.bounds.get(key, UNKNOWN)
            if low == high:
                names = "; ".join(sorted(table.used[key]))
                cells[number] = cell._replace(inferred_value=Decimal(int(low)), inference=names)


class _Table:
    """The cells of one section as unknowns with bounds."""

    def __init__(self, cells: Sequence[Cell], loose: Sequence[LooseRow], equations: Sequence[Equation]) -> None:
        self.bounds: dict[Key, Bounds] = {key: UNKNOWN for equation in equations for _, key in equation.terms}
        self.used: dict[Key, set[str]] = {key: set() for key in self.bounds}
        self._equations = equations
        for cell in cells:
            key = (cell.line or "", cell.column or "")
            if cell.value is not None and key in self.bounds:
                self.bounds[key] = (float(cell.value), float(cell.value))
        self._loose = {row.line: row for row in loose}
        self._ways = {row.line: list(_placements(row)) for row in loose}
        self._ruled_out: dict[str, set[str]] = {row.line: set() for row in loose}

    def settle(self) -> None:
        """Narrow bounds and placements until nothing changes.

        Raises:
            Contradiction: the printed cells break an identity.

        """
        for _ in range(MOST_ROUNDS):
            changed = [self._narrow(equation) for equation in self._equations]
            ruled_out = [self._rule_out(line) for line in self._ways]
            if not any(changed) and not any(ruled_out):
                return

    def _narrow(self, equation: Equation) -> bool:
        """Narrow each term by what the others can be at least and at most; whether anything changed."""
        changed = False
        for weight, key in equation.terms:
            low, high = _sum_of_others(equation, key, self.bounds)
            least, most = (-high, -low) if weight > 0 else (low, high)
            changed |= self._tighten(key, (least, most), equation.identity)
        return changed

    def _tighten(self, key: Key, bounds: Bounds, *reasons: str) -> bool:
        old = self.bounds[key]
        new = (max(old[0], bounds[0]), min(old[1], bounds[1]))
        if new[0] > new[1]:
            raise Contradiction
        if new == old:
            return False
        self.bounds[key] = new
        self.used[key].update(reasons)
        return True

    def _rule_out(self, line: str) -> bool:
        """Drop the placements of a row that break an identity; narrow its cells to what the others allow."""
        kept = [way for way in self._ways[line] if not (broken := self._broken_by(way)) or self._note(line, broken)]
        if not kept:
            raise Contradiction
        changed = len(kept) < len(self._ways[line])
        self._ways[line] = kept
        for key in {key for way in kept for key in way}:
            values = [way.get(key) for way in kept]
            if None not in values:
                low, high = min(v for v in values if v is not None), max(v for v in values if v is not None)
                changed |= self._tighten(key, (float(low), float(high)), *self._ruled_out[line])
        return changed

    def _note(self, line: str, identity: str) -> bool:
        self._ruled_out[line].add(identity)
        return False

    def _broken_by(self, way: Mapping[Key, Decimal]) -> str | None:
        """The identity that a placement breaks, whatever the other cells are; None where it breaks none."""
        trial = self.bounds | {key: (float(value), float(value)) for key, value in way.items()}
        for equation in self._equations:
            if any(key in way for _, key in equation.terms):
                low, high = _sum_of_others(equation, None, trial)
                if low > 0 or high < 0:
                    return equation.identity
        outside = (key for key, value in way.items() if not self.bounds[key][0] <= value <= self.bounds[key][1])
        return next((min(self.used[key], default="") for key in outside), None)

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


def _sum_of_others(equation: Equation, key: Key | None, bounds: Mapping[Key, Bounds]) -> Bounds:
    """The least and the most that the weighted terms but one add up to."""
    low = high = 0.0
    for weight, other in equation.terms:
        if other != key:
            least, most = bounds[other]
            low += weight * least if weight > 0 else weight * most
            high += weight * most if weight > 0 else weight * least
    return low, high
