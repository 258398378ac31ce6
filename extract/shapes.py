"""Stretches of tables that were met before but for their figures: what is known of them, and how it is learnt.

Reports repeat the same form: from one to the next nothing of a table changes but plain numbers. The *shape* of a
stretch between two headings is all that reading looks at: the texts of its cells with a mark in place of each plain
number, their layout, and how their lines and rows lie to each other. What a stretch of known shape says is filled in
from its numbers. Nothing is guessed: a stretch that differs by one letter, or one blank, is read in the general way.

Why that gives what the general way gives:

- The reader of tables begins anew behind each heading, and a known stretch begins on a line behind one and ends with a
  figure before one, so that no text outside it matters (``_stands_alone``, ``TableReader._leads_to_heading``).
- Of a plain number reading asks no more than whether it equals another one, whether it is 0, and how large it is. A
  shape is learnt by reading its cells twice, with numbers of which no two are equal, and with zeros only, some lines
  further down; it is known only if both say the same (``_shape_of``). Amounts of money, whose unit may be missing
  unless they are 0, and which may become too large, are looked at each time.
- For the stretch that it is learnt from, a shape must give what reading it gave.

Belongs here: shapes. Doesn't belong here: what follows from the figures themselves (``extract.inference``).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from operator import sub
from typing import Any, NamedTuple

from extract.alignment import TOO_LARGE
from extract.cells import Cells
from extract.documents import Cell
from extract.figures import LONGEST_NUMBER, FigureReader
from extract.findings import Findings
from extract.labels_in_place import Place
from extract.layouts.stream import PrintedCell
from extract.remembered import Remembered
from extract.tables import Stretch

#: A stretch of more cells isn't remembered, nor more cells in all.
LONGEST_STRETCH, MOST_CELLS = 800, 200_000
#: So many shapes that were met once are told from new ones.
MOST_MET = 20_000

#: What stands behind the texts of a stretch: the text of a cell that isn't printed, and of a label that there isn't.
NO_TEXTS: tuple[str, None] = ("", None)

Key = tuple[Sequence[object], ...]
Value = Decimal | None
#: Reads cells as a document of their own.
ReadAlone = Callable[[Sequence[PrintedCell]], Findings]

_REPORT, _VALUE, _UNIT, _RAW_TEXT, _SOURCE_LINE, _LABEL = map(
    Cell._fields.index, ("report_id", "value", "unit", "raw_text", "source_line", "line_label")
)


class ShownCells:
    """The cells of a document by columns: there what is asked of each takes little time."""

    def __init__(self, cells: Sequence[PrintedCell], numbers: Remembered[Value], headings: Collection[str]) -> None:
        """Show cells; ``numbers`` has the plain numbers, and None for other texts; ``headings`` may end stretches."""
        self.cells = cells
        columns = zip(*cells, strict=True) if cells else ((),) * len(PrintedCell._fields)
        self.texts, self.lines, self._layouts, self._closed, self._rows, self._positions, originals = columns
        # most long texts are met once: they aren't asked for
        self.values = [None if len(text) > LONGEST_NUMBER else numbers[text] for text in self.texts]
        #: The positions of what may be headings.
        self.headings = [position for position, text in enumerate(self.texts) if text in headings]
        is_as_printed = originals.count(None) == len(cells)
        self.raw_texts = self.texts if is_as_printed else [cell.raw_text for cell in cells]
        #: The texts without the numbers, and where lines and rows lie, but for the line that they are counted from.
        self._words = [t if v is None else None for t, v in zip(self.texts, self.values, strict=True)]
        self._steps = list(map(sub, self.lines[1:], self.lines))
        self._in_rows = [None if r is None else r - line for r, line in zip(self._rows, self.lines, strict=True)]

    def shape(self, begin: int, end: int) -> Key:
        """What stays as it is in a stretch when its plain numbers change, or it stands on other lines."""
        own = slice(begin, end)
        return (
            tuple(self._words[own]),
            tuple(self._steps[begin : end - 1]),
            tuple(self._in_rows[own]),
            self._positions[own],
            self._layouts[own],
            self._closed[own],
        )

    def contents(self, begin: int, end: int) -> tuple[Sequence[Value], Sequence[str]]:
        """The values of a stretch, and its texts as printed; of stand-ins those of the cells that they stand for."""
        return self.values[begin:end], self.raw_texts[begin:end]

    def line_of(self, begin: int, skipped: int) -> int:
        """The line of the cell that follows so many others of a stretch."""
        return self.lines[begin + skipped]

    def begins_row(self, position: int) -> bool:
        """Whether a cell stands in no row with the one before it."""
        return self._rows[position] is None or self._rows[position] != self._rows[position - 1]

    def shows_rows_open(self, begin: int, end: int) -> bool:
        """Whether a cell of a row isn't closed: then it may go on in the lines below."""
        pairs = zip(self._rows[begin:end], self._closed[begin:end], strict=True)
        return any(row is not None and not is_closed for row, is_closed in pairs)

    def with_numbers(self, begin: int, end: int, numbers: Sequence[str], lines: int) -> list[PrintedCell]:
        """A stretch with other plain numbers, so many lines further down; its printed texts tell where they stand."""
        return [
            cell._replace(
                text=cell.text if value is None else number,
                source_line=cell.source_line + lines,
                row=None if cell.row is None else cell.row + lines,
                original=_token(at),
            )
            for at, (cell, value, number) in enumerate(
                zip(self.cells[begin:end], self.values[begin:end], numbers, strict=True)
            )
        ]


