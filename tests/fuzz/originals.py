"""Good documents of every format, to be damaged.

Belongs here: which documents, and shards of them. Doesn't belong here: damaging them (``tests.fuzz.mutations``),
or writing a format (``tests.web_writer`` and its like).
"""

import io
import json
from collections.abc import Iterator
from functools import partial
from random import Random
from typing import NamedTuple
from unittest.mock import patch

import pyarrow as pa
from pyarrow import parquet
from reportlab import rl_config

from extract.catalogue.model import Catalogue
from tests import office_writers, pdf_writer, web_writer
from tests.report_writer import SCRIPTS, ReportWriter, Written
from tests.text_layouts import RAGGED

FORMS = ("2019", "2021")


class Original(NamedTuple):
    """A document that can be read; ``format`` is its row in the summary."""

    format: str
    suffix: str
    content: bytes


def originals(catalogue: Catalogue) -> dict[str, list[Original]]:
    """The documents by their format; the same ones every time."""
    writer, random = ReportWriter(catalogue), Random(0)
    found: dict[str, list[Original]] = {}
    for form in FORMS:
        written = Written(writer.balanced(form, random), form)
        for original in (*_texts(writer, written), *_pages(writer, written), *_others(writer, written)):
            found.setdefault(original.format, []).append(original)
    for original in list(_shards(found)):
        found.setdefault(original.format, []).append(original)
    return found


def _texts(writer: ReportWriter, written: Written) -> Iterator[Original]:
    for name, layout in RAGGED.items():
        text = writer.text(written, layout)
        is_markdown = name == "markdown"
        yield Original("markdown" if is_markdown else "text", ".md" if is_markdown else ".txt", text.encode())
    pinyin = SCRIPTS["traditional_pinyin"](writer.text(written, RAGGED["pipe_per_line"]))
    yield Original("text", ".txt", pinyin.encode())
    for charset in ("gb18030", "utf-16"):
        yield Original("text", ".txt", writer.text(written, RAGGED["pipe_row"]).encode(charset))
    page = web_writer.page(writer.blocks(written)).decode()
    tables = [f"<table>{part.split('</table>')[0]}</table>" for part in page.split("<table border='1'>")[1:]]
    yield Original("markdown", ".md", "\n\n".join([f"# {written.title}", *tables]).encode())


def _pages(writer: ReportWriter, written: Written) -> Iterator[Original]:
    blocks = writer.blocks(written)
    for write in (
        web_writer.page,
        partial(web_writer.page, cell=web_writer.pieces),
        partial(web_writer.page, cell=web_writer.paragraphs, spans_line_up=False),
        partial(web_writer.page, nested=True),
        partial(web_writer.page, charset="gb18030"),
    ):
        yield Original("html", ".html", write(blocks))


def _others(writer: ReportWriter, written: Written) -> Iterator[Original]:
    blocks = writer.blocks(written)
    yield Original("docx", ".docx", office_writers.docx(blocks))
    yield Original("docx", ".docx", office_writers.docx(blocks, split_runs=True))
    yield Original("xlsx", ".xlsx", office_writers.xlsx(blocks))
    yield Original("xlsx", ".xlsx", office_writers.xlsx(blocks, numbers=True))
    for is_packed in (True, False):
        # in plain letters damage reaches single marks
        with patch.object(rl_config, "pageCompression", int(is_packed)):
            yield Original("pdf", ".pdf", pdf_writer.pdf(blocks))
            printing = pdf_writer.Printing(drawing="rectangles", in_form=True)
            yield Original("pdf", ".pdf", pdf_writer.pdf(blocks, height=400, page_numbers=True, printing=printing))


# -- shards -----------------------------------------------------------------------------------


def _shards(documents: dict[str, list[Original]]) -> Iterator[Original]:
    some = [document for found in documents.values() for document in found[:2]]
    texts = [document for document in some if document.suffix in (".txt", ".html", ".md")]
    for compression in ("snappy", "zstd", "none"):
        yield Original("parquet", ".parquet", parquet_shard(some, compression))
    for is_ascii in (True, False):
        yield Original("jsonl", ".jsonl", json_shard(texts, is_ascii=is_ascii))


def parquet_shard(documents: list[Original], compression: str) -> bytes:
    """A shard of rows; the last two pages are in a row group of their own."""
    rows = [_row(number, document) | {"content": document.content} for number, document in enumerate(documents)]
    buffer = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), buffer, compression=compression, row_group_size=len(rows) - 2)
    return buffer.getvalue()


def json_shard(documents: list[Original], *, is_ascii: bool) -> bytes:
    """A shard of lines; letters beyond ASCII escaped or not."""
    rows = (_row(n, d) | {"content": d.content.decode("utf-8", "replace")} for n, d in enumerate(documents))
    return "".join(json.dumps(row, ensure_ascii=is_ascii) + "\n" for row in rows).encode()


def _row(number: int, document: Original) -> dict[str, object]:
    media_type = "text/html" if document.suffix == ".html" else None
    return {"source_uri": f"https://www.example.gov.cn/{number}{document.suffix}", "media_type": media_type}
