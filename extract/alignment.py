"""From rows to cells: each figure gets its column, or is marked as ambiguous.

Belongs here: when a row's count of cells fits its header, and what happens where it doesn't. Doesn't
belong here: finding rows (``extract.tables``) or figures (``extract.figures``). A figure is never
placed by position when the count doesn't fit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from extract.catalogue.model import Catalogue
from extract.documents import Cell, Reading
from extract.figures import MAX_WHOLE_DIGITS, Figure
from extract.fitting import TableRows, fitting_entries
from extract.inference import LooseRow
from extract.layouts.stream import PrintedCell
from extract.table_rows import Entry, HeaderCell, Row

ZERO, TOO_LARGE = Decimal(0), 10**MAX_WHOLE_DIGITS
#: The column of totals, which the headers of sections 3 and 4 print in several places.
TOTAL = "total"


class Slot(NamedTuple):
    """Where a cell of the form stands, its unit, and what the header says: unit of money, letters it differs by."""

    line: str
    column: str
    unit: str
    money_factor: int | None = None
    distance: int = 0


class FormSlots:
    """The cells of the form's lines in sections 3 and 4, whose columns are the same in every version."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.columns = {
            line.line: catalogue.column_sets[line.sub_table][None]
            for section in (3, 4)
            for line in catalogue.lines_of_section(section)
        }
        self.slots = {
            line: tuple(Slot(line, column, catalogue.unit_of_column[column]) for column in columns)
            for line, columns in self.columns.items()
        }


