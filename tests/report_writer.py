"""Writes annual reports for the tests: any figures, in any of the text layouts.

Belongs here: the official table with its merged cells, laid out as crawled text has it. Labels come
from the catalogue; the prose is our own. Doesn't belong here: anything that reads.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import opencc

from extract.catalogue.model import Catalogue

Figures = Mapping[tuple[str, str], str]
#: A printed row: its cells, None for what a merged cell leaves behind.
PrintedRow = list[str | None]

NUMERALS = "一二三四五六七"
PINYIN = {"務": "wù", "報": "bào", "數": "shù", "規": "guī", "項": "xiàng", "開": "kāi", "請": "qǐng", "類": "lèi"}
CORNER_NOTE = "(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和)"
SUFFIXES = {"partially_granted": "(区分处理的,只计这一情形,不计其他情形)"}


@dataclass
class Written:
    """What a report is to say. ``figures`` maps (line, column) to the printed text; absent cells are empty."""

    figures: Figures
    form: str = "2021"
    title: str = "青石县水务局2023年政府信息公开工作年度报告"
    opening: Iterable[str] = ("根据规定编制本报告,统计期限为2023年1月1日至2023年12月31日。",)
    overview: Iterable[str] = ("本年度公开工作按计划进行。",)
    closing: Iterable[str] = ("无。",)
    fee_unit: str = "(单位:万元)"
    omitted_sections: frozenset[int] = field(default_factory=frozenset)


class ReportWriter:
    """Writes reports by the labels of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def keys(self, form: str) -> list[tuple[str, str]]:
        """All cells that a report of this form has, in the order of the form."""
        return [
            (line.line, column)
            for line in self.catalogue.lines
            if line.role != "heading" and line.form in (None, form)
            for version, columns in self.catalogue.column_sets[line.sub_table].items()
            if version in (None, form)
            for column in columns
        ]

    def text(self, written: Written, layout: Callable[[list[PrintedRow]], str]) -> str:
        """The whole report, its tables laid out by ``layout``."""
        headings = {section.section: section.label_zh for section in self.catalogue.sections}
        parts = [written.title, *written.opening]
        prose = {1: written.overview, 5: ("仍有不足,下一年改进。",), 6: written.closing}
        tables = {2: self.section_2, 3: self.section_3, 4: self.section_4}
        for number, heading in headings.items():
            parts.append(f"{NUMERALS[number - 1]}、{heading}")
            if number in prose:
                parts.extend(prose[number])
            elif number not in written.omitted_sections:
                parts.append(layout(tables[number](written)))
        return "\n".join(parts) + "\n"

    # -- the tables ---------------------------------------------------------------------------

    def section_2(self, written: Written) -> list[PrintedRow]:
        """The sub-tables of section 2, each with its own header."""
        rows: list[PrintedRow] = []
        tables = [t for t in self.catalogue.sub_tables if t.section == 2]
        width = 4
        for table in tables:
            columns = self.catalogue.column_sets[table.sub_table].get(written.form)
            if columns:
                header = [self._column_label(column, written) for column in columns]
                rows.append(_padded([table.label_zh], width))
                rows.append(_padded(["信息内容", *header], width))
                rows += [_padded(row, width) for row in self._lines(table.sub_table, columns, written)]
        return rows

    def _column_label(self, code: str, written: Written) -> str:
        column = next(c for c in self.catalogue.columns if c.column == code and c.form in (None, written.form))
        is_fee = code == "amount" and written.form == "2021"
        return column.label_zh + (written.fee_unit if is_fee else "")

    def _lines(self, sub_table: str, columns: Iterable[str], written: Written) -> list[PrintedRow]:
        return [
            [line.label_zh, *(written.figures.get((line.line, column), "") for column in columns)]
            for line in self.catalogue.lines
            if line.sub_table == sub_table and line.form in (None, written.form)
        ]

    def section_3(self, written: Written) -> list[PrintedRow]:
        """The table of applications: three merged columns of labels, then seven of figures."""
        columns = self.catalogue.column_sets["applications"][None]
        labels = [self._column_label(column, written) for column in columns]
        rows: list[PrintedRow] = [
            [CORNER_NOTE, None, None, "申请人情况", *[None] * 6],
            [None, None, None, labels[0], "法人或其他组织", None, None, None, None, labels[6]],
            [None, None, None, None, *labels[1:6], None],
        ]
        counters: dict[str | None, int] = {}
        pending: list[str | None] = []
        for line in self.catalogue.lines:
            is_on_form = line.form in (None, written.form) or line.line == "other_all"
            if line.sub_table != "applications" or not is_on_form:
                continue
            counters[line.parent_line] = counters.get(line.parent_line, 0) + 1
            label = self._numbered(line.parent_line, counters[line.parent_line], line.label_zh) + SUFFIXES.get(
                line.line, ""
            )
            depth = {None: 0, "results": 1}.get(line.parent_line, 2)
            is_heading = line.role == "heading" or (line.line == "other_all" and written.form == "2021")
            if is_heading:
                pending = [*pending[:depth], *[None] * (depth - len(pending)), label]
                continue
            cells: PrintedRow = [*pending, *[None] * (depth - len(pending)), label]
            pending = [None] * min(depth, len(pending))
            cells += [None] * (3 - len(cells))
            rows.append([*cells, *(written.figures.get((line.line, column), "") for column in columns)])
        return rows

    def _numbered(self, parent: str | None, number: int, label: str) -> str:
        if parent is None:
            return f"{NUMERALS[number - 1]}、{label}"
        return f"({NUMERALS[number - 1]}){label}" if parent == "results" else f"{number}.{label}"

    def section_4(self, written: Written) -> list[PrintedRow]:
        """Reviews and lawsuits: three rows of header, one row of fifteen figures."""
        columns = self.catalogue.column_sets["reviews"][None]
        labels = [self._column_label(column, written) for column in columns]
        name = {line.line: line.label_zh for line in self.catalogue.lines}
        procedures = [line.line for line in self.catalogue.lines_of_section(4)]
        return [
            [name[procedures[0]], *[None] * 4, name["litigation"], *[None] * 9],
            [*labels, name[procedures[1]], *[None] * 4, name[procedures[2]], *[None] * 4],
            [*[None] * 5, *labels, *labels],
            [written.figures.get((procedure, column), "") for procedure in procedures for column in columns],
        ]