def _token(at: int) -> str:
    return f"\0{at}"


class Money(NamedTuple):
    """A cell whose figure must be looked at: the number of the cell, and what its figure is times, in which unit."""

    cell: int
    at: int
    factor: int
    unit: str | None
    unit_of_zero: str | None


@dataclass(frozen=True)
class Shape:
    """What stretches of one shape say.

    ``columns`` are the fields of their cells. Where these differ from stretch to stretch, ``values_at`` says which of
    the stretch's values, and of ``values`` behind them, a cell has; ``raw_at`` and ``labels_at`` say the same of its
    texts and ``NO_TEXTS``; ``lines`` counts from the stretch's first. So do the lines in ``rest``, which is what there
    is to say beside the cells.
    """

    place: Place
    columns: Sequence[Sequence[Any]]
    values: Sequence[Value]
    values_at: Sequence[int]
    raw_at: Sequence[int]
    labels_at: Sequence[int]
    lines: Sequence[int]
    money: Sequence[Money]
    rest: Findings
    #: Whether each cell has a value: then nothing is left to be inferred.
    is_complete: bool = False
    #: So many cells at the beginning of a stretch are its heading's (``extract.condensed``).
    skipped: int = 0
    #: By number of a template and its first line: where its cells stand that are in no row, and these, but where there
    #: are numbers among them (``extract.condensed``).
    outside: dict[tuple[int, int], tuple[Sequence[int], Sequence[PrintedCell] | None]] = field(
        default_factory=dict, compare=False
    )

    def bears(self, values: Sequence[Value]) -> bool:
        """Whether no amount becomes too large in its unit."""
        return all(abs(values[money.at] or 0) * money.factor < TOO_LARGE for money in self.money)

    def findings(self, values: Sequence[Value], texts: Sequence[str], first_line: int, report_id: str) -> Findings:
        """What a stretch of this shape says, with its values and its texts as printed."""
        all_values, all_texts = [*values, *self.values], [*texts, *NO_TEXTS]
        own = [all_values[at] for at in self.values_at]
        columns = list(self.columns)
        columns[_REPORT] = (report_id,) * len(own)
        columns[_VALUE] = own
        columns[_RAW_TEXT] = [all_texts[at] for at in self.raw_at]
        columns[_SOURCE_LINE] = [first_line + line for line in self.lines]
        columns[_LABEL] = [all_texts[at] for at in self.labels_at]
        if self.money:
            units = columns[_UNIT] = list(columns[_UNIT])
            for number, at, factor, unit, unit_of_zero in self.money:
                value = values[at] or Decimal(0)
                own[number] = value * factor if factor > 1 else value
                units[number] = unit if value else unit_of_zero
        return self.rest.at(first_line, Cells(columns), is_complete=self.is_complete)


class KnownStretch(NamedTuple):
    """A stretch of a document whose shape is known, with what is printed there behind its heading."""

    begin: int
    end: int
    shape: Shape
    values: Sequence[Value]
    texts: Sequence[str]
    first_line: int

    @property
    def place(self) -> Place:
        """The place that the stretch leads to."""
        return self.shape.place

    def findings(self, report_id: str) -> Findings:
        """What the stretch says."""
        return self.shape.findings(self.values, self.texts, self.first_line, report_id)


