"""What the statutory tables of a document say, or some of them, before the report is put together.

Belongs here: the shape of it. Doesn't belong here: how it is found (``extract.statutory_tables``), or known from other
documents (``extract.shapes``).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from extract.cells import Cells
from extract.documents import Cell, Layout, UnmappedRow
from extract.inference import LooseRow

Item = TypeVar("Item")


@dataclass
class Findings:
    """What some rows say, in the order of the print.

    ``forms`` are the versions that the columns of section 2 tell, ``forms_of_labels`` those that all labels of columns
    do. ``layouts`` counts the printed cells. ``lines`` are the source lines in which the rows stand: rows with a
    label, or with several figures. ``repeats_lines`` says that a line of section 3 has figures twice, ``is_complete``
    that each cell has a value: where it doesn't, some may lack one.
    """

    cells: Sequence[Cell]
    loose: Sequence[LooseRow] = ()
    unmapped_rows: Sequence[UnmappedRow] = ()
    sections: frozenset[int] = frozenset()
    forms: frozenset[str] = frozenset()
    forms_of_labels: frozenset[str] = frozenset()
    layouts: Counter[Layout] = field(default_factory=Counter)
    lines: frozenset[int] = frozenset()
    repeats_lines: bool = False
    is_complete: bool = field(default=False, compare=False)

    def at(self, first_line: int, cells: Sequence[Cell], *, is_complete: bool) -> "Findings":
        """The same of other cells, with lines that count from another one."""
        return Findings(
            cells,
            self.loose,
            self.unmapped_rows,
            self.sections,
            self.forms,
            self.forms_of_labels,
            self.layouts,
            frozenset([first_line + line for line in self.lines]),
            self.repeats_lines,
            is_complete,
        )


def hang_together(found: Sequence[Findings]) -> bool:
    """Whether rows of one section are among several of the findings: then they must be read as one."""
    return sum(len(findings.sections) for findings in found) > len(_union(f.sections for f in found))


def merged(found: Sequence[Findings]) -> Findings:
    """The findings as one; they have no section in common, and what is inferred is."""
    layouts: Counter[Layout] = Counter()
    for findings in found:
        for layout, count in findings.layouts.items():
            layouts[layout] += count
    return Findings(
        cells=Cells.joined(findings.cells for findings in found),
        unmapped_rows=tuple(row for findings in found for row in findings.unmapped_rows),
        sections=_union(f.sections for f in found),
        forms=_union(f.forms for f in found),
        forms_of_labels=_union(f.forms_of_labels for f in found),
        layouts=layouts,
        lines=_union(f.lines for f in found),
        repeats_lines=any(f.repeats_lines for f in found),
    )


def _union(sets: Iterable[frozenset[Item]]) -> frozenset[Item]:
    return frozenset().union(*sets)
