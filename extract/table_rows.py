"""A row of a statutory table as it is printed: its label, the header over it, its figures.

Belongs here: what a row consists of. Doesn't belong here: finding rows in a document (``extract.tables``), giving
figures their columns (``extract.alignment``).
"""

from dataclasses import dataclass, field

from extract.figures import Figure
from extract.labels import Match
from extract.layouts.stream import PrintedCell


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A cell of a table's header: the column it names (None: unknown), its unit of money, its place in the grid."""

    match: Match | None
    money_factor: int | None = None
    position: int | None = None


@dataclass(slots=True)
class Entry:
    """A cell of a row after its label; ``figure`` None when the text is no figure."""

    cell: PrintedCell
    figure: Figure | None


@dataclass(slots=True)
class Row:
    """A printed row. ``section`` 4's single row of all procedures has no line."""

    section: int
    line: str | None
    label: PrintedCell | None
    label_distance: int
    header: tuple[HeaderCell, ...]
    entries: list[Entry] = field(default_factory=list)
    #: What ended the row: a text that is neither label nor figure, or a label on the same line.
    interruption: PrintedCell | None = None
    #: How the row came by its line, where the print doesn't say: ``form_order``.
    inference: str | None = None

    @property
    def physical_row(self) -> int | None:
        """The row of the layout that its figures stand in; None where the layout shows no rows."""
        return self.entries[0].cell.row if self.entries else None

    @property
    def has_figures(self) -> bool:
        """Whether anything but blanks is printed in the row."""
        return any(entry.figure is None or not entry.figure.is_blank for entry in self.entries)