class Shapes:
    """The shapes that were met twice; as many as there is room for."""

    def __init__(self, figures: FigureReader) -> None:
        self._figures = figures
        self.numbers = Remembered(figures.plain_number, most=65536, longest=LONGEST_NUMBER)
        #: None for a shape that must be read in the general way.
        self._shapes: dict[Key, Shape | None] = {}
        self._room = MOST_CELLS
        #: Texts of the headings behind them.
        self.headings: set[str] = set()
        self._met: set[int] = set()

    def shown(self, cells: Sequence[PrintedCell]) -> ShownCells:
        """The cells of a document, by columns."""
        return ShownCells(cells, self.numbers, self.headings)

    def known(self, shown: ShownCells, heading: int, begin: int) -> KnownStretch | None:
        """The stretch behind a heading at these positions, up to what may be the next one, if its shape is known."""
        end = next((position for position in shown.headings if position > begin), begin)
        if not begin < end <= begin + LONGEST_STRETCH or not shown.begins_row(end):
            return None
        shape = self.of(shown, begin, end)
        if shape is None:
            return None
        values, texts = shown.contents(begin, end)
        values, texts = values[shape.skipped :], texts[shape.skipped :]
        first_line = shown.line_of(begin, shape.skipped)
        is_apart = shown.lines[heading] < first_line
        return KnownStretch(begin, end, shape, values, texts, first_line) if is_apart and shape.bears(values) else None

    def of(self, shown: ShownCells, begin: int, end: int) -> Shape | None:
        """The shape of a stretch, if it is known."""
        return self._shapes.get(shown.shape(begin, end))

    def adopt(self, shown: ShownCells, begin: int, end: int, shape: Shape) -> None:
        """Remember for a stretch the shape that it has in another form."""
        key = shown.shape(begin, end)
        if key not in self._shapes:
            self._remember(key, shape, shown.texts[end])

    def learn(
        self, shown: ShownCells, stretch: Stretch, findings: Findings, report_id: str, read_alone: ReadAlone
    ) -> None:
        """Remember the shape of a stretch that is met for the second time, when it can be known.

        Args:
            shown: the cells of its document.
            stretch: where it stands there.
            findings: what it says there.
            report_id: the report that it stands in.
            read_alone: reads cells by themselves.

        """
        begin, end, *_ = stretch
        if not 0 < end - begin <= LONGEST_STRETCH or not self._stands_alone(shown, begin, end):
            return
        key = shown.shape(begin, end)
        if key in self._shapes or not self._was_met(key):
            return
        numbers = [str(number + 1) for number in range(end - begin)]
        numbered = read_alone(shown.with_numbers(begin, end, numbers, 0))
        zeros = read_alone(shown.with_numbers(begin, end, ["0"] * (end - begin), 1))
        values, texts, first_line = shown.values[begin:end], shown.raw_texts[begin:end], shown.lines[begin]
        shape = _shape_of(numbered, zeros, values, first_line, stretch.place)
        is_right = shape and shape.bears(values) and shape.findings(values, texts, first_line, report_id) == findings
        self._remember(key, shape if is_right else None, shown.texts[end])

    def _stands_alone(self, shown: ShownCells, begin: int, end: int) -> bool:
        """Whether no cell of a stretch can go on in the heading behind it."""
        is_behind_figure = end < len(shown.texts) and self._figures.read(shown.texts[end - 1]) is not None
        return is_behind_figure and shown.begins_row(end) and not shown.shows_rows_open(begin, end)

    def _was_met(self, key: Key) -> bool:
        number = hash(key)
        if number in self._met:
            return True
        if len(self._met) >= MOST_MET:
            self._met.clear()
        self._met.add(number)
        return False

    def _remember(self, key: Key, shape: Shape | None, heading: str) -> None:
        self._room -= len(key[0])
        if self._room < 0:
            self._shapes.clear()
            self.headings.clear()
            self._room = MOST_CELLS
        self._shapes[key] = shape
        self.headings.add(heading)


def _shape_of(
    numbered: Findings, zeros: Findings, numbers: Sequence[Value], first_line: int, place: Place
) -> Shape | None:
    """The shape of a stretch by what it says with numbers from 1, and with zeros one line further down.

    None where the two say different things, or a cell doesn't tell where in the stretch it is printed.
    """
    cells, size = numbered.cells, len(numbers)
    sources = {_token(at): at for at in range(size)} | {text: size + n for n, text in enumerate(NO_TEXTS)}
    if not cells or any(cell.raw_text not in sources or cell.line_label not in sources for cell in cells):
        return None
    raw_at = [sources[cell.raw_text] for cell in cells]
    is_number = [
        c.value is not None and at < size and numbers[at] is not None for c, at in zip(cells, raw_at, strict=True)
    ]
    if not _say_the_same(numbered, zeros, is_number):
        return None
    rows = list(zip(range(len(cells)), raw_at, cells, zeros.cells, is_number, strict=True))
    return Shape(
        place=place,
        columns=list(zip(*cells, strict=True)),
        values=[cell.value for cell in cells],
        values_at=[at if of_number else size + number for number, at, _, _, of_number in rows],
        raw_at=raw_at,
        labels_at=[sources[cell.line_label] for cell in cells],
        lines=[cell.source_line - first_line for cell in cells],
        money=[
            Money(number, at, int(cell.value or 0) // (at + 1), cell.unit, zero.unit)
            for number, at, cell, zero, of_number in rows
            if of_number and (cell.value != at + 1 or cell.unit != zero.unit)
        ],
        rest=_beside_cells(numbered, first_line),
        is_complete=all(cell.value is not None for cell in cells),
    )


def _say_the_same(numbered: Findings, zeros: Findings, is_number: Sequence[bool]) -> bool:
    """Whether two readings of a stretch differ in nothing but the values of numbers, units of money, and the line."""
    if len(numbered.cells) != len(zeros.cells) or _beside_cells(numbered, 0) != _beside_cells(zeros, 1):
        return False
    return all(map(_says_the_same, numbered.cells, zeros.cells, is_number))


def _says_the_same(cell: Cell, zero: Cell, is_number: bool) -> bool:
    if is_number and zero.value == 0:
        zero = zero._replace(value=cell.value, unit=cell.unit)
    return cell == zero._replace(source_line=zero.source_line - 1)


def _beside_cells(findings: Findings, first_line: int) -> Findings:
    return replace(findings, cells=[], lines=frozenset([line - first_line for line in findings.lines]))
