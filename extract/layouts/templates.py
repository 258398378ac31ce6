"""Templates: stretches of markup or text that were met before but for their numbers, with the cells that they give.

Sites print their reports from one template, and word processors export one form: from one to the next nothing of a
table changes but plain numbers. An adapter takes such a stretch out of a document before it reads it, and a *stand-in*,
one cell, takes its place among the document's cells. Nothing is guessed: a stretch that differs by one letter is read.

A stretch is learnt when it is met for the second time, by reading it alone twice: with numbers of which no two are
equal, and with zeros only. It is known only if both give the same cells, and each number is the whole text of one.
That a stretch alone reads as it does in its place is for the adapter to see to.

Belongs here: remembering templates, filling in numbers. Doesn't belong here: where in a format a stretch begins and
ends (``web_tables_known``, ``plain_tables_known``), what cells mean (``extract.shapes``).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple

from extract.layouts.stream import PrintedCell, cell_of

#: A longer stretch isn't remembered, nor more letters in all, nor more stretches that were met once.
LONGEST_STRETCH, MOST_LETTERS, MOST_MET = 400_000, 32_000_000, 20_000
#: A stretch of fewer numbers is read sooner than looked up: the menus of a site have a few.
FEWEST_NUMBERS = 4
#: A line of more cells is no row of a table.
MOST_CELLS_OF_LINE = 100
#: What the text of a stand-in begins with: no text has a zero byte.
STAND_IN = "\0template "

#: No number of a report, so that none of the print is taken for one.
_FIRST_NUMBER = 710_000_000_000_001
_numbers_of_templates = count()

#: The cells of a stretch alone, its lines numbered from 1; None where they may be others in their place.
ReadAlone = Callable[[str], Sequence[PrintedCell] | None]
#: The form of a stretch, with a zero byte in place of each plain number, and these numbers in its order.
FormOf = Callable[[str], tuple[str, Sequence[str]]]


@dataclass(frozen=True, eq=False)
class Template:
    """The cells of a stretch but for its numbers; equal only to itself.

    Their lines and rows are counted from the first cell's, which is ``first_line`` of the stretch, from 0.
    ``number_cells`` are the positions of the cells that hold the numbers, in the order of the stretch.
    """

    cells: Sequence[PrintedCell]
    number_cells: Sequence[int]
    first_line: int = 0
    #: What readers of templates work out once for each.
    notes: dict[str, Any] = field(default_factory=dict)
    number: int = field(default_factory=_numbers_of_templates.__next__)

    @property
    def name(self) -> str:
        """The text of its stand-ins."""
        return f"{STAND_IN}{self.number}"

    @cached_property
    def letters(self) -> int:
        """How many letters its texts have."""
        return sum(len(cell.text) for cell in self.cells)

    @property
    def lines(self) -> int:
        """How many lines there are up to the last one that has cells."""
        return self.first_line + self.cells[-1].source_line + 1


class FilledTemplate(NamedTuple):
    """A template with the numbers of one document."""

    template: Template
    numbers: Sequence[str]

    def stand_in(self, line: int) -> PrintedCell:
        """The cell that stands for those of a stretch that begins in this line; it stands in the first one's line."""
        first = line + self.template.first_line
        return PrintedCell(self.template.name, first, self.template.cells[0].layout, is_closed=True)

    def texts(self) -> list[str]:
        """The texts of the cells."""
        texts = [cell.text for cell in self.template.cells]
        for at, number in zip(self.template.number_cells, self.numbers, strict=True):
            texts[at] = number
        return texts

    def cells(self, line: int, positions: Iterable[int] | None = None) -> Iterator[PrintedCell]:
        """The cells, or some of them, where the first one stands in this line."""
        texts = self.texts()
        for position in range(len(texts)) if positions is None else positions:
            _, own, layout, is_closed, row, column, original = self.template.cells[position]
            row = None if row is None else row + line
            yield cell_of((texts[position], own + line, layout, is_closed, row, column, original))


