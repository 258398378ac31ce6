"""Cells of a report by their fields: what is known of a table is filled in, and put into frames, field by field.

Belongs here: cells as columns. Doesn't belong here: what a cell is (``extract.documents``), or frames
(``extract.frames``).
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any, overload

from extract.documents import Cell

#: The fields of some cells, in the order of ``Cell``, each as long as there are cells.
Columns = Sequence[Sequence[Any]]

#: A cell from a tuple of all its fields, in half the constructor's time.
cell_of = partial(tuple.__new__, Cell)


class Cells(Sequence[Cell]):
    """Cells in an order; ``parts`` are their columns, table by table."""

    __slots__ = ("parts",)

    def __init__(self, *parts: Columns) -> None:
        """Take columns as they are."""
        self.parts = parts

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> "Cells":
        """Cells, whatever holds them."""
        if isinstance(cells, Cells):
            return cells
        columns = list(zip(*cells, strict=True))
        return cls(columns) if columns else cls()

    @classmethod
    def joined(cls, parts: Iterable[Iterable[Cell]]) -> "Cells":
        """Cells one behind the other."""
        return cls(*chain.from_iterable(cls.of(part).parts for part in parts))

    def column(self, name: str) -> Iterator[Any]:
        """A field of all cells."""
        number = Cell._fields.index(name)
        return chain.from_iterable(part[number] for part in self.parts)

    def __len__(self) -> int:
        """How many cells there are."""
        return sum(len(part[0]) for part in self.parts)

    def __iter__(self) -> Iterator[Cell]:
        """The cells, each made when it is asked for."""
        return chain.from_iterable(map(cell_of, zip(*part, strict=True)) for part in self.parts)

    @overload
    def __getitem__(self, position: int) -> Cell: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Cell]: ...
    def __getitem__(self, position: int | slice) -> Cell | Sequence[Cell]:
        """A cell, or some of them."""
        return list(self)[position]

    def __eq__(self, other: object) -> bool:
        """Whether a sequence has the same cells."""
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """The cells, as a list has them."""
        return f"Cells({list(self)!r})"