class Aligner:
    """Gives the rows of one report their columns."""

    def __init__(self, catalogue: Catalogue, form_slots: FormSlots, report_id: str) -> None:
        self._catalogue, self._form, self._report_id = catalogue, form_slots, report_id
        #: By the header's identity: rows below one header share it.
        self._known_slots: dict[tuple[int, str], Sequence[Slot]] = {}
        self._known_tables: dict[tuple[int, int], TableRows] = {}

    def cells(self, rows: Sequence[Row]) -> tuple[list[Cell], list[LooseRow]]:
        """All cells of the rows, in the order of the print, and the rows among them that lost some of theirs.

        A label with nothing behind it is a row of blanks, unless figures of the section stand without
        a label: then they may be the row's.
        """
        printed = [_without_repeats(row) for row in rows if row.entries or (row.line and row.section != 4)]
        tables = _tables_of(printed)
        skipped, ambiguous = _repeated(printed)
        torn = {row.section for row in printed if row.line is None and row.section != 4} | _without_cells(printed)
        cells: list[Cell] = []
        loose: list[LooseRow] = []
        for number, row in enumerate(printed):
            if number not in skipped and (row.entries or row.section not in torn):
                found = list(self._row_cells(row, tables[number], number in ambiguous))
                if number not in ambiguous and (lost := self._loose(row, found, len(cells))):
                    loose.append(lost)
                cells += found
        return cells, loose

    def _loose(self, row: Row, found: Sequence[Cell], begin: int) -> LooseRow | None:
        """The row as one of section 3 that lost empty cells; None where it isn't."""
        figures = [e.figure.value for e in row.entries if e.figure and e.figure.value is not None]
        is_loose = found and all(cell.reading == "ambiguous" and cell.line for cell in found)
        columns = tuple(slot.column for slot in self._slots(row)) if is_loose and row.section == 3 else ()
        if not columns or not len(figures) == len(found) < len(columns):
            return None
        return LooseRow(row.line or "", columns, tuple(figures), tuple(range(begin, begin + len(found))))

    def _row_cells(self, row: Row, table: Sequence[Row], is_repeated: bool) -> Iterator[Cell]:
        slots = [] if is_repeated else self._slots(row)
        if row.interruption and not row.has_figures:
            yield from self._interrupted(row, row.interruption)
        elif slots and not row.has_figures:
            if self._is_blank_row(row, slots):
                yield from self._blank_row(row, slots)
        elif slots and (entries := fitting_entries(row, self._rows_of(table, len(slots)))):
            yield from self._placed(row, entries, slots)
        else:
            yield from self._ambiguous(row)

    def _rows_of(self, table: Sequence[Row], width: int) -> TableRows:
        key = (id(table), width)
        if key not in self._known_tables:
            self._known_tables[key] = TableRows(table, width)
        return self._known_tables[key]

    def _slots(self, row: Row) -> Sequence[Slot]:
        """The cells of the form that the row stands for; empty where line or columns aren't known."""
        if row.section == 4:
            return self._review_slots(row)
        if row.line is None:
            return ()
        key = (id(row.header), row.line if row.section == 2 else "")
        if key not in self._known_slots:
            self._known_slots[key] = self._slots_below(row, row.line)
        known = self._known_slots[key]
        return self._form.slots[row.line] if row.section == 3 and known else known

    def _slots_below(self, row: Row, line: str) -> Sequence[Slot]:
        """The cells of a line under the row's header; of section 3, whose rows are all alike, any line's."""
        if row.section == 3:
            return self._form.slots[line] if is_form_order(row.header, self._form.columns[line]) else ()
        sets = self._catalogue.column_sets[self._catalogue.line_of[line].sub_table]
        unit = self._catalogue.unit_of_column
        return tuple(
            Slot(line, column, unit[column], cell.money_factor, cell.match.distance if cell.match else 0)
            for column, cell in resolve_header(row.header, list(sets.values()))
        )

    def _review_slots(self, row: Row) -> Sequence[Slot]:
        """One procedure's five cells, or the fifteen of all three in one row."""
        lines = [line.line for line in self._catalogue.lines_of_section(4)]
        columns = self._form.columns[lines[0]]
        if not is_form_order(row.header, columns * len(lines)):
            return ()
        printed = sum(1 for entry in row.entries if entry.cell.text)
        if not any(cell.match for cell in row.header) and printed != len(columns) * len(lines):
            return ()
        is_single = row.label is not None and row.label.row is not None and row.label.row == row.physical_row
        chosen = [row.line] if is_single and row.line else lines
        return [slot for line in chosen for slot in self._form.slots[line]]

    def _is_blank_row(self, row: Row, slots: Sequence[Slot]) -> bool:
        """A labelled row in which nothing is printed; a subtotal without figures is only a heading."""
        if row.line is None or self._catalogue.line_of[row.line].role == "subtotal":
            return len(row.entries) >= len(slots)
        return row.section != 4

    def _blank_row(self, row: Row, slots: Sequence[Slot]) -> Iterator[Cell]:
        for number, slot in enumerate(slots):
            printed = row.entries[number].cell if number < len(row.entries) else None
            yield self._cell(row, slot.line, slot.column, printed, "blank", slot.unit)

    def _placed(self, row: Row, entries: Sequence[Entry], slots: Sequence[Slot]) -> Iterator[Cell]:
        report_id, section, inference, distance = self._report_id, row.section, row.inference, row.label_distance
        label = row.label.raw_text if row.label else None
        for entry, (line, column, unit, factor, slips) in zip(entries, slots, strict=True):
            reading, value, given, remark = _read(entry.figure, unit, factor)
            raw_text, source_line = entry.cell.raw_text, entry.cell.source_line
            yield Cell(
                report_id,
                section,
                line,
                column,
                value,
                None,
                inference,
                given,
                raw_text,
                reading,
                remark,
                source_line,
                label,
                distance + slips,
            )

    def _ambiguous(self, row: Row) -> Iterator[Cell]:
        """Each printed figure by itself, without a column; after an unreadable text without a line too."""
        line = row.line if row.section != 4 else None
        for entry in row.entries:
            if entry.figure is None:
                line = None
            elif not entry.figure.is_blank:
                yield self._cell(row, line, None, entry.cell, "ambiguous", remark=entry.figure.remark)

    def _interrupted(self, row: Row, text: PrintedCell) -> Iterator[Cell]:
        """A row in whose place of figures a text stands: it may be a cell's, so nothing is said to be blank."""
        if row.line and self._catalogue.line_of[row.line].role != "subtotal":
            yield self._cell(row, row.line, None, text, "unreadable")

    def _cell(
        self,
        row: Row,
        line: str | None,
        column: str | None,
        printed: PrintedCell | None,
        reading: Reading,
        unit: str | None = None,
        remark: str | None = None,
    ) -> Cell:
        """A cell without a value; where nothing is printed for it, it has the line of its label."""
        raw_text, place = (printed.raw_text, printed) if printed else ("", row.label)
        source_line = place.source_line if place else 0
        label = row.label.raw_text if row.label else None
        return Cell(
            report_id=self._report_id,
            section=row.section,
            line=line,
            column=column,
            value=None,
            inferred_value=None,
            inference=row.inference,
            unit=unit,
            raw_text=raw_text,
            reading=reading,
            remark=remark,
            source_line=source_line,
            line_label=label,
            label_distance=row.label_distance,
        )


def _read(
    figure: Figure | None, unit: str, factor: int | None
) -> tuple[Reading, Decimal | None, str | None, str | None]:
    """Reading, value, unit and remark of a cell; ``unit`` and ``factor`` are its column's.

    The unit is the cell's own, else the header's; 0 is 0 in any unit.
    """
    if figure is None:
        return "unreadable", None, None, None
    value = figure.value
    if value is None:
        return "blank", None, unit, None
    own_factor = figure.money_factor or (factor if unit == "yuan" else None)
    if own_factor:
        value, unit = value * own_factor, "yuan"
    elif unit != "count" and value:
        unit = "unknown"
    if abs(value) >= TOO_LARGE:
        return "unreadable", None, None, None
    return "read", value, unit, figure.remark


