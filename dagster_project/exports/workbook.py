"""One XLSX workbook: a sheet for each table, before them what there is and what the columns mean.

Texts are written as texts, never as formulas or links. What a workbook can't hold is cut, and the sheet ``contents``
and the caller are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dagster_project.data_dictionary import in_both_languages
from dagster_project.exports.tables import Table, batches

#: Limits of the format: rows of a sheet, the line of names included, and letters of a cell.
MOST_ROWS, MOST_LETTERS = 1_048_576, 32_767
#: Excel keeps so many digits of a number; one with more is written as text.
MOST_DIGITS = 15
#: Letters that columns are wide at most, and columns of text of a table.
WIDEST_COLUMN, TEXT_COLUMN = 60, 24
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


@dataclass(frozen=True)
class Cut:
    """What the workbook doesn't hold of a table: rows that are left out, texts that end in an ellipsis."""

    table: str
    rows: int
    texts: int


def write_workbook(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], path: Path, most_rows: int = MOST_ROWS
) -> list[Cut]:
    """Write the tables, each up to ``most_rows`` rows with its line of names, and return what was cut."""
    with xlsxwriter.Workbook(str(path), OPTIONS) as workbook:
        sheets = _Sheets(workbook)
        contents, columns = workbook.add_worksheet("contents"), workbook.add_worksheet("columns")
        cuts = [
            cut
            for table in tables
            if (cut := sheets.write_table(connection, workbook.add_worksheet(table.name), table, most_rows - 1))
        ]
        sheets.write_rows(contents, CONTENTS, _contents(tables, cuts))
        sheets.write_rows(columns, COLUMNS, _columns(tables))
        contents.activate()
    return cuts


CONTENTS = ("table 表", "meaning", "含义", "rows 行数", "rows left out 未列入行数", "texts cut 截断文本数")
COLUMNS = ("table 表", "column 列", "type 类型", "unit 单位", "meaning", "含义")


def _contents(tables: Sequence[Table], cuts: Sequence[Cut]) -> list[tuple[Any, ...]]:
    of_table = {cut.table: cut for cut in cuts}
    rows = []
    for table in tables:
        cut = of_table.get(table.name, Cut(table.name, 0, 0))
        rows.append((table.name, *in_both_languages(table.description), table.rows, cut.rows, cut.texts))
    return rows


def _columns(tables: Sequence[Table]) -> list[tuple[Any, ...]]:
    return [
        (table.name, column.name, column.type, column.unit, *in_both_languages(column.description))
        for table in tables
        for column in table.columns
    ]


class _Sheets:
    """Writes rows into sheets, one after the other: in constant memory a row can't be gone back to."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._head: Format = workbook.add_format({"bold": True, "bottom": 1})
        self._formats = {
            datetime: workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
        }
        self._texts_cut = 0

    def write_table(
        self, connection: duckdb.DuckDBPyConnection, sheet: Worksheet, table: Table, most_rows: int
    ) -> Cut | None:
        """Write a table; None where all of it is there."""
        self._texts_cut = 0
        self._begin(sheet, [column.name for column in table.columns])
        for index, column in enumerate(table.columns):
            if column.type == "VARCHAR":
                sheet.set_column(index, index, TEXT_COLUMN)
        row = 0
        for frame in batches(connection, f"{table.select()} limit {most_rows}"):
            for values in frame.iter_rows():
                row += 1
                self._write_row(sheet, row, values)
        if table.rows:
            sheet.autofilter(0, 0, row, len(table.columns) - 1)
        if row == table.rows and not self._texts_cut:
            return None
        return Cut(table.name, table.rows - row, self._texts_cut)

    def write_rows(self, sheet: Worksheet, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Write a short sheet of ours."""
        self._begin(sheet, names, rows)
        for number, row in enumerate(rows, start=1):
            self._write_row(sheet, number, row)

    def _begin(self, sheet: Worksheet, names: Sequence[str], rows: Sequence[Sequence[Any]] = ()) -> None:
        sheet.freeze_panes(1, 0)
        for index, name in enumerate(names):
            longest = max((len(str(row[index])) for row in rows), default=0)
            sheet.set_column(index, index, min(max(longest, len(name), 10) + 2, WIDEST_COLUMN))
            sheet.write_string(0, index, name, self._head)

    def _write_row(self, sheet: Worksheet, row: int, values: Sequence[Any]) -> None:
        for index, value in enumerate(values):
            self._write_cell(sheet, row, index, value)

    def _write_cell(self, sheet: Worksheet, row: int, column: int, value: Any) -> None:
        """Unknown is an empty cell; ``bool`` comes before ``int`` and ``datetime`` before ``date``, which they are."""
        match value:
            case None:
                return
            case bool():
                sheet.write_boolean(row, column, value)
            case datetime():
                sheet.write_datetime(row, column, value, self._formats[datetime])
            case date():
                sheet.write_datetime(row, column, value, self._formats[date])
            case int() | Decimal() if _digits(value) > MOST_DIGITS:
                sheet.write_string(row, column, f"{value.normalize():f}" if isinstance(value, Decimal) else str(value))
            case int() | Decimal() | float():
                sheet.write_number(row, column, value)
            case _:
                sheet.write_string(row, column, self._cut(str(value)))

    def _cut(self, text: str) -> str:
        if len(text) <= MOST_LETTERS:
            return text
        self._texts_cut += 1
        return text[: MOST_LETTERS - 1] + "…"


def _digits(value: int | Decimal) -> int:
    """How many digits a number has that aren't idle zeros."""
    return len(str(abs(value)) if isinstance(value, int) else "".join(map(str, value.normalize().as_tuple().digits)))
