"""What goes into the localisation and what comes out of it, as polars frames.

Belongs here: schemas, and turning frames into arrays. Doesn't belong here: any judgement.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from expectations.localisation.evidence import Witnesses
from expectations.localisation.system import Key, System

#: What other places state of a cell: the ``witness`` is ``prose``, ``last_year`` or the like.
WITNESS_SCHEMA = pl.Schema(
    {"report_id": pl.String, "line": pl.String, "column": pl.String, "witness": pl.String, "value": pl.Decimal(24, 6)}
)

EXPLANATION_SCHEMA = pl.Schema(
    {
        "report_id": pl.String,
        "section": pl.Int32,
        "part_no": pl.Int32,
        "explanation_no": pl.Int32,
        "evidence_rank": pl.Int32,
        "line": pl.String,
        "column": pl.String,
        "printed": pl.Decimal(24, 6),
        "proposed": pl.Int64,
        "proposed_least": pl.Int64,
        "proposed_most": pl.Int64,
        "cells_in_explanation": pl.Int32,
        "explanations_for_part": pl.Int32,
        "explanations_for_report": pl.Int32,
        "is_tie": pl.Boolean,
        "search": pl.String,
        "evidence": pl.String,
        "identities": pl.String,
    }
)


@dataclass(frozen=True)
class Table:
    """One section of many reports: reports by cells of a system, ``values`` 0 where not ``known``."""

    report_ids: Sequence[str]
    values: np.ndarray
    known: np.ndarray
    on_form: np.ndarray


def table(system: System, cells: pl.DataFrame) -> Table:
    """The cells of a section (``report_id, line, column, printed_value``; one row per cell on the form) as arrays."""
    keys = pl.DataFrame(
        [(line, column, number) for number, (line, column) in enumerate(system.keys)],
        schema={"line": pl.String, "column": pl.String, "cell": pl.Int64},
        orient="row",
    )
    placed = cells.join(keys, on=["line", "column"]).sort("report_id", "cell")
    report_ids = placed["report_id"].unique(maintain_order=True)
    rows = placed["report_id"].rle_id().to_numpy()
    columns, printed = placed["cell"].to_numpy(), placed["printed_value"].cast(pl.Float64)
    shape = (len(report_ids), len(system.keys))
    values, known, on_form = np.zeros(shape), np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    values[rows, columns] = printed.fill_null(0).to_numpy()
    known[rows, columns] = printed.is_not_null().to_numpy()
    on_form[rows, columns] = True
    return Table(report_ids.to_list(), values, known, on_form)


def witnesses_of(frame: pl.DataFrame) -> Mapping[str, Witnesses]:
    """By report and cell what other places state; figures that aren't whole are nobody's count."""
    found: dict[str, dict[Key, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    for report, line, column, witness, value in frame.select(WITNESS_SCHEMA.names()).iter_rows():
        if value is not None and value % 1 == 0:
            found[report][line, column].append((witness, int(value)))
    return found
