"""Reading the PDF documents that the tests write: by rows of tables, and by lines.

Belongs here: what tests of tables, lines and refusals share. Doesn't belong here: writing documents of blocks
(``tests.pdf_writer``).
"""

import io
import re
from collections.abc import Iterable
from itertools import groupby

from reportlab.pdfgen.canvas import Canvas

from extract.layouts import pdf
from extract.layouts.stream import PrintedCell
from tests.pdf_writer import FONT

#: The first line of each document: one with fewer letters is taken for scanned pictures.
OPENING = "本报告根据有关规定编制，所列数据统计期限自一月一日起至十二月三十一日止。"


def read(content: bytes) -> list[PrintedCell]:
    return list(pdf.cells(content))


def bare(text: str) -> str:
    """The text without the spaces around Chinese letters, which only a break of line in the cell makes."""
    return re.sub(r"\s+(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])\s+", "", " ".join(text.split()))


def rows_of(cells: Iterable[PrintedCell]) -> list[list[tuple[int, str]]]:
    return [
        [(cell.position or 0, bare(cell.text)) for cell in row]
        for number, row in groupby(cells, key=lambda cell: cell.row)
        if number is not None
    ]


def lines_of(cells: list[PrintedCell]) -> list[str]:
    """The lines outside the tables, their cells kept apart by a bar."""
    lines = groupby((cell for cell in cells if cell.position is None), key=lambda cell: cell.source_line)
    return ["|".join(cell.text for cell in line) for _, line in lines]


def drawn(*drawings: str, size: tuple[float, float] = (400, 300)) -> bytes:
    """A page of hand-made drawing: calls of the canvas, after the opening text."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1)
    canvas.setFont(FONT, 10)
    canvas.drawString(20, size[1] - 20, OPENING)
    for drawing in drawings:
        exec(drawing, {"c": canvas})
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()
