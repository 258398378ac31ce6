"""The stream of cells that every format adapter yields and one consumer reads.

Belongs here: the shape of a cell with its position. Doesn't belong here: what a cell means
(``extract.tables``).
"""

from dataclasses import dataclass

from extract.documents import Layout


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A cell in reading order.

    ``text`` is in simplified script with the outer space taken off, "" for a cell that is there
    and empty. ``is_closed`` says that the layout marks the cell's end; where it doesn't, the cell
    may go on in the next one (a word broken across lines). ``row`` is the same for cells that the
    layout puts into one row, None where it doesn't show rows.
    """

    text: str
    raw_text: str
    source_line: int
    layout: Layout
    is_closed: bool
    row: int | None = None
