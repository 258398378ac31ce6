"""From printed cells to suspect cells: which search a table gets, and the rows that come out.

Belongs here: the order of the searches and the numbering of explanations. Doesn't belong here: the searches
(``single``, ``search``, ``solver``), or what the warehouse makes of the rows (``dbt``).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from expectations.localisation.evidence import Witnesses, cell_evidence, weight
from expectations.localisation.explanation import Explanation, Findings
from expectations.localisation.frames import EXPLANATION_SCHEMA, WITNESS_SCHEMA, Table, table, witnesses_of
from expectations.localisation.parts import parts
from expectations.localisation.search import MOST_CELLS_SEARCHED, Unsettled, search
from expectations.localisation.single import single_cells
from expectations.localisation.solver import Solver
from expectations.localisation.system import System, labels

#: A figure so large is a reading fault; arithmetic with it would not be exact.
LARGEST_FIGURE = 10**12


@dataclass(frozen=True)
class Limits:
    """How far the searches go. ``cap``: explanations of a table that are listed; ``checks``: tries of the solver."""

    cap: int = 100
    checks: int = 3000


@dataclass(frozen=True)
class _Part:
    """A part of one report's faults, its explanations the best first."""

    system: System
    values: np.ndarray
    failing: np.ndarray
    search: str
    ranked: list[tuple[int, Explanation, dict[int, list[str]]]]


def localise(
    terms: pl.DataFrame, cells: pl.DataFrame, witnesses: pl.DataFrame | None = None, limits: Limits | None = None
) -> pl.DataFrame:
    """The smallest explanations of every report in which an enforced identity fails.

    Args:
        terms: one row per identity, scope and term, as ``form_cells.enforced_terms`` gives them.
        cells: ``report_id, line, column, printed_value``: one row per cell that the report's form has.
        witnesses: what prose or last year's report state of cells, by ``WITNESS_SCHEMA``.
        limits: how far to search.

    Returns:
        One row per report, explanation and cell, by ``EXPLANATION_SCHEMA``. Explanations are numbered through a
        report, the best of a part first; a report of which nothing was found has no row.

    """
    limits = limits or Limits()
    stated = witnesses_of(witnesses if witnesses is not None else WITNESS_SCHEMA.to_frame())
    found: dict[str, list[_Part]] = defaultdict(list)
    for (_,), of_section in terms.sort("section").group_by("section", maintain_order=True):
        system = System.of_terms(of_section)
        for report, part in _parts(system, table(system, cells), stated, limits):
            found[report].append(part)
    rows = (row for report in sorted(found) for row in _rows(report, found[report]))
    return pl.DataFrame(rows, schema=EXPLANATION_SCHEMA, orient="row")


def _parts(
    system: System, cells: Table, stated: Mapping[str, Witnesses], limits: Limits
) -> Iterator[tuple[str, _Part]]:
    """The parts of all reports, those that print the same lines of the form at once."""
    forms, form_of = np.unique(cells.on_form, axis=0, return_inverse=True)
    for form, on_form in enumerate(forms):
        reports = np.flatnonzero(form_of.ravel() == form)
        for columns, own in system.components(on_form):
            values, known = cells.values[np.ix_(reports, columns)], cells.known[np.ix_(reports, columns)]
            failing = own.failing(values, known)
            wrong = np.flatnonzero(failing.any(axis=1) & (np.abs(values) < LARGEST_FIGURE).all(axis=1))
            findings = _findings(own, values[wrong], known[wrong], limits)
            for number, of_report in zip(wrong, findings, strict=True):
                report_id = cells.report_ids[reports[number]]
                for part in parts(own, failing[number], known[number], of_report):
                    ranked = _ranked(own, values[number], part, stated.get(report_id, {}))
                    yield report_id, _Part(own, values[number], failing[number], of_report.search, ranked)


def _findings(system: System, values: np.ndarray, known: np.ndarray, limits: Limits) -> list[Findings]:
    """One cell for all reports at once, then few cells by algebra, then the solver."""
    is_whole = (known & (values >= 0) & (values % 1 == 0)).all(axis=1) & (not system.tolerances.any())
    figures = np.where(is_whole[:, None], values, 0).astype(np.int64)
    alone = single_cells(system, figures)
    found = []
    for number, whole in enumerate(is_whole):
        if whole and alone[number]:
            found.append(Findings(tuple(alone[number])))
        elif whole:
            found.append(_searched(system, figures[number], limits))
        else:
            found.append(_solved(system, values[number], known[number], limits))
    return found


def _searched(system: System, figures: np.ndarray, limits: Limits) -> Findings:
    """Explanations of a table without blanks that no single cell explains."""
    least = 2
    try:
        found = search(system, figures, least=least, most=MOST_CELLS_SEARCHED, cap=limits.cap)
        if found:
            return found
        least = MOST_CELLS_SEARCHED + 1
    except Unsettled:
        pass
    return _solved(system, figures, np.ones(len(figures), dtype=bool), limits, least)


def _solved(system: System, values: np.ndarray, known: np.ndarray, limits: Limits, least: int = 0) -> Findings:
    try:
        return Solver(system, values, known).explanations(limits.cap, limits.checks, least=least)
    except OverflowError:
        return Findings((), "bound_reached")


def _ranked(
    system: System, values: np.ndarray, part: list[Explanation], witnesses: Witnesses
) -> list[tuple[int, Explanation, dict[int, list[str]]]]:
    """The explanations with their rank and evidence, best first; equal evidence is an equal rank."""
    weighed = [(found, cell_evidence(system, values.tolist(), found, witnesses)) for found in part]
    weights = [weight(evidence) for _, evidence in weighed]
    ranks = [1 + sum(other > own for other in weights) for own in weights]
    order = sorted(range(len(part)), key=lambda number: (ranks[number], part[number].changes[0][0]))
    return [(ranks[number], *weighed[number]) for number in order]


def _rows(report: str, found: list[_Part]) -> Iterator[tuple[object, ...]]:
    """The rows of one report, in the order of ``EXPLANATION_SCHEMA``."""
    total, explanation_no = sum(len(part.ranked) for part in found), 0
    for part_no, part in enumerate(found, start=1):
        for rank, one, evidence in part.ranked:
            explanation_no += 1
            for cell, (least, most) in one.changes:
                failing = [identity for identity in part.system.identities_of[cell] if part.failing[identity]]
                yield (
                    report,
                    part.system.section,
                    part_no,
                    explanation_no,
                    rank,
                    *part.system.keys[cell],
                    Decimal(repr(part.values[cell].item())),
                    least if least == most else None,
                    least,
                    most,
                    len(one.changes),
                    len(part.ranked),
                    total,
                    len(part.ranked) > 1,
                    part.search,
                    "; ".join(evidence[cell]) or None,
                    labels(part.system, failing) or None,
                )
