"""What reading is measured against: the ways that people usually take, written once and honestly.

Belongs here: the usual parser of each format with the project's own labels and figures, and a line
parser for text as one would write it in an afternoon. Doesn't belong here: timing
(``reading_speed``). Each gives {(line, column): figure}, what it could read.
"""

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal

import docx
import pandas as pd
import pdfplumber
from selectolax.lexbor import LexborHTMLParser

from extract.catalogue.model import Catalogue
from extract.figures import FigureReader
from extract.labels import LabelIndex

Values = dict[tuple[str, str], Decimal]

_HAN = re.compile(r"[\u3400-\u9fff]")


class TableMapping:
    """The same label mapping for every baseline that gets rows of cells from a library."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._labels, self._figures = LabelIndex(catalogue), FigureReader(catalogue)

    def values(self, rows: Iterable[Sequence[str | None]]) -> Values:
        """The figures of rows whose last cells are as many as the line's columns."""
        found: Values = {}
        header: list[str] = []
        for row in rows:
            texts = [cell or "" for cell in row]
            labels = [self._labels.exact(text, lambda label: label.kind in ("line", "column")) for text in texts]
            columns = [match.label.code for match in labels if match and match.label.kind == "column"]
            lines = [match.label.code for match in labels if match and match.label.kind == "line"]
            if columns and not lines:
                header = columns
            elif lines or len(texts) == 15:
                found |= self._row(lines[-1] if lines else None, texts, header)
        return found

    def _row(self, line: str | None, texts: Sequence[str], header: Sequence[str]) -> Values:
        figures = [figure.value for text in texts if (figure := self._figures.read(text)) and figure.value is not None]
        if line is None:
            reviews = [entry.line for entry in self._catalogue.lines_of_section(4)]
            columns = self._catalogue.column_sets["reviews"][None]
            keys = [(procedure, column) for procedure in reviews for column in columns]
        else:
            sets = self._catalogue.column_sets[self._catalogue.line_of[line].sub_table]
            keys = [(line, column) for column in sets.get(None) or dict.fromkeys(header)]
        return dict(zip(keys, figures, strict=True)) if len(figures) == len(keys) else {}


def read_html(mapping: TableMapping, content: bytes) -> Values:
    """pandas.read_html, then the labels; pandas repeats the words of a merged cell in each of its columns."""
    frames = pd.read_html(io.StringIO(content.decode()), flavor="lxml", keep_default_na=False)
    rows = ([str(cell) for cell in row] for frame in frames for row in frame.itertuples(index=False))
    return mapping.values(
        [text for n, text in enumerate(row) if not (n and text == row[n - 1] and _HAN.search(text))] for row in rows
    )


def bare_parse(content: bytes) -> None:
    """The HTML parser alone, nothing read."""
    LexborHTMLParser(content)


def python_docx(mapping: TableMapping, content: bytes) -> Values:
    """python-docx's rows of cells, then the labels."""
    document = docx.Document(io.BytesIO(content))
    rows = (row.cells for table in document.tables for row in table.rows)
    return mapping.values([cell.text for cell in {id(cell._tc): cell for cell in row}.values()] for row in rows)


def pdf_plumber(mapping: TableMapping, content: bytes, *, with_text: bool = False) -> Values:
    """pdfplumber's tables, then the labels; with the text of each page, which header and prose are read in."""
    with pdfplumber.open(io.BytesIO(content)) as document:
        tables = [table for page in document.pages for table in page.extract_tables()]
        if with_text:
            for page in document.pages:
                page.extract_text()
    return mapping.values(
        [(cell or "").replace("\n", "") for cell in row if cell is not None] for t in tables for row in t
    )


class LineParser:
    """Text line by line with regular expressions: cells, title, year, dates, applications in the prose."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._lines = {_plain(line.label_zh): line.line for line in catalogue.lines if line.role != "heading"}
        self._lines |= {_plain(s.label_zh): s.code for s in catalogue.synonyms if s.kind == "line"}
        self._columns = {_plain(c.label_zh): c.column for c in catalogue.columns if c.dimension == "measure"}

    def values(self, content: bytes) -> Values:
        """The cells; header and prose are read too, as the reader does."""
        text = content.decode()
        self.header(text)
        self.prose(text)
        found: Values = {}
        line, header, figures = None, [], []
        for printed in text.split("\n"):
            for cell in filter(None, (piece.strip() for piece in printed.split("|"))):
                if number := re.fullmatch(r"[+-]?\d[\d,]*(?:\.\d+)?", cell):
                    figures.append(Decimal(number[0].replace(",", "")))
                    continue
                label = _plain(cell)
                if label in self._columns:
                    header = [*header, self._columns[label]]
                elif label == "信息内容":
                    header = []
                if label in self._lines or label in ("结果维持", "总计") or len(figures) > 7:
                    found |= self._row(line, figures, header)
                    line, figures = self._lines.get(label), []
        return found | self._row(line, figures, header)

    def _row(self, line: str | None, figures: Sequence[Decimal], header: Sequence[str]) -> Values:
        if len(figures) == 15:
            procedures = [entry.line for entry in self._catalogue.lines_of_section(4)]
            keys = [(p, c) for p in procedures for c in self._catalogue.column_sets["reviews"][None]]
        elif line:
            sets = self._catalogue.column_sets[self._catalogue.line_of[line].sub_table]
            keys = [(line, column) for column in sets.get(None, header)]
        else:
            return {}
        return dict(zip(keys, figures, strict=True)) if len(keys) == len(figures) else {}

    def header(self, text: str) -> tuple[object, ...]:
        """Title, agency, year, period, publication."""
        title = re.search(r"^(.{2,40}?)(20\d{2})年度?政府信息公开工作年度报告", text, re.MULTILINE)
        period = re.search(r"(20\d{2})年1月1日(?:起)?[至到]", text)
        published = re.search(r"(?:发布|公开)(?:时间|日期)[::]\s*(20\d{2})[-年](\d{1,2})[-月](\d{1,2})", text)
        scope = re.search(r"(全[市县区]|我局|本局)[^。]{0,30}收到", text)
        return title and title.groups(), period and period[1], published and published.groups(), scope and scope[1]

    def prose(self, text: str) -> list[tuple[str, str]]:
        """Applications, reviews, lawsuits and the fee that sentences state."""
        patterns = {
            "new_received": r"(?:收到|受理)[^。;,]{0,20}申请[^。;,\d]{0,6}(\d+)件",
            "carried_in": r"结转[^。;,\d]{0,12}(\d+)件",
            "administrative_review": r"行政复议[^。;,\d]{0,6}(\d+)件",
            "litigation": r"行政诉讼[^。;,\d]{0,6}(\d+)件",
            "fee": r"信息处理费[^。;,\d]{0,6}(\d+(?:\.\d+)?)元",
        }
        return [(name, number) for name, pattern in patterns.items() for number in re.findall(pattern, text)]


def _plain(text: str) -> str:
    normal = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    normal = re.sub(r"^(?:\(?[一二三四五六七八九十]+[)、]|\d+[.、])", "", normal)
    return re.sub(r"[^\w]", "", re.sub(r"\([^()]*\)", "", normal) or normal)
