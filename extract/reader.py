"""One document in, one report or one reason out.

Belongs here: choosing the adapter, putting the stages together, deciding what is no annual report.
Doesn't belong here: the stages themselves.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from extract.agency import AgencyFinder
from extract.alignment import Aligner, FormSlots, resolve_header
from extract.catalogue.model import Catalogue
from extract.documents import (
    Cell,
    Document,
    Header,
    Layout,
    ProseFigure,
    Rejection,
    RejectionReason,
    Report,
    report_id,
)
from extract.figures import FigureReader
from extract.form_order import with_torn_labels
from extract.formats import adapter_of
from extract.header import LONGEST_TITLE, compact_lines, find_titles, read_header
from extract.inference import Inference
from extract.labels_in_place import LabelsInPlace
from extract.layouts.stream import PrintedCell, Refused
from extract.prose import ProseLine, ProseReader
from extract.source_text import Script, simplified
from extract.tables import ReadTables, Row, TableReader
from extract.unmapped import unmapped_rows

#: A document larger than this is rejected unread.
MAX_DOCUMENT_BYTES = 50 * 1024 * 1024
#: A page without any figure counts as a report from so many of the six section headings.
HEADINGS_OF_A_REPORT = 3
#: So many titles are named where a document holds several reports.
MOST_NAMED = 5
#: A line of more cells than this is a document without breaks of line.
LONGEST_LINE = 100
#: Endings of a title that belongs to a paper about annual reports.
NOTICE_ENDINGS = ("通知", "的函", "格式", "模板", "说明")
#: Words of a title that is not a whole year's, or not filled in.
NOT_A_YEARS_REPORT = re.compile("上半年|下半年|半年报|季度|××|XX")
#: So many figures with a line but no certain column count as a table, too.
AMBIGUOUS_FIGURES_OF_A_TABLE = 3


class ReportReader:
    """Reads documents by one catalogue; holds no state between documents but caches."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._labels = LabelsInPlace(catalogue)
        self._figures = FigureReader(catalogue)
        self._agencies = AgencyFinder(catalogue)
        self._form_slots = FormSlots(catalogue)
        self._inference = Inference(catalogue)
        self._prose = ProseReader(catalogue)

    def read(self, document: Document) -> Report | Rejection:
        """Read one document; never raises for what stands in it."""
        if len(document.content) > MAX_DOCUMENT_BYTES:
            return _reject(document, "too_large", f"more than {MAX_DOCUMENT_BYTES // 1024**2} MiB")
        try:
            printed = list(adapter_of(document)(document.content))
        except Refused as refused:
            return _reject(document, refused.reason, refused.detail)
        return self._read_cells(document, *simplified(printed))

    def _read_cells(self, document: Document, source: Sequence[PrintedCell], script: Script) -> Report | Rejection:
        tables = TableReader(self.catalogue, self._labels, self._figures).read(source)
        rows = with_torn_labels(tables.rows, self.catalogue)
        cells = self._inference.completed(*Aligner(self.catalogue, self._form_slots, report_id(document)).cells(rows))
        prose = list(_lines_outside_tables(source, rows))
        lines = [line.text for line in prose]
        header = read_header(lines, self._agencies)
        refusal = _refusal(compact_lines(lines), tables, cells, header.report_year)
        if refusal:
            return _reject(document, *refusal)
        return Report(
            report_id=report_id(document),
            source_uri=document.source_uri,
            content_sha256=document.content_sha256,
            header=header,
            form=self._form(tables),
            layout=_layout(tables.rows),
            script=script,
            cells=tuple(cells),
            unmapped_rows=tuple(unmapped_rows(report_id(document), rows)),
            prose_figures=tuple(self._prose_figures(document, prose, header)),
        )

    def _prose_figures(self, document: Document, lines: Sequence[ProseLine], header: Header) -> list[ProseFigure]:
        year, scope = header.report_year, header.reporting_scope
        return self._prose.read(report_id(document), lines, report_year=year, reporting_scope=scope)

    def _form(self, tables: ReadTables) -> str | None:
        """The version by the column labels of section 2: ``mixed`` when its sub-tables differ."""
        forms = {form for row in tables.rows if row.section == 2 if (form := self._form_of_row(row))}
        forms = forms or {label.form for label in tables.column_labels if label.form}
        return "mixed" if len(forms) > 1 else next(iter(forms), None)

    def _form_of_row(self, row: Row) -> str | None:
        sets = self.catalogue.column_sets[self.catalogue.line_of[row.line].sub_table] if row.line else {}
        for form, columns in sets.items():
            if resolve_header(row.header, [columns]):
                return form
        forms = {cell.match.label.form for cell in row.header if cell.match}
        return forms.pop() if len(forms) == 1 else None


