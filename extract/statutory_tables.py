"""From the stream of cells to what its statutory tables say: the stages between an adapter and the report.

Belongs here: putting these stages together. Doesn't belong here: the stages themselves, or which stretches of the
stream are known already (``extract.shapes``).

A heading of a section leaves no table open, and rows of one section hang on no row of another. So the stretches
between headings are read each by itself, unless two of them have rows of one section.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from extract.alignment import Aligner, FormSlots, resolve_header
from extract.catalogue.model import Catalogue
from extract.condensed import ShownCondensed
from extract.figures import FigureReader
from extract.findings import Findings, hang_together, merged
from extract.form_order import with_torn_labels
from extract.inference import Inference
from extract.labels import Label
from extract.labels_in_place import LabelsInPlace
from extract.layouts.stream import PrintedCell
from extract.layouts.templates import CondensedCells
from extract.shapes import KnownStretch, Shapes, ShownCells
from extract.table_rows import Row
from extract.tables import Stretch, TableReader
from extract.unmapped import unmapped_rows


class ReadTables(NamedTuple):
    """What the tables of a document say, the sections whose heading was met, and the cells of the document.

    Of tables that were known before the cells in rows are left out.
    """

    findings: Findings
    headings: Collection[int]
    cells: Sequence[PrintedCell]


class StatutoryTables:
    """Reads the statutory tables of documents by one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._labels = LabelsInPlace(catalogue)
        self._figures = FigureReader(catalogue)
        self._form_slots = FormSlots(catalogue)
        self._inference = Inference(catalogue)
        self._shapes = Shapes(self._figures)

    def read(self, cells: Sequence[PrintedCell], report_id: str) -> ReadTables:
        """What the tables in a document's cells say."""
        if not isinstance(cells, CondensedCells):
            return self._read(cells, self._shapes.shown(cells), report_id)[0]
        condensed = ShownCondensed(cells, self._shapes.numbers, self._shapes.headings)
        if found := self._read_condensed(cells, condensed, report_id):
            return found
        in_full = cells.in_full()
        shown = self._shapes.shown(in_full)
        read, stretches = self._read(in_full, shown, report_id)
        self._adopt(condensed, shown, stretches)
        return read

    def _read(
        self, cells: Sequence[PrintedCell], shown: ShownCells, report_id: str
    ) -> tuple[ReadTables, Sequence[Stretch]]:
        """What the tables say, and the stretches that were read each by itself."""
        reader = self._reader()
        stretches = reader.read(cells, partial(self._shapes.known, shown))
        telling = _telling(stretches)
        found = [self._findings_of(stretch, report_id) for stretch in telling]
        if hang_together(found):
            found, stretches = [self._of_rows(self._reader().read(cells), report_id)], []
        else:
            self._learn(telling, found, shown, report_id)
        return self._completed(found, reader, cells), stretches

    def _read_condensed(self, cells: CondensedCells, shown: ShownCondensed, report_id: str) -> ReadTables | None:
        """What the tables say where all stand-ins stand in known stretches; else None."""
        reader = self._reader()
        stretches = _telling(reader.read(cells, partial(self._shapes.known, shown)))
        known = [stretch.known for stretch in stretches if isinstance(stretch.known, KnownStretch)]
        if not shown.are_all_in(known):
            return None
        found = [self._findings_of(stretch, report_id) for stretch in stretches]
        return None if hang_together(found) else self._completed(found, reader, shown.around(known))

    def _completed(self, found: Sequence[Findings], reader: TableReader, around: Sequence[PrintedCell]) -> ReadTables:
        for findings in (one for one in found if one.loose or not one.is_complete):
            findings.cells = self._inference.completed(findings.cells, findings.loose)
        return ReadTables(merged(found), reader.headings, around)

    def _adopt(self, condensed: ShownCondensed, shown: ShownCells, stretches: Sequence[Stretch]) -> None:
        """Take over for stretches with stand-ins what is known of them in full."""
        positions = dict(condensed.positions_in_full())
        headings = [0, *(stretch.end for stretch in stretches)]
        for heading, (begin, end, *_) in zip(headings, stretches, strict=False):
            shape = self._shapes.of(shown, begin, end)
            (first, skipped), (last, within) = positions[begin], positions[end]
            # a heading goes on in a template, but doesn't begin there
            is_whole = not within and (not skipped or positions[heading] == (first - 1, 0))
            if shape and is_whole and last < len(condensed.cells):
                self._shapes.adopt(condensed, first, last, replace(shape, skipped=skipped))

    def _reader(self) -> TableReader:
        return TableReader(self.catalogue, self._labels, self._figures)

    def _findings_of(self, stretch: Stretch, report_id: str) -> Findings:
        if isinstance(stretch.known, KnownStretch):
            return stretch.known.findings(report_id)
        return self._of_rows([stretch], report_id)

    def _learn(
        self, stretches: Sequence[Stretch], found: Sequence[Findings], shown: ShownCells, report_id: str
    ) -> None:
        for stretch, findings in zip(stretches, found, strict=True):
            if findings.sections and not (stretch.known or findings.loose or findings.unmapped_rows):
                self._shapes.learn(shown, stretch, findings, report_id, self._read_alone)

    def _read_alone(self, cells: Sequence[PrintedCell]) -> Findings:
        return self._of_rows(self._reader().read(cells), "")

    def _of_rows(self, stretches: Sequence[Stretch], report_id: str) -> Findings:
        """What the rows of stretches say together, but for what the identities say of them."""
        printed = [row for stretch in stretches for row in stretch.rows]
        labels = [label for stretch in stretches for label in stretch.column_labels]
        if not printed:
            return Findings([], forms_of_labels=_forms(labels))
        rows = with_torn_labels(printed, self.catalogue)
        cells, loose = Aligner(self.catalogue, self._form_slots, report_id).cells(rows)
        filled = [row.line for row in printed if row.section == 3 and row.has_figures and row.line]
        return Findings(
            cells=cells,
            loose=tuple(loose),
            unmapped_rows=tuple(unmapped_rows(report_id, rows)),
            sections=frozenset(row.section for row in printed),
            forms=frozenset(form for row in printed if row.section == 2 if (form := self._form_of_row(row))),
            forms_of_labels=_forms(labels),
            layouts=Counter(entry.cell.layout for row in printed for entry in row.entries if entry.cell.text),
            lines=_lines(rows).union(*(stretch.label_lines for stretch in stretches if stretch.rows)),
            repeats_lines=len(filled) > len(set(filled)),
        )

    def _form_of_row(self, row: Row) -> str | None:
        sets = self.catalogue.column_sets[self.catalogue.line_of[row.line].sub_table] if row.line else {}
        for form, columns in sets.items():
            if resolve_header(row.header, [columns]):
                return form
        forms = {cell.match.label.form for cell in row.header if cell.match}
        return forms.pop() if len(forms) == 1 else None


def _telling(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The stretches in which there is anything of a table."""
    return [stretch for stretch in stretches if stretch.known or stretch.rows or stretch.column_labels]


def _forms(labels: Iterable[Label]) -> frozenset[str]:
    return frozenset(label.form for label in labels if label.form)


def _lines(rows: Sequence[Row]) -> frozenset[int]:
    """The source lines of rows; a lone figure without a label may be a number in the prose."""
    read = [row for row in rows if row.line or len(row.entries) > 1]
    labels = {row.label.source_line for row in read if row.label}
    return frozenset(labels.union([entry.cell.source_line for row in read for entry in row.entries]))
