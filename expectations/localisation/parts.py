"""Explanations that fall apart: faults that have nothing to do with each other are explained one by one.

Of two independent faults with three explanations each the whole table has nine; as two parts they are six, and
each says which fault it is of. A part is a set of failing identities that no explanation mends otherwise than by
cells of its own; the explanations of the table are all ways to take one of each part.

Belongs here: that division. Doesn't belong here: finding explanations, or ranking them.
"""

from collections.abc import Iterable
from math import prod

import numpy as np

from expectations.localisation.explanation import Explanation, Findings
from expectations.localisation.system import System

Part = list[Explanation]


def parts(system: System, failing: np.ndarray, known: np.ndarray, findings: Findings) -> list[Part]:
    """The explanations of each part, the parts in the order of the form.

    ``failing`` and ``known`` say it of each identity and each cell. Where all the explanations were found and
    they aren't all combinations of the parts', nothing is divided.
    """
    broken = frozenset(np.flatnonzero(failing).tolist())
    blank = np.flatnonzero(~known).tolist()
    pieces = [_pieces(system, found, blank) for found in findings.explanations]
    groups = _joined(_mended(system, broken, piece) for each in pieces for piece in each)
    divided: list[dict[Explanation, None]] = [{} for _ in groups]
    for each in pieces:
        for number, group in enumerate(groups):
            own = [change for piece in each if _mended(system, broken, piece) & group for change in piece.changes]
            divided[number][Explanation(tuple(sorted(own)))] = None
    is_product = prod(map(len, divided)) == len(findings.explanations)
    if len(divided) == 1 or (findings.search == "complete" and not is_product):
        return [list(findings.explanations)] if findings.explanations else []
    return sorted((list(part) for part in divided), key=lambda part: min(part[0].cells))


def _pieces(system: System, found: Explanation, blank: list[int]) -> list[Explanation]:
    """The changes of an explanation in groups that no identity joins, blanks between them included."""
    identities = {cell: set(system.identities_of[cell]) for cell in [*found.cells, *blank]}
    groups = _joined(identities.values())
    pieces = [tuple(change for change in found.changes if identities[change[0]] & group) for group in groups]
    return [Explanation(changes) for changes in pieces if changes]


def _mended(system: System, broken: frozenset[int], piece: Explanation) -> frozenset[int]:
    """The failing identities that a piece mends; all of them for a piece that only helps others."""
    return broken.intersection(*[frozenset().union(*(system.identities_of[cell] for cell in piece.cells))]) or broken


def _joined(sets: Iterable[Iterable[int]]) -> list[set[int]]:
    """The sets, those that share a member made one."""
    groups: list[set[int]] = []
    for members in map(set, sets):
        touching = [group for group in groups if group & members]
        groups = [group for group in groups if group not in touching] + [members.union(*touching)]
    return groups