def resolve_header(
    header: Sequence[HeaderCell], column_sets: Sequence[tuple[str, ...]]
) -> list[tuple[str, HeaderCell]]:
    """The columns of a header of section 2, in its printed order; empty unless it is one of the form's.

    ``column_sets`` are the columns of the sub-table in each form version. A header with an unknown,
    missing or additional cell tells no column of any figure below it.
    """
    codes = [cell.match.label.code if cell.match else None for cell in header]
    if any(sorted(columns) == sorted(filter(None, codes)) and None not in codes for columns in column_sets):
        return [(code, cell) for code, cell in zip(codes, header, strict=True) if code]
    return []


def is_form_order(header: Sequence[HeaderCell], columns: Sequence[str]) -> bool:
    """Whether the column labels of a header of section 3 or 4 stand in the order of the form.

    Labels may be missing, and 总计 may stand anywhere but first: its cell is merged over two rows of
    the header, so the text has it before the columns that it follows. In a header of which only
    pieces were read, its place says nothing. Where merged cells are repeated in each of their rows, the
    last row of the header has all columns.
    """
    codes = [cell.match.label.code for cell in header if cell.match]
    if len(codes) > len(columns) and codes[-len(columns) :] == list(columns):
        return True
    expected = iter(code for code in columns if code != TOTAL)
    others = [code for code in codes if code != TOTAL]
    is_complete = set(codes) == set(columns)
    return not (is_complete and codes[0] == TOTAL) and all(code in expected for code in others)


def _repeated(rows: Sequence[Row]) -> tuple[set[int], set[int]]:
    """Of rows whose line stands more than once under one header: those to skip, and the ambiguous ones.

    A row is skipped when it is empty or says, under the same label, what was said before.
    """
    by_line: dict[tuple[object, ...], list[int]] = {}
    for number, row in enumerate(rows):
        if row.line or row.section == 4:
            columns = [cell.match.label.code if cell.match else None for cell in row.header] if row.section == 2 else ()
            by_line.setdefault((row.section, row.line, *columns), []).append(number)
    skipped: set[int] = set()
    ambiguous: set[int] = set()
    for numbers in by_line.values():
        if len(numbers) == 1:
            continue
        filled = [n for n in numbers if rows[n].has_figures] or numbers[:1]
        skipped.update(set(numbers) - set(filled))
        if rows[filled[0]].line is None:
            continue
        if len({_texts(rows[n]) for n in filled}) == 1:
            skipped.update(filled[1:])
        else:
            ambiguous.update(filled)
    return skipped, ambiguous


def _texts(row: Row) -> tuple[str, ...]:
    return (row.label.text if row.label else "", *(entry.cell.text for entry in row.entries if entry.cell.text))


def _tables_of(rows: Sequence[Row]) -> list[list[Row]]:
    """For each row the rows under the same header: in sections 3 and 4 all rows of the section."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    found = [groups.setdefault((row.section, *_header_key(row)), []) for row in rows]
    for row, table in zip(rows, found, strict=True):
        table.append(row)
    return found


def _header_key(row: Row) -> list[object]:
    """What tells the tables of section 2 from each other: the columns and units of their headers."""
    return [(cell.match, cell.money_factor) for cell in row.header] if row.section == 2 else []


def _without_cells(rows: Sequence[Row]) -> set[int]:
    """The sections whose labels mostly have no cell behind them: their figures stand elsewhere, or got lost."""
    sections = {row.section for row in rows}
    return {
        s
        for s in sections
        if 2 * sum(not r.entries for r in rows if r.section == s) > len([r for r in rows if r.section == s])
    }


def _without_repeats(row: Row) -> Row:
    """A row of section 2 with each cell once, where merged cells are repeated in each of their columns.

    The row's cells repeat as the header's do; where figures differ below one label, they are cells.
    """
    if row.section != 2:
        return row
    codes = [cell.match.label.code if cell.match else None for cell in row.header]
    ends = [n for n, code in enumerate(codes) if n + 1 == len(codes) or codes[n + 1] != code]
    texts = [entry.cell.text for entry in row.entries]
    parts = [texts[begin + 1 : end + 1] for begin, end in pairwise([-1, *ends])]
    if len(ends) == len(codes) or len(texts) < len(codes) or any(len(set(part)) != 1 for part in parts):
        return row
    return replace(row, header=tuple(row.header[n] for n in ends), entries=[row.entries[n] for n in ends])
