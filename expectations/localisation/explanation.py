"""What the searches give: which cells change, and to what.

Belongs here: the shapes shared by the searches and what follows them. Doesn't belong here: any search.
"""

from dataclasses import dataclass

#: The least and the most that a cell may be; None: no upper bound.
Range = tuple[int, int | None]


@dataclass(frozen=True)
class Explanation:
    """A smallest set of cells, by number, with the figures that each may take."""

    changes: tuple[tuple[int, Range], ...]

    @property
    def cells(self) -> frozenset[int]:
        """The numbers of the cells that change."""
        return frozenset(cell for cell, _ in self.changes)


@dataclass(frozen=True)
class Findings:
    """The explanations that a search found; ``search`` is ``complete``, ``cap_reached`` or ``bound_reached``."""

    explanations: tuple[Explanation, ...]
    search: str = "complete"


def exactly(figure: int) -> Range:
    """The range of one figure."""
    return figure, figure


def explanation(changes: dict[int, Range]) -> Explanation:
    """An explanation with its cells in the order of the form."""
    return Explanation(tuple(sorted(changes.items())))
