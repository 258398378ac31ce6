"""Writes Word documents and workbooks for the tests, as the programs of offices do.

Belongs here: paragraphs and tables with merged cells into bytes. Doesn't belong here: what stands in
them (``tests.report_writer``), and XML that no program writes (the tests write that by hand).
"""

import io
from collections.abc import Sequence

import docx as python_docx
import xlsxwriter
from docx.document import Document
from docx.text.paragraph import Paragraph
from xlsxwriter.worksheet import Worksheet

from tests.grid import Block, Table, positions

#: Figures with more digits than this lose some as a number of a workbook.
MOST_DIGITS = 15


def docx(blocks: Sequence[Block], *, split_runs: bool = False) -> bytes:
    """A Word document; columns and rows of a table that no cell covers come as empty cells.

    A newline in a text is a break of line. ``split_runs`` puts each character into a run of its own.
    """
    document = python_docx.Document()
    for block in blocks:
        if isinstance(block, str):
            _write_runs(document.add_paragraph(), block, split_runs)
        elif width(block):
            _write_table(document, block, split_runs)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def xlsx(blocks: Sequence[Block], *, numbers: bool = False) -> bytes:
    """A workbook of one sheet: a paragraph takes a row, a table its rows.

    ``numbers`` writes texts that are whole numbers as numbers.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        sheet = workbook.add_worksheet()
        top = 0
        for block in blocks:
            if isinstance(block, str):
                _write(sheet, top, 0, block, numbers)
                top += 1
            else:
                _write_area(sheet, top, block, numbers)
                top += len(block)
    return buffer.getvalue()


def width(table: Table) -> int:
    """How many columns the grid of a table has."""
    return max(
        (
            column + cell.columns
            for row, columns in zip(table, positions(table), strict=True)
            for cell, column in zip(row, columns, strict=True)
        ),
        default=0,
    )


def _write_table(document: Document, table: Table, split_runs: bool) -> None:
    written = document.add_table(len(table), width(table))
    grid = [list(row.cells) for row in written.rows]
    for top, (row, columns) in enumerate(zip(table, positions(table), strict=True)):
        for cell, left in zip(row, columns, strict=True):
            _write_runs(grid[top][left].paragraphs[0], cell.text, split_runs)
            bottom = min(top + cell.rows, len(table)) - 1
            if cell.columns > 1 or bottom > top:
                grid[top][left].merge(grid[bottom][left + cell.columns - 1])


def _write_runs(paragraph: Paragraph, text: str, split_runs: bool) -> None:
    for piece in text if split_runs else filter(None, [text]):
        paragraph.add_run(piece)


def _write_area(sheet: Worksheet, first_row: int, table: Table, numbers: bool) -> None:
    for row_number, (row, columns) in enumerate(zip(table, positions(table), strict=True)):
        for cell, left in zip(row, columns, strict=True):
            top = first_row + row_number
            bottom = first_row + min(row_number + cell.rows, len(table)) - 1
            if cell.columns > 1 or bottom > top:
                sheet.merge_range(top, left, bottom, left + cell.columns - 1, "")
            _write(sheet, top, left, cell.text, numbers)


def _write(sheet: Worksheet, row: int, column: int, text: str, numbers: bool) -> None:
    is_whole_number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and str(int(text)) == text
    if numbers and is_whole_number:
        sheet.write_number(row, column, int(text))
    elif text:
        sheet.write_string(row, column, text)
