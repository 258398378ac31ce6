"""From the stream of cells to the rows of the statutory tables.

Belongs here: where a table begins and ends, which header stands over which rows, which figures
follow which label. Doesn't belong here: what a row is (``extract.table_rows``), giving a figure its column
(``extract.alignment``), or anything about the format the cells came from.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, Protocol

from extract.catalogue.model import Catalogue
from extract.figures import Figure, FigureReader
from extract.labels import Label, Match
from extract.labels_in_place import LabelsInPlace, Place
from extract.layouts.stream import PrintedCell
from extract.table_rows import Entry, HeaderCell, Row

#: A word may be broken over at most so many cells.
LONGEST_BREAK = 10
#: A header with more labels than this is a list of words; the form's longest has fifteen, repeated ones more.
LONGEST_HEADER = 120
#: A label may go on over so many lines below its figures.
LONGEST_REMAINDER = 3
#: … and has so many of its letters beside them: fewer begin several labels.
FEWEST_LETTERS_ABOVE = 6
#: An unknown text longer than this is a sentence, not the label of a row.
LONGEST_UNKNOWN_LABEL = 60

_HAN = re.compile(r"[\u3400-\u9fff]")
_PAGE_MARK = re.compile(r"[-—–]\s*\d+\s*[-—–]|第\s*\d+\s*页.*|\d+\s*[/／－-]\s*\d+|(?i:page)\s*\d+.{0,12}")


class Stretch(NamedTuple):
    """What stands between two headings of sections, or an end of the stream: a heading leaves no table open.

    ``begin`` and ``end`` are the positions of its first cell and of the heading behind it, and ``place`` the one that
    its last cell leads to. ``label_lines`` are the source lines of nothing but labels: headers, and names of parts of a
    table. Of a stretch that was known and passed over ``known`` stands in for the rows.
    """

    begin: int
    end: int
    place: Place
    rows: Sequence[Row] = ()
    column_labels: Sequence[Label] = ()
    label_lines: Collection[int] = ()
    known: "Known | None" = None


class Known(Protocol):
    """A stretch that needs no reading."""

    @property
    def end(self) -> int:
        """Where its heading stands."""
        ...

    @property
    def place(self) -> Place:
        """The place that it leads to."""
        ...


class TableReader:
    """Reads the statutory tables of one stream of cells; use a new one for each document."""

    def __init__(self, catalogue: Catalogue, labels: LabelsInPlace, figures: FigureReader) -> None:
        self._catalogue, self._labels, self._figures = catalogue, labels, figures
        self._procedures = [line.line for line in catalogue.lines_of_section(4)]
        #: The sections whose heading was met.
        self.headings: set[int] = set()
        self._rows: list[Row] = []
        self._column_labels: list[Label] = []
        self._section: int | None = None
        self._header: list[HeaderCell] = []
        #: The header as the rows below it share it: one object for one header.
        self._header_cells: tuple[HeaderCell, ...] = ()
        self._rows_began = False
        self._row: Row | None = None
        self._unknown: PrintedCell | None = None
        #: The source lines of labels that belong to no row, and of all else that is neither label nor figure.
        self._label_lines: set[int] = set()
        self._other_lines: set[int] = set()
        #: The place that the heading just taken has left; the heading behind the known stretch just passed over.
        self._left: Place | None = None
        self._heading: tuple[Match | None, int] | None = None

    def read(
        self, cells: Sequence[PrintedCell], known: Callable[[int, int], Known | None] = lambda *_: None
    ) -> list[Stretch]:
        """The rows of all statutory tables in the stream, in the order of the print.

        ``known`` tells of the positions of a heading and behind it which known stretch begins there, if any.
        """
        stretches: list[Stretch] = []
        begin = position = 0
        is_prose = self._labels.is_prose
        while position < len(cells):
            if self._section is None and not self._heading and is_prose(cells[position].text):
                self._other_lines.add(cells[position].source_line)
                position += 1
                continue
            taken = self._take(cells, position)
            if self._left:
                stretches.append(self._stretch(begin, position, self._left))
                self._left, begin = None, position + taken
                self._other_lines.add(cells[position].source_line)
                if (found := known(position, begin)) and self._leads_to_heading(cells, found):
                    stretches.append(Stretch(begin, found.end, found.place, known=found))
                    begin, taken = found.end, found.end - position
            position += taken
        return [*stretches, self._stretch(begin, len(cells), self._place())]

    def _stretch(self, begin: int, end: int, place: Place) -> Stretch:
        rows, column_labels, label_lines = self._rows, self._column_labels, self._label_lines - self._other_lines
        self._rows, self._column_labels, self._label_lines, self._other_lines = [], [], set(), set()
        return Stretch(begin, end, place, rows, column_labels, label_lines)

    def _leads_to_heading(self, cells: Sequence[PrintedCell], known: Known) -> bool:
        """Whether there is a heading behind a known stretch, with the cells that follow here; if so, go there."""
        self._section, self._rows_began, has_header = known.place
        self._header = [HeaderCell(None)] if has_header else []
        found = match, _ = self._match(cells, known.end)
        if match and match.label.kind == "section":
            self._heading = found
            return True
        self._enter(None)
        return False

    def _take(self, cells: Sequence[PrintedCell], position: int) -> int:
        """Consume the cell at ``position``, with those that finish its word; return how many."""
        cell = cells[position]
        heading, self._heading = self._heading, None
        figure = self._figures.read(cell.text)
        if figure is not None:
            return self._take_figures(cells, position, figure)
        match, used = heading or self._match(cells, position)
        if match is not None:
            self._take_label(match, cells[position : position + used])
        elif pieces := self._labels.pieces(cell.text, self._place()):
            self._take_pieces([cell._replace(text=text, original=None, is_closed=True) for text in pieces])
        elif not _PAGE_MARK.fullmatch(cell.text):
            self._other_lines.add(cell.source_line)
            self._take_unknown(cell)
        return used

    def _take_pieces(self, cells: Sequence[PrintedCell]) -> None:
        """Take what one cell holds; a heading among it ends no stretch."""
        position = 0
        while position < len(cells):
            position += self._take(cells, position)
        self._left = None

    # -- labels -----------------------------------------------------------------------------

    def _match(self, cells: Sequence[PrintedCell], position: int) -> tuple[Match | None, int]:
        """The label that begins at ``position``, over as many cells as its word is broken into."""
        place, text = self._place(), cells[position].text
        if self._labels.is_no_label(text):
            return (self._labels.near(text, place) if self._section else None), 1
        joined = self._joinable(cells, position)
        for count in range(len(joined), 0, -1):
            if count > 1 and not _HAN.search(joined[count - 1]):
                continue
            if match := self._labels.exact("".join(joined[:count]), place):
                return match, count
        if match := self._match_that_goes_on(cells, position):
            return match, 1
        if self._section is None:
            return self._match_of_full_row(cells, position), 1
        return self._labels.near(cells[position].text, place), 1

    def _place(self) -> Place:
        return Place(self._section, self._rows_began, bool(self._header))

    def _match_that_goes_on(self, cells: Sequence[PrintedCell], position: int) -> Match | None:
        """The label of a row of text whose last letters stand below its figures."""
        cell = cells[position]
        if cell.row is None or cell.is_closed or len(_HAN.findall(cell.text)) < FEWEST_LETTERS_ABOVE:
            return None
        end = next((n for n in range(position + 1, len(cells)) if cells[n].row != cell.row), len(cells))
        text = cell.text
        for below in cells[end : end + LONGEST_REMAINDER]:
            if end == position + 1 or below.row is not None or self._figures.read(below.text) is not None:
                return None
            text += below.text
            match = self._labels.exact(text, self._place())
            if match and match.label.kind == "line":
                return match
        return None

    def _match_of_full_row(self, cells: Sequence[PrintedCell], position: int) -> Match | None:
        """Where a page begins in the middle of a table: a numbered line of section 3 with a figure for each column."""
        cell = cells[position]
        if cell.row is None:
            return None
        width = self._width(3)
        rest = cells[position + 1 : position + 2 + width]
        figures = [c for c in rest if c.row == cell.row and self._is_printed_figure(c)]
        return self._labels.numbered_line(cell.text, 3) if len(figures) == width else None

    def _is_printed_figure(self, cell: PrintedCell) -> bool:
        figure = self._figures.read(cell.text)
        return figure is not None and not figure.is_blank

    def _joinable(self, cells: Sequence[PrintedCell], position: int) -> list[str]:
        cell = cells[position]
        texts, joined = [cell.text], cell.text
        for following in cells[position + 1 : position + LONGEST_BREAK]:
            is_end = cell.is_closed or len(joined) > LONGEST_UNKNOWN_LABEL
            if is_end or self._figures.read(following.text) is not None:
                break
            cell, joined = following, joined + following.text
            if self._labels.is_no_label(joined):  # whatever follows
                break
            texts.append(cell.text)
        return texts

    def _take_label(self, match: Match, parts: Sequence[PrintedCell]) -> None:
        label = match.label
        if self._row and self._row.entries and parts[0].row == self._row.entries[-1].cell.row is not None:
            self._row.interruption = parts[0]
        self._row = self._unknown = None
        is_sure = label.kind != "section" and not match.distance
        (self._label_lines if is_sure else self._other_lines).update(part.source_line for part in parts)
        if label.kind == "section":
            self._left = self._place()
            self._enter(None)
            self.headings.add(int(label.code))
        elif label.kind == "sub_table":
            self._enter(self._catalogue.section_of_sub_table[label.code])
        elif label.kind == "header":
            self._take_header_word(int(label.code))
        elif label.kind == "column":
            self._take_column(match, parts)
        else:
            self._take_line(match, parts[-1])

    def _enter(self, section: int | None) -> None:
        """Begin a new table, or leave all tables at a heading."""
        self._section, self._rows_began, self._unknown = section, False, None
        self._header = []

    def _take_header_word(self, section: int) -> None:
        """In section 2 the word that opens each header; in section 3 one among the columns."""
        if section == 2 or section != self._section or self._rows_began:
            self._enter(section)

    def _take_column(self, match: Match, parts: Sequence[PrintedCell]) -> None:
        section = self._labels.column_section(match.label, self._place())
        if len(self._header) >= LONGEST_HEADER:
            self._enter(section)
        if section != self._section or self._rows_began:
            self._enter(section)
        self._column_labels.append(match.label)
        money_factor = self._figures.money_factor("".join(part.text for part in parts))
        self._header.append(HeaderCell(match, money_factor, parts[0].position))
        if section == 4:
            self._open_row(None, parts[-1], 0)

    def _take_line(self, match: Match, cell: PrintedCell) -> None:
        line = self._catalogue.line_of[match.label.code]
        section = self._catalogue.section_of_line(line.line)
        if section != self._section:
            self._enter(section)
        if section == 3:
            self._rows_began = True
        if line.role == "heading" and section != 4:
            self._unknown = cell
        elif section != 4 or self._header:
            self._open_row(None if line.role == "heading" else line.line, cell, match.distance)

    def _open_row(self, line: str | None, label: PrintedCell | None, distance: int) -> None:
        if len(self._header_cells) != len(self._header) or self._header_cells != tuple(self._header):
            self._header_cells = tuple(self._header)
        self._row = Row(self._section or 0, line, label, distance, self._header_cells)
        self._rows_began = self._rows_began or self._section != 4
        self._rows.append(self._row)

    # -- figures and other texts --------------------------------------------------------------

    def _take_figures(self, cells: Sequence[PrintedCell], position: int, figure: Figure) -> int:
        """Take the figure at ``position``, and those behind it that are cells of the same row; return how many."""
        first, read = cells[position], self._figures.read
        entry = Entry(first, figure)
        self._take_figure(entry)
        if self._row is None or not self._row.entries or self._row.entries[-1] is not entry:
            return 1
        entries, end = self._row.entries, position + 1
        while end < len(cells):
            cell = cells[end]
            following = read(cell.text)
            is_alike = cell.row == first.row and cell.is_closed == first.is_closed and cell.layout == first.layout
            if following is None or not is_alike:
                break
            entries.append(Entry(cell, following))
            end += 1
        return end - position

    def _take_figure(self, entry: Entry) -> None:
        """A figure or blank goes to the open row; else to a row whose label isn't known."""
        if self._section is None:
            return
        if self._row is not None and self._is_stray(entry.cell, self._row.label):
            self._rows.append(Row(self._section, None, None, 0, (), [entry]))
            return
        if self._row is not None and self._is_new_row(entry.cell):
            self._row = None
            self._unknown = None
        if self._row is None:
            if not self._begins_row(entry):
                return
            if self._header and self._header[-1].match is None:
                self._header.pop()
            self._open_row(None, self._unknown, 0)
        if self._row is not None:
            self._row.entries.append(entry)

    def _is_stray(self, cell: PrintedCell, label: PrintedCell | None) -> bool:
        """Whether a bare number stands among closed cells, such as the number of a page: it is no cell of the row."""
        is_among_closed = label is not None and label.is_closed and label.layout != cell.layout
        return is_among_closed and not cell.is_closed and cell.row is None

    def _begins_row(self, entry: Entry) -> bool:
        """Whether a figure without a label begins a row: in section 4 it does, elsewhere its label was torn off."""
        is_unlabelled_row = self._section == 4 and (bool(self._header) or entry.cell.row is not None)
        if entry.figure is None or entry.figure.is_blank:
            return is_unlabelled_row and entry.cell.row is not None
        return is_unlabelled_row or self._rows_began or self._unknown is not None

    def _has_room(self) -> bool:
        """Whether the open row can take one more cell: what comes after a full row is the next label."""
        if self._row is None:
            return False
        widths = {2: len(self._row.header), 3: self._width(3), 4: self._width(4) * len(self._procedures)}
        return len(self._row.entries) < widths[self._row.section]

    def _width(self, section: int) -> int:
        tables = [t for t, s in self._catalogue.section_of_sub_table.items() if s == section]
        return max(len(columns) for table in tables for columns in self._catalogue.column_sets[table].values())

    def _may_be_of_row(self, cell: PrintedCell, row: Row) -> bool:
        """Whether a text may stand in place of the row's figures: a grid says which cells are a row's."""
        last = row.entries[-1].cell if row.entries else row.label
        return not self._is_new_row(cell) if cell.row is not None else last is None or last.position is None

    def _is_new_row(self, cell: PrintedCell) -> bool:
        """Whether the layout puts the cell into another row than the open one's label and figures."""
        if self._row is None:
            return True
        last = self._row.entries[-1].cell if self._row.entries else self._row.label
        return cell.row is not None and last is not None and cell.row != last.row

    def _take_unknown(self, cell: PrintedCell) -> None:
        """A text that is neither label nor figure: a cell that can't be read, a header, or prose.

        Only where rows stand one a line is it a cell of the open row; elsewhere it may be the next label.
        """
        if self._row is not None and cell.row is not None and self._has_room() and not self._is_new_row(cell):
            self._row.entries.append(Entry(cell, None))
            return
        if self._row is not None and self._may_be_of_row(cell, self._row):
            self._row.interruption = cell
        self._row = None
        self._unknown = cell if len(cell.text) <= LONGEST_UNKNOWN_LABEL else None
        if self._section == 2 and not self._rows_began:
            self._header.append(HeaderCell(None))
