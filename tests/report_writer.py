"""Writes annual reports for the tests: any figures, in any text layout or format.

Belongs here: figures that balance, the prose, which is our own, and merged cells. Doesn't belong here: the tables of the
form (``bi.demonstration.form``), laying them out (``tests.text_layouts``), formats (``tests.web_writer`` and its like),
anything that reads.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

import opencc

from bi.demonstration.form import NUMERALS, FormTables
from extract.catalogue.model import Catalogue
from tests.grid import Block, GridCell, Table
from tests.text_layouts import PrintedRow

Figures = Mapping[tuple[str, str], str]

PINYIN = {"務": "wù", "報": "bào", "數": "shù", "規": "guī", "項": "xiàng", "開": "kāi", "請": "qǐng", "類": "lèi"}
CORNER_NOTE = "(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和)"
ADDITIONS = {"partially_granted": "(区分处理的,只计这一情形,不计其他情形)"}


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

    def balanced(self, form: str, random: Random, *, least: int = 0) -> dict[tuple[str, str], str]:
        """Figures of a report in which every identity holds; each cell that isn't a sum is ``least`` or more.

        Most reports are mostly zeros: so are these.
        """
        keys = self.keys(form)
        cells = {key: least + random.choice((0, 0, 0, 1, 2, 17)) for key in keys}
        applicants = [c for c in self.catalogue.column_sets["applications"][None] if c != "total"]
        results = [c for c in self.catalogue.column_sets["reviews"][None] if c != "total"]
        outcomes = [
            line for line, column in keys if column == "total" and self.catalogue.line_of[line].dimension == "outcome"
        ]
        for column in applicants:
            cells["processed", column] = sum(cells[line, column] for line in outcomes)
            cells["carried_in", column] = min(cells["carried_in", column], cells["processed", column])
            rest = cells["processed", column] + cells["carried_forward", column]
            cells["new_received", column] = rest - cells["carried_in", column]
        for line in self.applications & {line for line, _ in keys}:
            cells[line, "total"] = sum(cells[line, column] for column in applicants)
        for line in self.catalogue.lines_of_section(4):
            cells[line.line, "total"] = sum(cells[line.line, column] for column in results)
        return {key: str(value) for key, value in cells.items()}

    @property
    def applications(self) -> set[str]:
        """The lines of section 3."""
        return {line.line for line in self.catalogue.lines_of_section(3)}

    def text(self, written: Written, layout: Callable[[list[PrintedRow]], str]) -> str:
        """The whole report, its tables laid out by ``layout``."""
        parts = [part if isinstance(part, str) else layout(part) for part in self._parts(written)]
        return "\n".join(parts) + "\n"

    def blocks(self, written: Written) -> list[Block]:
        """The whole report as paragraphs and tables with merged cells, for formats that have them."""
        return [part if isinstance(part, str) else grid(part) for part in self._parts(written)]

    def _parts(self, written: Written) -> Iterator[str | list[PrintedRow]]:
        prose = {1: written.overview, 5: ("仍有不足,下一年改进。",), 6: written.closing}
        tables = {2: self.section_2, 3: self.section_3, 4: self.section_4}
        yield from (written.title, *written.opening)
        for section in self.catalogue.sections:
            yield f"{NUMERALS[section.section - 1]}、{section.label_zh}"
            if section.section in prose:
                yield from prose[section.section]
            elif section.section not in written.omitted_sections:
                yield tables[section.section](written)

    def section_2(self, written: Written) -> list[PrintedRow]:
        """The sub-tables of section 2, each with its own header."""
        return [_padded(row, 4) for row in self._tables(written).section_2()]

    def section_3(self, written: Written) -> list[PrintedRow]:
        """The table of applications: three merged columns of labels, then seven of figures."""
        return self._tables(written).section_3()

    def section_4(self, written: Written) -> list[PrintedRow]:
        """Reviews and lawsuits: three rows of header, one row of fifteen figures."""
        return self._tables(written).section_4()

    def _tables(self, written: Written) -> FormTables:
        unit = written.fee_unit if written.form == "2021" else ""
        return FormTables(self.catalogue, written.form, written.figures, unit, CORNER_NOTE, ADDITIONS)


def _padded(row: PrintedRow, width: int) -> PrintedRow:
    return [*row, *[None] * (width - len(row))]


def grid(rows: list[PrintedRow]) -> Table:
    """The rows as a table with merged cells.

    What a merged cell leaves behind belongs to the cell on its left; where there is none, or one row
    of column labels stands below another, to the cell above.
    """
    cells: list[list[GridCell | None]] = []
    for number, row in enumerate(rows):
        owners: list[GridCell | None] = []
        for column, text in enumerate(row):
            above = cells[number - 1][column] if number else None
            if text is not None:
                owners.append(GridCell(text))
            elif above is not None and (not any(row[:column]) or above.text == rows[1][-1]):
                owners.append(above)
            else:
                owners.append(owners[-1])
        cells.append(owners)
    return [
        [
            replace(cell, rows=_height(cells, cell), columns=sum(1 for other in row if other is cell))
            for cell in _beginning(cells, number)
        ]
        for number, row in enumerate(cells)
    ]


def _beginning(cells: list[list[GridCell | None]], number: int) -> list[GridCell]:
    before = {id(cell) for row in cells[:number] for cell in row}
    return [c for c in {id(cell): cell for cell in cells[number]}.values() if c is not None and id(c) not in before]


def _height(cells: list[list[GridCell | None]], cell: GridCell) -> int:
    return sum(1 for row in cells if any(other is cell for other in row))


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def traditional(text: str) -> str:
    """The text in traditional script."""
    return _converter().convert(text)


def traditional_with_pinyin(text: str) -> str:
    """The text in traditional script, some characters followed by their pinyin in brackets."""
    return "".join(f"{char}({PINYIN[char]})" if char in PINYIN else char for char in traditional(text))


SCRIPTS: dict[str, Callable[[str], str]] = {
    "simplified": str,
    "traditional": traditional,
    "traditional_pinyin": traditional_with_pinyin,
}