def _padded(row: PrintedRow, width: int) -> PrintedRow:
    return [*row, *[None] * (width - len(row))]


# -- layouts --------------------------------------------------------------------------------------


def pipe_per_line(rows: list[PrintedRow]) -> str:
    """A cell a line, closed by a pipe; what merged cells leave behind as runs of pipes."""
    lines: list[str] = []
    for row in rows:
        merged = 0
        for cell in row:
            if cell is None:
                merged += 1
                continue
            lines.append(f"{cell} |" if cell else "|")
        if merged:
            lines.append("|" * max(2, merged))
    return "\n".join(lines)


def pipe_row(rows: list[PrintedRow]) -> str:
    """A row a line, each cell closed by a pipe; merged cells as pipes at the end."""
    lines = []
    for row in rows:
        cells = [cell for cell in row if cell is not None]
        lines.append(" | ".join(cell or " " for cell in cells) + " |" + "|" * (len(row) - len(cells)))
    return "\n".join(lines)


def fenced_row(rows: list[PrintedRow]) -> str:
    """A row a line between pipes on both sides."""
    return "\n".join(f"| {line}" for line in pipe_row(rows).split("\n"))


def cell_per_paragraph(rows: list[PrintedRow]) -> str:
    """A cell a paragraph, blank lines between; header words broken, figures with no-break spaces."""
    cells = [cell for row in rows for cell in row if cell]
    return "\n" + "\n\n".join(_broken(cell) for cell in cells) + "\n"


def _broken(cell: str) -> str:
    if cell.isdigit():
        return f"\u00a0{cell}" if len(cell) == 1 else f"{cell}\u00a0"
    return f"{cell[:2]}\n{cell[2:]}" if len(cell) == 4 else cell


def cell_per_line(rows: list[PrintedRow]) -> str:
    """A cell a line, nothing between."""
    return "\n".join(cell for row in rows for cell in row if cell)


LAYOUTS = {
    "pipe_per_line": pipe_per_line,
    "pipe_row": pipe_row,
    "fenced_row": fenced_row,
    "cell_per_paragraph": cell_per_paragraph,
    "cell_per_line": cell_per_line,
}


def traditional(text: str) -> str:
    """The text in traditional script."""
    return opencc.OpenCC("s2t").convert(text)


def traditional_with_pinyin(text: str) -> str:
    """The text in traditional script, some characters followed by their pinyin in brackets."""
    return "".join(f"{char}({PINYIN[char]})" if char in PINYIN else char for char in traditional(text))


SCRIPTS: dict[str, Callable[[str], str]] = {
    "simplified": str,
    "traditional": traditional,
    "traditional_pinyin": traditional_with_pinyin,
}
