"""From ruling lines to grids of cells: geometry only.

Belongs here: rules that belong together, the grid that they draw, cells merged where rules are missing.
Doesn't belong here: where rules come from (``extract.layouts.pdf_page``) and the text of cells.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf
from operator import itemgetter
from typing import NamedTuple

from extract.layouts.allowance import Allowance

#: In tolerances (four tenths of a letter's height): the shortest rule, …
_SHORTEST = 1.5
#: … and how far rules stick out of a table at least where its outer rule is left out.
_OPEN_SIDE = 2.5
#: How many levels within a tolerance the dots of a dotted rule are told apart by.
_LEVELS = 8


_POSITION, _START = itemgetter(0), itemgetter(1)


class Rule(NamedTuple):
    """A straight rule: for a horizontal one its y, first x and last x, for a vertical one x, first y and last y."""

    position: float
    start: float
    end: float


class Grid:
    """The cells of one table: the grid's lines, and the slots between them that make up each cell.

    ``cells`` has each cell's first row and first column of the grid, in the order of rows; ``owners`` the number of
    the cell that each slot is part of, row by row, None for what is open to the outside.
    """

    def __init__(
        self,
        x_lines: list[float],
        y_lines: list[float],
        owners: list[list[int | None]],
        cells: list[tuple[int, int]],
    ) -> None:
        self.x_lines, self.y_lines, self.cells, self._owners = x_lines, y_lines, cells, owners

    @property
    def area(self) -> float:
        """Of the rectangle around the table."""
        return (self.x_lines[-1] - self.x_lines[0]) * (self.y_lines[-1] - self.y_lines[0])

    def slot_at(self, x: float, y: float) -> tuple[int | None, tuple[float, float, float, float]]:
        """The number of the cell at a point, None outside all cells; first x, end, first y and end of its slot."""
        column, row = bisect_right(self.x_lines, x) - 1, bisect_right(self.y_lines, y) - 1
        if 0 <= row < len(self._owners) and 0 <= column < len(self._owners[row]):
            slot = (self.x_lines[column], self.x_lines[column + 1], self.y_lines[row], self.y_lines[row + 1])
            return self._owners[row][column], slot
        return None, (x, x, y, y)


def grids(horizontal: Sequence[Rule], vertical: Sequence[Rule], tolerance: float, allowance: Allowance) -> list[Grid]:
    """The tables that rules draw, the smallest first, so that a table in a cell comes before its surroundings.

    Frames and boxes without columns are none.

    Args:
        horizontal: rules in any order and any number of pieces; y grows downwards.
        vertical: the same.
        tolerance: rules nearer than this are one rule, a gap narrower than this is none.
        allowance: how many slots, and pairs of rules that touch, the document may have.

    Raises:
        Refused: the allowance is spent.

    """
    across, down = _whole_rules(horizontal, tolerance), _whole_rules(vertical, tolerance)
    found = [
        grid
        for rows, columns in _touching(across, down, tolerance, allowance)
        if (grid := _grid(rows, columns, tolerance, allowance)) and len({column for _, column in grid.cells}) > 1
    ]
    return sorted(found, key=lambda grid: grid.area)


# -- rules ------------------------------------------------------------------------------------


def _whole_rules(pieces: Sequence[Rule], tolerance: float) -> list[Rule]:
    """Rules put together from what was drawn in pieces, twice, or as dots."""
    long = [piece for piece in pieces if piece[2] - piece[1] > tolerance]
    # a dot may be part of a horizontal or a vertical row of dots: only a row of them is a rule; the dots
    # of vertical rows may stand as near below each other as one likes, so levels are not clustered here
    levels: dict[int, list[Rule]] = {}
    for piece in pieces if len(long) < len(pieces) else ():
        position, start, end = piece
        if end - start <= tolerance:
            levels.setdefault(int(position / tolerance * _LEVELS), []).append(piece)
    for level in levels.values():
        long += (rule for rule in _joined(level, tolerance) if rule.end - rule.start > 2 * tolerance)
    rules = [rule for level in _clusters(long, tolerance / 2) for rule in _joined(level, tolerance)]
    return [rule for rule in rules if rule.end - rule.start >= _SHORTEST * tolerance]


def _clusters(rules: Sequence[Rule], distance: float) -> Iterator[list[Rule]]:
    """Rules in groups whose positions follow each other at no more than a distance."""
    level: list[Rule] = []
    last = -inf
    for rule in sorted(rules, key=_POSITION):
        position = rule[0]
        if position - last > distance and level:
            yield level
            level = []
        level.append(rule)
        last = position
    if level:
        yield level


def _joined(level: list[Rule], tolerance: float) -> Iterator[Rule]:
    """The rules of one level, those that overlap or nearly meet made one."""
    positions: list[float] = []
    begin = end = 0.0
    for position, rule_start, rule_end in sorted(level, key=_START):
        if not positions:
            begin, end = rule_start, rule_end
        elif rule_start > end + tolerance:
            yield Rule(_mean(positions), begin, end)
            positions, begin, end = [], rule_start, rule_end
        elif rule_end > end:
            end = rule_end
        positions.append(position)
    if positions:
        yield Rule(_mean(positions), begin, end)


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def _touching(
    across: list[Rule], down: list[Rule], tolerance: float, allowance: Allowance
) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Groups of horizontal and vertical rules that touch each other."""
    down = sorted(down)
    positions = [rule.position for rule in down]
    group_of = list(range(len(across) + len(down)))

    def group(number: int) -> int:
        while group_of[number] != number:
            group_of[number] = group_of[group_of[number]]
            number = group_of[number]
        return number

    for number, rule in enumerate(across):
        first = bisect_left(positions, rule.start - tolerance)
        last = bisect_right(positions, rule.end + tolerance)
        allowance.spend(last - first)
        for other in range(first, last):
            if down[other].start - tolerance <= rule.position <= down[other].end + tolerance:
                group_of[group(len(across) + other)] = group(number)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for number, rule in enumerate([*across, *down]):
        groups.setdefault(group(number), ([], []))[number >= len(across)].append(rule)
    return (both for both in groups.values() if both[0] and both[1])