def _lines_outside_tables(source: Sequence[PrintedCell], rows: Sequence[Row]) -> Iterator[ProseLine]:
    """The lines that hold no row of a table: cells of one line joined by a space.

    A lone figure without a label may be a number in the prose. Of a document without breaks of line each
    cell is a line.
    """
    read = [row for row in rows if row.line or len(row.entries) > 1]
    in_tables = {entry.cell.source_line for row in read for entry in row.entries}
    in_tables |= {row.label.source_line for row in read if row.label}
    for number, group in groupby(source, key=attrgetter("source_line")):
        cells = list(group)
        if len(cells) > LONGEST_LINE:
            yield from (ProseLine(cell.text, cell.raw_text, number) for cell in cells)
        elif number not in in_tables:
            yield ProseLine(" ".join([c.text for c in cells]), " ".join([c.raw_text for c in cells]), number)


def _reject(document: Document, reason: RejectionReason, detail: str) -> Rejection:
    return Rejection(document.source_uri, document.content_sha256, reason, detail)


def _refusal(
    lines: list[str], tables: ReadTables, cells: Sequence[Cell], report_year: int | None
) -> tuple[RejectionReason, str] | None:
    """Why this is not one annual report, or None when it is."""
    titles = find_titles(lines)
    above = lines[: titles[0].next_line if titles else 5][:5]
    first_lines = [line for line in above if "信息公开" in line and len(line) <= LONGEST_TITLE]
    has_figures = _has_figures(cells)
    if any(line.endswith(NOTICE_ENDINGS) for line in first_lines) and not (has_figures and titles):
        return "not_an_annual_report", "a notice about annual reports"
    if any(NOT_A_YEARS_REPORT.search(line) for line in first_lines):
        return "not_an_annual_report", "not a whole year's report, or a template"
    if not has_figures and not report_year:
        return "not_an_annual_report", "no figure in a statutory table, and no year"
    if not has_figures and not (titles and len(tables.headings) >= HEADINGS_OF_A_REPORT):
        return "not_an_annual_report", "no figure in a statutory table, and no title with the form's headings"
    named = sorted({title.text for title in titles})
    if len(named) > 1 and _is_repeated(tables):
        return "several_reports", "; ".join(named[:MOST_NAMED]) + ("; …" if len(named) > MOST_NAMED else "")
    return None


def _has_figures(cells: Sequence[Cell]) -> bool:
    """Whether a figure of a statutory table was read, or several that only lack their column."""
    lacking = sum(1 for cell in cells if cell.reading == "ambiguous" and cell.line)
    return any(cell.reading == "read" for cell in cells) or lacking >= AMBIGUOUS_FIGURES_OF_A_TABLE


def _is_repeated(tables: ReadTables) -> bool:
    lines = [row.line for row in tables.rows if row.section == 3 and row.has_figures and row.line]
    return len(lines) > len(set(lines))


def _layout(rows: list[Row]) -> Layout:
    """The layout that most cells of the tables came in."""
    layouts = [entry.cell.layout for row in rows for entry in row.entries if entry.cell.text]
    return max(sorted(set(layouts)), key=layouts.count) if layouts else "none"