class CondensedCells(list[PrintedCell]):
    """The cells of a document, among them stand-ins; ``filled`` are the templates that these stand for, in order."""

    def __init__(self, cells: Iterable[PrintedCell], filled: Sequence[FilledTemplate]) -> None:
        super().__init__(cells)
        self.filled = filled

    @property
    def size(self) -> int:
        """How many cells the document has."""
        return len(self) + sum(len(filled.template.cells) - 1 for filled in self.filled)

    @property
    def letters(self) -> int:
        """How many letters the templates have, numbers but counted as one."""
        return sum(filled.template.letters for filled in self.filled)

    def with_templates(self) -> Iterator[tuple[PrintedCell, FilledTemplate | None]]:
        """The cells, stand-ins with the templates that they stand for."""
        filled = iter(self.filled)
        return ((cell, next(filled) if cell.text.startswith(STAND_IN) else None) for cell in self)

    def with_other(self, cells: Iterable[PrintedCell], templates: Iterable[Template]) -> "CondensedCells":
        """Other cells in place of these, and other templates with the same numbers in place of theirs."""
        filled = [old._replace(template=new) for old, new in zip(self.filled, templates, strict=True)]
        names = iter(one.template.name for one in filled)
        return CondensedCells(
            (c._replace(text=next(names)) if c.text.startswith(STAND_IN) else c for c in cells), filled
        )

    def in_full(self) -> list[PrintedCell]:
        """All cells of the document, without stand-ins."""
        cells: list[PrintedCell] = []
        for cell, filled in self.with_templates():
            cells += [cell] if filled is None else filled.cells(cell.source_line)
        return cells


class Templates:
    """The stretches of a format that were met twice; as many as there is room for."""

    def __init__(self, read_alone: ReadAlone, form_of: FormOf) -> None:
        """Remember stretches of the format that these two read."""
        self._read_alone, self._form_of = read_alone, form_of
        #: None for a stretch that has to be read.
        self._templates: dict[str, Template | None] = {}
        self._room = MOST_LETTERS
        self._met: set[int] = set()

    def filled(self, stretch: str) -> FilledTemplate | None:
        """The template of a stretch with its numbers; None where it isn't known."""
        if len(stretch) > LONGEST_STRETCH:
            return None
        form, numbers = self._form_of(stretch)
        template = self._template(form) if len(numbers) >= FEWEST_NUMBERS else None
        return FilledTemplate(template, numbers) if template else None

    def _template(self, form: str) -> Template | None:
        if form not in self._templates and self._was_met(form):
            self._room -= len(form)
            if self._room < 0:
                self._templates.clear()
                self._room = MOST_LETTERS - len(form)
            self._templates[form] = self._learnt(form)
        return self._templates.get(form)

    def _was_met(self, form: str) -> bool:
        number = hash(form)
        if number in self._met:
            return True
        if len(self._met) >= MOST_MET:
            self._met.clear()
        self._met.add(number)
        return False

    def _learnt(self, form: str) -> Template | None:
        """What a stretch says wherever it stands; None where that may depend on its numbers."""
        size = form.count("\0")
        numbers, zeros = [str(_FIRST_NUMBER + number) for number in range(size)], ["0"] * size
        cells = self._read_alone(_with_numbers(form, numbers)) or ()
        at = {cell.text: position for position, cell in enumerate(cells)}
        if not cells or not at.keys() >= set(numbers) or _longest_line(cells) > MOST_CELLS_OF_LINE:
            return None
        first = cells[0].source_line
        template = Template([_moved(cell, -first) for cell in cells], [at[number] for number in numbers], first - 1)
        readings = [(numbers, cells), (zeros, self._read_alone(_with_numbers(form, zeros)) or ())]
        is_right = all(list(FilledTemplate(template, own).cells(first)) == list(read) for own, read in readings)
        return template if is_right else None


def _with_numbers(form: str, numbers: Iterable[str]) -> str:
    pieces = form.split("\0")
    return "".join(piece + number for piece, number in zip(pieces, [*numbers, ""], strict=True))


def _moved(cell: PrintedCell, lines: int) -> PrintedCell:
    row = None if cell.row is None else cell.row + lines
    return cell._replace(source_line=cell.source_line + lines, row=row)


def _longest_line(cells: Iterable[PrintedCell]) -> int:
    return max(Counter(cell.source_line for cell in cells).values())