# -- the grid ---------------------------------------------------------------------------------


def _grid(across: list[Rule], down: list[Rule], tolerance: float, allowance: Allowance) -> Grid | None:
    x_lines = _lines(down, across, tolerance)
    y_lines = _lines(across, down, tolerance)
    if len(x_lines) < 3 or len(y_lines) < 2:
        return None
    allowance.spend((len(x_lines) - 1) * (len(y_lines) - 1))
    # above[y][column]: a rule runs along the y-th line over this column; beside[x][row] likewise
    above = _ruled(across, y_lines, x_lines, tolerance)
    beside = _ruled(down, x_lines, y_lines, tolerance)
    closed_above, closed_beside = _outline_closed(above, beside), _outline_closed(beside, above)
    return Grid(x_lines, y_lines, *_owners(closed_above, closed_beside))


def _lines(rules: list[Rule], crossing: list[Rule], tolerance: float) -> list[float]:
    """The lines of the grid in one direction; where an outer rule is left out, the crossing rules' ends."""
    found = [_mean([rule.position for rule in level]) for level in _clusters(rules, tolerance)]
    # the second furthest: an underlined word that sticks out of the table doesn't widen it
    second = min(1, len(crossing) - 1)
    first_end = sorted(rule.start for rule in crossing)[second]
    last_end = sorted((rule.end for rule in crossing), reverse=True)[second]
    if first_end < found[0] - _OPEN_SIDE * tolerance:
        found.insert(0, first_end)
    if last_end > found[-1] + _OPEN_SIDE * tolerance:
        found.append(last_end)
    return found


def _ruled(rules: list[Rule], lines: list[float], crossing_lines: list[float], tolerance: float) -> list[list[bool]]:
    """For each line of the grid and each gap between crossing lines whether a rule runs along it."""
    ruled = [[False] * (len(crossing_lines) - 1) for _ in lines]
    for rule in rules:
        position, rule_start, rule_end = rule
        nearest = bisect_left(lines, position)
        if nearest == len(lines) or (nearest and position - lines[nearest - 1] <= lines[nearest] - position):
            nearest -= 1
        first = bisect_left(crossing_lines, rule_start - tolerance)
        last = bisect_right(crossing_lines, rule_end + tolerance)
        for number in range(first, last - 1):
            start, end = crossing_lines[number], crossing_lines[number + 1]
            slack = min(tolerance, (end - start) / 3)
            if rule_start <= start + slack and rule_end >= end - slack:
                ruled[nearest][number] = True
    return ruled


def _outline_closed(ruled: list[list[bool]], crossing: list[list[bool]]) -> list[list[bool]]:
    """The same with the two outer lines closed where the crossing rules reach them.

    Where an outer line has some rules, a gap in it is closed between two neighbours that reach it. Where
    it has none, as in a table printed without its outer rules or going on at the next page, it is closed
    between all that reach it, and beyond the last of them.
    """
    closed = [list(line) for line in ruled]
    for outer in (0, -1):
        reaching = [number for number, line in enumerate(crossing) if line[outer]]
        if any(ruled[outer]):
            gaps = [number for number, following in pairwise(reaching) if following == number + 1]
        else:
            gaps = list(range(min(reaching, default=0) - 1, max(reaching, default=-1) + 1))
        for number in gaps:
            if 0 <= number < len(closed[outer]):
                closed[outer][number] = True
    return closed


def _owners(above: list[list[bool]], beside: list[list[bool]]) -> tuple[list[list[int | None]], list[tuple[int, int]]]:
    """For each slot of the grid the cell that it is part of, and each cell's first row and first column."""
    owners: list[list[int | None]] = [[None] * len(above[0]) for _ in above[1:]]
    seen: set[tuple[int, int]] = set()
    cells: list[tuple[int, int]] = []
    for row, (tops, bottoms, own) in enumerate(zip(above, above[1:], owners, strict=False)):
        for column in range(len(own)):
            if tops[column] and bottoms[column] and beside[column][row] and beside[column + 1][row]:
                # nearly all are: a slot between four rules
                own[column] = len(cells)
                cells.append((row, column))
            elif (row, column) not in seen:
                slots, is_open = _cell(row, column, above, beside)
                seen.update(slots)
                if not is_open:
                    for slot_row, slot_column in slots:
                        owners[slot_row][slot_column] = len(cells)
                    cells.append((row, min([column for _, column in slots])))
    return owners, cells


def _cell(
    row: int, column: int, above: list[list[bool]], beside: list[list[bool]]
) -> tuple[set[tuple[int, int]], bool]:
    """The slots that no rule parts from this one, and whether they are open to the outside."""
    slots, is_open, waiting = {(row, column)}, False, [(row, column)]
    while waiting:
        row, column = waiting.pop()
        neighbours = (
            (above[row][column], row - 1, column),
            (above[row + 1][column], row + 1, column),
            (beside[column][row], row, column - 1),
            (beside[column + 1][row], row, column + 1),
        )
        for is_ruled, next_row, next_column in neighbours:
            if is_ruled or (next_row, next_column) in slots:
                continue
            if 0 <= next_row < len(above) - 1 and 0 <= next_column < len(beside) - 1:
                slots.add((next_row, next_column))
                waiting.append((next_row, next_column))
            else:
                is_open = True
    return slots, is_open
