"""The identities of a table as a matrix: one row per identity and scope, one column per cell.

Belongs here: the matrix, the parts of it that share no cell, and whether an identity fails. Doesn't belong
here: finding explanations (``single``, ``search``, ``solver``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import polars as pl

#: Line and column of the form.
Key = tuple[str, str]


@dataclass(frozen=True, eq=False)
class System:
    """Identities that hang together: ``matrix @ cells`` is to be 0, or within ``tolerances``.

    ``matrix`` is whole numbers, identities by cells; ``names`` are identity and scope; ``places`` the lines' and
    columns' places on the form, cells by 2.
    """

    section: int
    keys: tuple[Key, ...]
    names: tuple[str, ...]
    matrix: np.ndarray
    tolerances: np.ndarray
    places: np.ndarray

    @classmethod
    def of_terms(cls, terms: pl.DataFrame) -> Self:
        """From the terms of one section (the columns of ``form_cells.TERM_SCHEMA``)."""
        ordered = (
            terms.select("line", "column", "line_order", "column_order").unique().sort("line_order", "column_order")
        )
        keys = [(line, column) for line, column, *_ in ordered.iter_rows()]
        labelled = terms.select(pl.concat_str("identity", pl.lit(":"), "scope"), "tolerance")
        # by name: in whatever order a database gave the terms, the same explanations come out
        tolerances = dict(labelled.unique().sort("identity").iter_rows())
        names = list(tolerances)
        row_of, column_of = {n: i for i, n in enumerate(names)}, {k: i for i, k in enumerate(keys)}
        matrix = np.zeros((len(names), len(keys)), dtype=np.int64)
        for name, line, column, sign in zip(
            labelled["identity"], terms["line"], terms["column"], terms["sign"], strict=True
        ):
            matrix[row_of[name], column_of[line, column]] += sign
        places = ordered.select("line_order", "column_order").to_numpy()
        return cls(terms["section"][0], tuple(keys), tuple(names), matrix, np.array(list(tolerances.values())), places)

    def restricted(self, cells: np.ndarray, identities: np.ndarray) -> "System":
        """The cells and identities whose numbers are given."""
        return System(
            self.section,
            tuple(self.keys[cell] for cell in cells),
            tuple(self.names[identity] for identity in identities),
            self.matrix[np.ix_(identities, cells)],
            self.tolerances[identities],
            self.places[cells],
        )

    def components(self, on_form: np.ndarray) -> list[tuple[np.ndarray, "System"]]:
        """The cells on the form in groups that no identity joins: their numbers, and their own system."""
        left = dict.fromkeys(np.flatnonzero(on_form & self.matrix.any(axis=0)))
        found = []
        while left:
            group, identities = {next(iter(left))}, np.zeros(len(self.names), dtype=bool)
            grown = True
            while grown:
                identities = self.matrix[:, sorted(group)].any(axis=1)
                reached = set(np.flatnonzero(self.matrix[identities].any(axis=0) & on_form))
                grown, group = reached != group, reached
            left = {cell: None for cell in left if cell not in group}
            cells = np.array(sorted(group))
            found.append((cells, self.restricted(cells, np.flatnonzero(identities))))
        return found

    @cached_property
    def identities_of(self) -> tuple[frozenset[int], ...]:
        """For each cell the numbers of the identities that it stands in."""
        return tuple(frozenset(np.flatnonzero(column).tolist()) for column in self.matrix.T)

    def failing(self, values: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Reports by identities: whether no counts in place of the unknown terms could make it hold.

        ``values`` is reports by cells, 0 where not ``known``.
        """
        balance = values @ self.matrix.T
        unknown = (~known).astype(np.int64)
        can_rise = unknown @ (self.matrix > 0).T.astype(np.int64) > 0
        can_fall = unknown @ (self.matrix < 0).T.astype(np.int64) > 0
        holds = (can_rise | (balance >= -self.tolerances)) & (can_fall | (balance <= self.tolerances))
        return ~(holds & ((balance % 1 == 0) | ~(can_rise | can_fall)))


def labels(system: System, identities: Sequence[int]) -> str:
    """Names of identities for people and queries: ``identity:scope``, joined by ``; ``."""
    return "; ".join(system.names[identity] for identity in sorted(identities))
