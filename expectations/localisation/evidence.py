"""What speaks for a proposed figure, or against it, and the order that this gives to explanations.

Belongs here: slips of the hand between a printed and a proposed figure, and other places that state one of the
two. Doesn't belong here: finding explanations; evidence never makes one, nor takes one away.
"""

from collections.abc import Mapping, Sequence

from expectations.localisation.explanation import Explanation, Range
from expectations.localisation.system import Key, System

#: What another place (``prose``, ``last_year``) states of a cell.
Witnesses = Mapping[Key, Sequence[tuple[str, int]]]

#: Keys beside each other in the row of digits.
DIGIT_KEYS = "1234567890"
#: A 0 where the identities want a figure.
ZERO_PRINTED = "zero_printed"


def slip(printed: int, proposed: int) -> str | None:
    """How a hand that meant ``proposed`` comes to write ``printed``; None where no single slip does that."""
    if printed == -proposed and printed:
        return "sign"
    if printed == 0:
        return ZERO_PRINTED
    wrote, meant = str(printed), str(proposed)
    if wrote in _without_one(meant):
        return "digit_lost"
    if meant in _without_one(wrote):
        at = next(n for n in range(len(wrote)) if wrote[:n] + wrote[n + 1 :] == meant)
        return "digit_doubled" if wrote[at] in (wrote[at - 1 : at] or "-") + wrote[at + 1 : at + 2] else "digit_added"
    return _of_same_length(wrote, meant) if len(wrote) == len(meant) else None


def _without_one(digits: str) -> set[str]:
    return {digits[:n] + digits[n + 1 :] for n in range(len(digits))}


def _of_same_length(wrote: str, meant: str) -> str | None:
    places = [n for n in range(len(wrote)) if wrote[n] != meant[n]]
    if len(places) == 2 and places[1] == places[0] + 1 and sorted(wrote) == sorted(meant):
        return "digits_swapped"
    if len(places) == 1:
        apart = abs(DIGIT_KEYS.find(wrote[places[0]]) - DIGIT_KEYS.find(meant[places[0]]))
        return "neighbouring_digit" if apart == 1 else None
    return None


def cell_evidence(
    system: System, values: Sequence[float], found: Explanation, witnesses: Witnesses
) -> dict[int, list[str]]:
    """For each changed cell what speaks for its figure (``…_agrees``, a slip) or against it (``…_contradicts``)."""
    changes = dict(found.changes)
    evidence: dict[int, list[str]] = {}
    for cell, allowed in found.changes:
        codes = [_testimony(name, value, values[cell], allowed) for name, value in witnesses.get(system.keys[cell], ())]
        if allowed[0] == allowed[1] and values[cell] % 1 == 0:
            shifted = _is_shifted(system, values, changes, cell)
            codes.append("column_shifted" if shifted else slip(int(values[cell]), allowed[0]))
        evidence[cell] = sorted({code for code in codes if code})
    return evidence


def _testimony(witness: str, stated: int, printed: float, allowed: Range) -> str | None:
    if allowed[0] <= stated and (allowed[1] is None or stated <= allowed[1]):
        return f"{witness}_agrees"
    return f"{witness}_contradicts" if stated == printed else None


def _is_shifted(system: System, values: Sequence[float], changes: Mapping[int, Range], cell: int) -> bool:
    """Whether the figure and that of the next cell of its line, which changes too, took each other's place."""
    line, column = system.places[cell]
    return any(
        system.places[other][0] == line
        and abs(system.places[other][1] - column) == 1
        and changes[cell] == (values[other],) * 2
        and allowed == (values[cell],) * 2
        for other, allowed in changes.items()
    )


def weight(evidence: Mapping[int, Sequence[str]]) -> tuple[int, int]:
    """What an explanation's evidence weighs, to be compared: more is better.

    First other places, those that agree less those that contradict; then slips. A printed 0 is named and weighs
    nothing: anything can stand where nothing was filled in, and the other cells may be wrong as well.
    """
    codes = [code for own in evidence.values() for code in own]
    witnesses = sum(code.endswith("_agrees") - code.endswith("_contradicts") for code in codes)
    slips = sum(not code.endswith(("_agrees", "_contradicts", ZERO_PRINTED)) for code in codes)
    return witnesses, slips
