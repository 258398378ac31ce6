"""The stream of cells that every format adapter yields and one consumer reads.

Belongs here: the shape of a cell with its position, and how an adapter says no. Doesn't belong here:
what a cell means (``extract.tables``).
"""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from extract.documents import Layout, RejectionReason

#: A longer detail of a refusal is cut: it may quote a document, and people read it in a list.
LONGEST_DETAIL = 500


class Refused(Exception):  # noqa: N818 - the document is at fault, not the program
    """An adapter's answer to a document that it can't read: a reason of the contract, and its detail."""

    def __init__(self, reason: RejectionReason, detail: str) -> None:
        super().__init__(detail)
        self.reason: RejectionReason = reason
        self.detail = detail if len(detail) <= LONGEST_DETAIL else f"{detail[: LONGEST_DETAIL - 1]}…"

    def __reduce__(self) -> tuple[type["Refused"], tuple[RejectionReason, str]]:
        """Both of its parts go along where it is raised in another process."""
        return Refused, (self.reason, self.detail)


class PrintedCell(NamedTuple):
    """A cell in reading order: what an adapter yields as printed, and the consumer reads in simplified script.

    ``text`` has its outer space taken off and a space for each break of line inside the cell; "" for
    a cell that is there and empty. ``source_line`` counts from 1: the lines of a text; in other
    formats paragraphs and rows of tables. ``is_closed`` says that the layout marks the cell's end;
    where it doesn't, the cell may go on in the next one (a word broken across lines). ``row`` is the
    same for cells that the layout puts into one row, None where it doesn't show rows. ``position`` is
    the first column of the grid that the cell covers, from 0; None where there is no grid, so that an
    empty cell may have got lost. ``original`` is the text as printed where ``text`` has become another.
    """

    text: str
    source_line: int
    layout: Layout
    is_closed: bool
    row: int | None = None
    position: int | None = None
    original: str | None = None

    @property
    def raw_text(self) -> str:
        """The text as printed."""
        return self.text if self.original is None else self.original


#: A cell from a tuple of all its fields: where there are hundreds to make, in half the constructor's time.
cell_of = partial(tuple.__new__, PrintedCell)

#: Bytes in, cells out; raises ``Refused`` for a document that it can't read.
Adapter = Callable[[bytes], Iterable[PrintedCell]]

#: Letters that are written without spaces: a break of line between two of them is no space.
_UNSPACED = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uff0f\uff1a-\uff20]")


def joined(lines: Iterable[str]) -> str:
    """The lines of one cell as one text: a space for each break, but none between Chinese letters.

    Two figures on two lines stay two: ``1`` and ``2`` give ``1 2``.
    """
    text = ""
    for line in filter(None, (line.strip() for line in lines)):
        is_unspaced = not text or (_UNSPACED.match(text[-1]) and _UNSPACED.match(line[0]))
        text += line if is_unspaced else f" {line}"
    return text
