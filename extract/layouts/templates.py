"""Templates: stretches of markup or text that were met before but for their numbers, with the cells that they give.

Sites print their reports from one template, and word processors export one form: from one to the next nothing of a
table changes but plain numbers. An adapter takes such a stretch out of a document before it reads it, and a *stand-in*,
one cell, takes its place among the document's cells. Nothing is guessed: a stretch that differs by one letter is read.

A stretch is learnt when it is met for the second time, by reading it alone twice: with numbers of which no two are
equal, and with zeros only. It is known only if both give the same cells, and each number is the whole text of one.
That a stretch alone reads as it does in its place is for the adapter to see to.

Belongs here: remembering templates, filling in numbers. Doesn't belong here: where in a format a stretch begins and
ends (``web_known``, ``plain_known``), what cells mean (``extract.shapes``).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple

from extract.layouts.stream import PrintedCell, cell_of

#: A longer stretch isn't remembered, nor more letters in all, nor more stretches that were met once.
LONGEST_STRETCH, MOST_LETTERS, MOST_MET = 400_000, 32_000_000, 20_000
#: A stretch of fewer numbers is read sooner than looked up: the menus of a site have a few. None of more is remembered.
FEWEST_NUMBERS, MOST_NUMBERS = 4, 1000
#: Templates are looked up by so many letters of their beginning; so many that begin alike are tried.
BEGINNING, MOST_ALIKE = 16, 64
#: A line of more cells is no row of a table.
MOST_CELLS_OF_LINE = 100
#: What the text of a stand-in begins with: no text has a zero byte.
STAND_IN = "\0template "

#: No number of a report, so that none of the print is taken for one.
_FIRST_NUMBER = 710_000_000_000_001
_numbers_of_templates = count()
#: Not possessive: a zero byte at the end would pass (``plain_known``).
_NUMBERS = re.compile(r"[0-9]{1,15}(?:\0[0-9]{1,15})*")

#: The cells of a stretch alone, its lines numbered from 1; None where they may be others in their place.
ReadAlone = Callable[[str], Sequence[PrintedCell] | None]
#: The form of a stretch, with a zero byte in place of each plain number and of the white space around it, and how many
#: there are.
FormOf = Callable[[str], tuple[str, int]]


@dataclass(frozen=True, eq=False)
class Template:
    """The cells of a stretch but for its numbers; equal only to itself.

    ``pieces`` is what stands around the numbers, in their order, and ``space`` what may stand between the two.
    Lines and rows of the cells are counted from the first cell's, which is ``first_line`` of the stretch, from 0.
    ``number_cells`` are the positions of the cells that hold the numbers, in the order of the stretch.
    """

    pieces: Sequence[str]
    space: str
    cells: Sequence[PrintedCell]
    number_cells: Sequence[int]
    first_line: int = 0
    #: What readers of templates work out once for each.
    notes: dict[str, Any] = field(default_factory=dict)
    number: int = field(default_factory=_numbers_of_templates.__next__)

    def with_cells(self, cells: Sequence[PrintedCell]) -> "Template":
        """A template of the same numbers with other cells."""
        return Template(self.pieces, self.space, cells, self.number_cells, self.first_line)

    @property
    def name(self) -> str:
        """The text of its stand-ins."""
        return f"{STAND_IN}{self.number}"

    @cached_property
    def letters(self) -> int:
        """How many letters its texts have."""
        return sum(len(cell.text) for cell in self.cells)

    def numbers_at(self, text: str, begin: int) -> tuple[Sequence[str], int] | None:
        """The numbers of a stretch of this template that begins here, and where it ends; None where there is none."""
        match = self._pattern.match(text, begin) if text.startswith(self.pieces[0], begin) else None
        if not match or not text.startswith(_with_numbers(self.pieces, match.groups()), begin):
            return None
        numbers: Sequence[str] = match.groups()
        if not _NUMBERS.fullmatch("\0".join(numbers)):
            numbers = [printed.strip(self.space) for printed in numbers]
            if not _NUMBERS.fullmatch("\0".join(numbers)):
                return None
        return numbers, match.end()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Where the numbers of a stretch stand: as many letters apart as the pieces between them have."""
        pieces = [f".{{{len(piece)}}}+" for piece in self.pieces]
        return re.compile(f"([0-9{self.space}]++)".join(pieces), re.DOTALL)

    @staticmethod
    def cells_at(line: int, cells: Iterable[PrintedCell]) -> list[PrintedCell]:
        """Some of its cells, where the first one of all stands in this line."""
        return [
            cell_of((text, own + line, layout, is_closed, None if row is None else row + line, position, original))
            for text, own, layout, is_closed, row, position, original in cells
        ]

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

    def cells(self, line: int) -> list[PrintedCell]:
        """The cells, where the first one stands in this line."""
        cells = self.template.cells_at(line, self.template.cells)
        for position, number in zip(self.template.number_cells, self.numbers, strict=True):
            cells[position] = cells[position]._replace(text=number)
        return cells


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

    def __init__(self, read_alone: ReadAlone, form_of: FormOf, space: str) -> None:
        """Remember stretches of the format that these two read; ``space`` may stand around a number."""
        self._read_alone, self._form_of, self._space = read_alone, form_of, space
        self._by_beginning: dict[str, list[Template]] = {}
        self._room = MOST_LETTERS
        self._met: set[int] = set()
        self._tried: set[int] = set()

    def at(self, text: str, begin: int) -> tuple[FilledTemplate, int] | None:
        """The template of the stretch that begins here, with its numbers, and its end; None where none is known."""
        templates = self._by_beginning.get(text[begin : begin + BEGINNING])
        for place, template in enumerate(templates or ()):
            if found := template.numbers_at(text, begin):
                if templates and place:  # those that were met last are tried first
                    templates.insert(0, templates.pop(place))
                return FilledTemplate(template, found[0]), found[1]
        return None

    def meet(self, stretch: str) -> None:
        """Take note of a stretch that isn't known: it is learnt when it is met for the second time."""
        form, size = self._form_of(stretch)
        is_long_enough = form.find("\0") >= BEGINNING and FEWEST_NUMBERS <= size <= MOST_NUMBERS
        if is_long_enough and len(stretch) <= LONGEST_STRETCH and self._was_met(form):
            self._room -= len(form)
            if self._room < 0:
                self._by_beginning.clear()
                self._room = MOST_LETTERS - len(form)
            if template := self._learnt(form):
                alike = self._by_beginning.setdefault(form[:BEGINNING], [])
                alike.insert(0, template)
                del alike[MOST_ALIKE:]

    def _was_met(self, form: str) -> bool:
        """Whether a form was met once before; of one that was met more often nothing can be learnt."""
        number = hash(form)
        if len(self._met) >= MOST_MET:
            self._met.clear()
            self._tried.clear()
        if number in self._tried:
            return False
        known = self._tried if number in self._met else self._met
        known.add(number)
        return known is self._tried

    def _learnt(self, form: str) -> Template | None:
        """What a stretch says wherever it stands; None where that may depend on its numbers."""
        pieces = form.split("\0")
        numbers = [str(_FIRST_NUMBER + number) for number in range(len(pieces) - 1)]
        zeros = ["0"] * len(numbers)
        # behind the last number there may be nothing, between two something must be
        cells = self._read_alone(_with_numbers(pieces, numbers)) if all(pieces[:-1]) else None
        at = {cell.text: position for position, cell in enumerate(cells or ())}
        if not cells or not at.keys() >= set(numbers) or _longest_line(cells) > MOST_CELLS_OF_LINE:
            return None
        first = cells[0].source_line
        number_cells = [at[number] for number in numbers]
        template = Template(pieces, self._space, [_moved(cell, -first) for cell in cells], number_cells, first - 1)
        readings = [(numbers, cells), (zeros, self._read_alone(_with_numbers(pieces, zeros)) or ())]
        is_right = all(list(FilledTemplate(template, own).cells(first)) == list(read) for own, read in readings)
        return template if is_right else None


def _with_numbers(pieces: Sequence[str], numbers: Iterable[str]) -> str:
    parts = [""] * (2 * len(pieces) - 1)
    parts[::2], parts[1::2] = pieces, numbers
    return "".join(parts)


def _moved(cell: PrintedCell, lines: int) -> PrintedCell:
    row = None if cell.row is None else cell.row + lines
    return cell._replace(source_line=cell.source_line + lines, row=row)


def _longest_line(cells: Iterable[PrintedCell]) -> int:
    return max(Counter(cell.source_line for cell in cells).values())
