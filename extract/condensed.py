"""Stretches of tables of known shape whose cells are known, too: stand-ins of templates instead of the cells.

Where all tables of a document stand in stretches that were met before but for their numbers, nothing of them is looked
at but these. Else the document is read in full, and what is learnt there of a stretch (``extract.shapes``) serves its
condensed form the next time.

Belongs here: what stretches with stand-ins say and leave to the prose. Doesn't belong here: templates
(``extract.layouts.templates``), shapes.
"""

from collections.abc import Collection, Iterator, Sequence
from operator import itemgetter

from extract.layouts.stream import PrintedCell
from extract.layouts.templates import STAND_IN, CondensedCells, FilledTemplate
from extract.remembered import Remembered
from extract.shapes import Key, KnownStretch, Shape, ShownCells, Value


class ShownCondensed(ShownCells):
    """Cells among which there are stand-ins."""

    def __init__(self, cells: CondensedCells, numbers: Remembered[Value], headings: Collection[str]) -> None:
        """Show cells, as ``ShownCells`` does."""
        super().__init__(cells, numbers, headings)
        self._numbers = numbers
        stand_ins = [position for position, text in enumerate(self.texts) if text.startswith(STAND_IN)]
        self.filled = dict(zip(stand_ins, cells.filled, strict=True))

    def shape(self, begin: int, end: int) -> Key:
        """What stays as it is in a stretch, and its heading: that may go on in the first cell of a template."""
        return *super().shape(begin, end), (self.texts[begin - 1], self._closed[begin - 1])

    def line_of(self, begin: int, skipped: int) -> int:
        """The line of the cell that follows so many others of a stretch."""
        filled = self.filled.get(begin)
        return self.lines[begin] + (filled.template.cells[skipped].source_line if filled else 0)

    def contents(self, begin: int, end: int) -> tuple[Sequence[Value], Sequence[str]]:
        """The values of a stretch, and its texts as printed; of stand-ins those of the cells that they stand for."""
        if end - begin == 1 and (filled := self.filled.get(begin)):
            return self._contents_of(filled)
        values: list[Value] = []
        texts: list[str] = []
        for position in range(begin, end):
            if filled := self.filled.get(position):
                own_values, own_texts = self._contents_of(filled)
                values += own_values
                texts += own_texts
            else:
                values.append(self.values[position])
                texts.append(self.raw_texts[position])
        return values, texts

    def _contents_of(self, filled: FilledTemplate) -> tuple[Sequence[Value], Sequence[str]]:
        template = filled.template
        if "contents" not in template.notes:
            own = [(self._numbers[cell.text], cell.raw_text) for cell in template.cells]
            places = list(range(len(own)))
            for number, at in enumerate(template.number_cells):
                places[at] = len(own) + number
            template.notes["contents"] = (*zip(*own, strict=True), itemgetter(*places))
        constant, printed, placed = template.notes["contents"]
        values = map(self._numbers.__getitem__, filled.numbers)
        return placed((*constant, *values)), placed((*printed, *filled.numbers))

    def are_all_in(self, stretches: Sequence[KnownStretch]) -> bool:
        """Whether all stand-ins stand in known stretches."""
        return all(any(known.begin <= position < known.end for known in stretches) for position in self.filled)

    def around(self, stretches: Sequence[KnownStretch]) -> list[PrintedCell]:
        """The cells of the document without those that stand in rows of tables; all stand-ins are in ``stretches``."""
        cells: list[PrintedCell] = []
        begin = 0
        for known in stretches:
            for position in range(known.begin, known.end):
                if filled := self.filled.get(position):
                    line = self.lines[position]
                    cells += self.cells[begin:position]
                    cells += _outside(known.shape, filled, line, line - known.first_line)
                    begin = position + 1
        return [*cells, *self.cells[begin:]]

    def positions_in_full(self) -> Iterator[tuple[int, tuple[int, int]]]:
        """The positions that cells have in full, with those that they have here and, in a stand-in, behind it."""
        in_full = 0
        for position in range(len(self.cells) + 1):
            filled = self.filled.get(position)
            for behind in range(len(filled.template.cells) if filled else 1):
                yield in_full, (position, behind)
                in_full += 1


def _outside(shape: Shape, filled: FilledTemplate, line: int, offset: int) -> Sequence[PrintedCell]:
    """The cells of a template that stand in no row; it begins in this line, so many below its stretch."""
    template = filled.template
    key = template.number, offset
    if key not in shape.outside:
        cells = enumerate(template.cells)
        positions = [position for position, cell in cells if cell.source_line + offset not in shape.rest.lines]
        has_numbers = not set(positions).isdisjoint(template.number_cells)
        shape.outside[key] = positions, None if has_numbers else [template.cells[position] for position in positions]
    positions, cells_without_numbers = shape.outside[key]
    if cells_without_numbers is not None:
        return template.cells_at(line, cells_without_numbers)
    cells = filled.cells(line)
    return [cells[position] for position in positions]
