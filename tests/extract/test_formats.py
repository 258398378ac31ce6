"""Every format gives the same cells: what is written in one reads back, blanks as blanks, and nothing else is read."""

import io
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract import Document, Rejection, Report, ReportReader
from extract.formats import format_of
from tests import office_writers, pdf_writer, web_writer
from tests.extract.test_variations import expected, values
from tests.grid import Block
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import LAYOUTS

Write = Callable[[Sequence[Block]], bytes]
COUNTS = ["0", "0", "1", "2", "17", "1328"]

FORMATS: dict[str, tuple[str, str, Write]] = {
    "html": (".html", "html_table", web_writer.page),
    "html in pieces": (".html", "html_table", partial(web_writer.page, cell=web_writer.pieces)),
    "html in paragraphs": (".htm", "html_table", partial(web_writer.page, cell=web_writer.paragraphs)),
    "html in a table": (".html", "html_table", partial(web_writer.page, nested=True)),
    "html in GB18030": (".html", "html_table", partial(web_writer.page, charset="gb18030")),
    "docx": (".docx", "docx_table", office_writers.docx),
    "xlsx": (".xlsx", "sheet", office_writers.xlsx),
    "pdf": (".pdf", "pdf_text", pdf_writer.pdf),
}


def read(reader: ReportReader, name: str, content: bytes) -> Report | Rejection:
    return reader.read(Document(f"file:///report{name}", content))


@pytest.mark.parametrize("name", FORMATS)
@given(form=st.sampled_from(["2019", "2021"]), share=st.sampled_from([0, 0.05, 0.5, 0.95]), seed=st.integers(0, 2**32))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_cell_reads_back(
    reader: ReportReader, writer: ReportWriter, name: str, form: str, share: float, seed: int
) -> None:
    """Also with most cells empty: a format with a grid loses none."""
    suffix, layout, write = FORMATS[name]
    random = Random(seed)
    figures = {key: "" if random.random() < share else random.choice(COUNTS) for key in writer.keys(form)}
    figures["regulation", writer.keys(form)[0][1]] = "0"
    report = read(reader, suffix, write(writer.blocks(Written(figures, form))))
    assert isinstance(report, Report), report
    assert values(report) == expected(figures, form)
    assert {cell.reading for cell in report.cells} <= {"read", "blank"}
    assert (report.form, report.layout) == (form, layout)
    assert (report.header.agency_name, report.header.report_year) == ("青石县水务局", 2023)


@given(share=st.sampled_from([0, 0.05, 0.5]), seed=st.integers(0, 2**32))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_merged_cells_that_do_not_line_up(reader: ReportReader, writer: ReportWriter, share: float, seed: int) -> None:
    """The spans of a page's rows disagree with its header's: a full row is read, a doubtful one isn't guessed."""
    random = Random(seed)
    figures = {key: "" if random.random() < share else random.choice(COUNTS) for key in writer.keys("2021")}
    report = read(reader, ".html", web_writer.page(writer.blocks(Written(figures)), spans_line_up=False))
    assert isinstance(report, Report)
    right = expected(figures)
    assert {key: value for key, value in values(report).items() if right.get(key) != value} == {}
    if not share:
        assert values(report) == right


@given(form=st.sampled_from(["2019", "2021"]), share=st.sampled_from([0, 0.05, 0.5]), seed=st.integers(0, 2**32))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_narrow_columns_without_rules(
    reader: ReportReader, writer: ReportWriter, form: str, share: float, seed: int
) -> None:
    """Labels broken every few letters, with the figures beside any of their lines: nothing is guessed."""
    random = Random(seed)
    figures = {key: "" if random.random() < share else random.choice(COUNTS) for key in writer.keys(form)}
    report = read(reader, ".pdf", pdf_writer.pdf(writer.blocks(Written(figures, form)), ruled=False))
    assert isinstance(report, Report)
    right = expected(figures, form)
    assert {key: value for key, value in values(report).items() if right.get(key) != value} == {}


def test_tables_in_html_within_markdown(reader: ReportReader, writer: ReportWriter) -> None:
    figures = dict.fromkeys(writer.keys("2021"), "3")
    page = web_writer.page(writer.blocks(Written(figures))).decode()
    tables = [f"<table>{part.split('</table>')[0]}</table>" for part in page.split("<table border='1'>")[1:]]
    text = "# 青石县水务局2023年政府信息公开工作年度报告\n\n## 一、总体情况\n\n" + "\n\n".join(tables)
    report = read(reader, ".md", text.encode())
    assert isinstance(report, Report)
    assert values(report) == expected(figures)


@pytest.mark.parametrize(
    ("uri", "media_type"),
    [
        ("https://www.example.gov.cn/art/2024/1/20/art_12_34", None),
        ("https://www.example.gov.cn/info.jsp?id=7", None),
        ("https://www.example.gov.cn/7", "text/html; charset=utf-8"),
        ("https://www.example.gov.cn/7", "application/octet-stream"),
        ("file:///report.txt", None),
    ],
)
def test_web_pages_are_known_by_what_they_are(
    reader: ReportReader, writer: ReportWriter, uri: str, media_type: str | None
) -> None:
    figures = dict.fromkeys(writer.keys("2021"), "3")
    report = reader.read(Document(uri, web_writer.page(writer.blocks(Written(figures))), media_type))
    assert isinstance(report, Report)
    assert report.layout == "html_table"


def test_text_from_an_address_without_suffix(reader: ReportReader, writer: ReportWriter) -> None:
    text = writer.text(Written(dict.fromkeys(writer.keys("2021"), "3")), LAYOUTS["pipe_row"])
    report = reader.read(Document("https://www.example.gov.cn/7", text.encode()))
    assert isinstance(report, Report)
    assert report.layout == "pipe_row"


def zipped(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (".doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unsupported_format"),
        (".wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unsupported_format"),
        (".wps", b"anything", "unsupported_format"),
        (".png", b"\x89PNG\r\n\x1a\n\0", "needs_ocr"),
        (".jpg", b"\xff\xd8\xff\xe0", "needs_ocr"),
        (".docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unreadable"),
        (".docx", zipped("other.xml"), "unreadable"),
        (".xlsx", b"PK\x03\x04 cut", "unreadable"),
        (".zip", zipped("word.txt"), "unsupported_format"),
        (".pdf", b"%PDF-1.7 cut", "unreadable"),
        ("", b"anything", "unsupported_format"),
    ],
)
def test_what_cannot_be_read_says_so(reader: ReportReader, name: str, content: bytes, reason: str) -> None:
    outcome = read(reader, name, content)
    assert isinstance(outcome, Rejection)
    assert outcome.reason == reason
    assert outcome.detail


def test_scanned_pdf_needs_ocr(reader: ReportReader) -> None:
    outcome = read(reader, ".pdf", pdf_writer.pdf([]))
    assert isinstance(outcome, Rejection)
    assert outcome.reason == "needs_ocr"


@pytest.mark.parametrize("begin", ["<html>", "<!DOCTYPE html>", "<body>"])
@pytest.mark.parametrize("before", ["", "<?xml version='1.0'?>\n", "<!-- 甲 -->", "<!-- 甲 --> <!-- 乙 -->\n"])
def test_a_page_is_known_behind_comments(before: str, begin: str) -> None:
    """Also by Python before 3.11.5, whose possessive groups go on behind what they don't match."""
    assert format_of(Document("file:///report", f"{before}{begin}<p>甲".encode())) == "web page"
