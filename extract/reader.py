"""One document in, one report or one reason out.

Belongs here: choosing the adapter, putting the stages together, deciding what is no annual report.
Doesn't belong here: the stages themselves.
"""

import re
from collections.abc import Collection, Sequence
from functools import partial

from extract.agency import AgencyFinder
from extract.catalogue.model import Catalogue
from extract.cells import Cells
from extract.documents import Document, Layout, Rejection, RejectionReason, Report, report_id
from extract.findings import Findings
from extract.formats import adapter_of
from extract.header import LONGEST_TITLE, read_header
from extract.layouts.stream import PrintedCell, Refused
from extract.prose import ProseLine, ProseReader
from extract.source_text import Script, simplified
from extract.statutory_tables import StatutoryTables
from extract.titles import MOST_LINES, Page, read_page
from extract.together import Stages, finished

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

_line_of = partial(tuple.__new__, ProseLine)


class ReportReader:
    """Reads documents by one catalogue; holds no state between documents but caches."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._tables = StatutoryTables(catalogue)
        self._agencies = AgencyFinder(catalogue)
        self._prose = ProseReader(catalogue)

    def read(self, document: Document) -> Report | Rejection:
        """Read one document; never raises for what stands in it."""
        return finished(self.stages(document))

    def stages(self, document: Document) -> Stages:
        """Read one document with a stop after each stage, so that several may be read together."""
        if len(document.content) > MAX_DOCUMENT_BYTES:
            return _reject(document, "too_large", f"more than {MAX_DOCUMENT_BYTES // 1024**2} MiB")
        try:
            printed = adapter_of(document)(document.content)
        except Refused as refused:
            return _reject(document, refused.reason, refused.detail)
        yield
        source, script = simplified(printed)
        yield
        return (yield from self._read_cells(document, source, script))

    def _read_cells(self, document: Document, source: Sequence[PrintedCell], script: Script) -> Stages:
        identifier = report_id(document)
        tables, headings, cells = self._tables.read(source, identifier)
        yield
        prose = _lines_outside_tables(cells, tables.lines)
        page = read_page([line.text for line in prose])
        header = read_header(page, self._agencies)
        if refusal := _refusal(page, tables, headings, header.report_year):
            return _reject(document, *refusal)
        yield
        year, scope = header.report_year, header.reporting_scope
        return Report(
            report_id=identifier,
            source_uri=document.source_uri,
            content_sha256=document.content_sha256,
            header=header,
            form=_form(tables),
            layout=_layout(tables),
            script=script,
            cells=Cells.of(tables.cells),
            unmapped_rows=tuple(tables.unmapped_rows),
            prose_figures=tuple(
                self._prose.read(
                    identifier,
                    prose,
                    report_year=year,
                    reporting_scope=scope,
                    printed=page.printed if len(prose) <= MOST_LINES else None,
                )
            ),
        )


def _lines_outside_tables(source: Sequence[PrintedCell], lines: Collection[int]) -> list[ProseLine]:
    """The lines that hold no row of a table: cells of one line joined by a space.

    Of a document without breaks of line each cell is a line.
    """
    numbers = [cell.source_line for cell in source]
    long = {number for number, later in zip(numbers, numbers[LONGEST_LINE:], strict=False) if number == later}
    outside = [cell for cell in source if cell.source_line not in lines or cell.source_line in long]
    found: list[ProseLine] = []
    last = None
    for text, line, _, _, _, _, original in outside:
        raw_text = text if original is None else original
        if line == last and line not in long:
            before = found.pop()
            text, raw_text = f"{before.text} {text}", f"{before.raw_text} {raw_text}"
        found.append(_line_of((text, raw_text, line)))
        last = line
    return found


def _reject(document: Document, reason: RejectionReason, detail: str) -> Rejection:
    return Rejection(document.source_uri, document.content_sha256, reason, detail)


def _refusal(
    page: Page, tables: Findings, headings: Collection[int], report_year: int | None
) -> tuple[RejectionReason, str] | None:
    """Why this is not one annual report, or None when it is."""
    lines, titles = page.all_lines, page.all_titles
    above = lines[: titles[0].next_line if titles else 5][:5]
    first_lines = [line for line in above if "信息公开" in line and len(line) <= LONGEST_TITLE]
    has_figures = _has_figures(Cells.of(tables.cells))
    if any(line.endswith(NOTICE_ENDINGS) for line in first_lines) and not (has_figures and titles):
        return "not_an_annual_report", "a notice about annual reports"
    if any(NOT_A_YEARS_REPORT.search(line) for line in first_lines):
        return "not_an_annual_report", "not a whole year's report, or a template"
    if not has_figures and not report_year:
        return "not_an_annual_report", "no figure in a statutory table, and no year"
    if not has_figures and not (titles and len(headings) >= HEADINGS_OF_A_REPORT):
        return "not_an_annual_report", "no figure in a statutory table, and no title with the form's headings"
    named = sorted({title.text for title in titles})
    if len(named) > 1 and tables.repeats_lines:
        return "several_reports", "; ".join(named[:MOST_NAMED]) + ("; …" if len(named) > MOST_NAMED else "")
    return None


def _has_figures(cells: Cells) -> bool:
    """Whether a figure of a statutory table was read, or several that only lack their column."""
    if "read" in cells.column("reading"):
        return True
    return sum(1 for cell in cells if cell.reading == "ambiguous" and cell.line) >= AMBIGUOUS_FIGURES_OF_A_TABLE


def _form(tables: Findings) -> str | None:
    """The version by the column labels of section 2: ``mixed`` when its sub-tables differ."""
    forms = tables.forms or tables.forms_of_labels
    return "mixed" if len(forms) > 1 else next(iter(forms), None)


def _layout(tables: Findings) -> Layout:
    """The layout that most cells of the tables came in."""
    layouts = tables.layouts
    return max(sorted(layouts), key=lambda layout: layouts[layout]) if layouts else "none"
