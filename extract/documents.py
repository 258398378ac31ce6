"""What goes in and what comes out of the extraction: documents, reports, cells, rejections.

Belongs here: the shapes that all modules of ``extract`` share. Doesn't belong here: how they are
found (``extract.reader`` and what it calls) or stored (``dagster_project``).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

Reading = Literal["read", "blank", "ambiguous", "unreadable"]
Layout = Literal[
    "html_table",
    "pipe_row",
    "pipe_per_line",
    "cell_per_line",
    "spaced",
    "docx_table",
    "pdf_text",
    "sheet",
    "none",
]
ReportingScope = Literal["own_organ", "whole_jurisdiction"]
RejectionReason = Literal[
    "unsupported_format",
    "unreadable",
    "needs_ocr",
    "not_an_annual_report",
    "several_reports",
    "too_large",
    "unsafe_input",
]


@dataclass(frozen=True)
class Document:
    """One document as found: where it was, and its bytes; ``known_sha256`` is their hash, where somebody checked it."""

    source_uri: str
    content: bytes = field(repr=False)
    media_type: str | None = None
    known_sha256: str | None = field(default=None, repr=False, compare=False)

    @cached_property
    def content_sha256(self) -> str:
        """The hash of the bytes, 64 hexadecimal digits."""
        return self.known_sha256 or hashlib.sha256(self.content).hexdigest()


class Rejection(NamedTuple):
    """Why a document was not taken as a report."""

    source_uri: str
    content_sha256: str
    reason: RejectionReason
    detail: str


class Cell(NamedTuple):
    """One printed cell of a statutory table; the columns of ``staging.cells``.

    ``value`` is in ``unit`` (``count``, ``yuan``, or ``unknown`` as printed); ``line`` or ``column``
    is None where the print doesn't tell it. ``label_distance`` counts the letters by which the
    printed labels differ from the catalogue's (0: as the catalogue has it).
    """

    report_id: str
    section: int
    line: str | None
    column: str | None
    value: Decimal | None
    inferred_value: Decimal | None
    inference: str | None
    unit: str | None
    raw_text: str
    reading: Reading
    remark: str | None
    source_line: int
    line_label: str | None
    label_distance: int


class UnmappedRow(NamedTuple):
    """A row of a statutory table whose line the catalogue doesn't know; the columns of ``staging.unmapped_rows``.

    ``label`` is None for a row that is printed without one; ``raw_text`` are its cells, between bars.
    """

    report_id: str
    section: int
    label: str | None
    raw_text: str
    figures: int
    source_line: int


class ProseFigure(NamedTuple):
    """A figure that the prose states of one cell of the form; the columns of ``staging.prose_figures``.

    ``section`` is the one under whose heading the sentence stands, None before the first heading. ``value`` is in
    ``unit`` (``count`` or ``yuan``). ``raw_text`` is the clause as printed, and ``source_line`` the line where it
    begins; ``sentence_number`` counts the sentences of the lines handed in, from 1.
    """

    report_id: str
    section: int | None
    line: str
    column: str
    value: Decimal
    unit: str
    raw_text: str
    source_line: int
    sentence_number: int


@dataclass(frozen=True)
class Header:
    """What the page says of itself; None where it doesn't say."""

    title: str | None = None
    agency_name: str | None = None
    report_year: int | None = None
    published_on: date | None = None
    signed_on: date | None = None
    index_number: str | None = None
    reporting_scope: ReportingScope | None = None


@dataclass(frozen=True)
class Report:
    """One copy of one report, with the cells of its statutory tables in the order of the print."""

    report_id: str
    source_uri: str
    content_sha256: str
    header: Header
    form: str | None
    layout: Layout
    script: Literal["simplified", "traditional", "traditional_pinyin"]
    cells: Sequence[Cell]
    unmapped_rows: tuple[UnmappedRow, ...] = ()
    prose_figures: tuple[ProseFigure, ...] = ()

    @property
    def tables_read(self) -> bool:
        """Whether at least one figure of the statutory tables was read."""
        return any(cell.reading == "read" for cell in self.cells)


def report_id(document: Document) -> str:
    """The identifier of one observed copy: a hash of where it stood and what it said."""
    text = f"{document.source_uri}\n{document.content_sha256}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
