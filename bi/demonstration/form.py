"""The tables of the form as rows of text, by the labels of the catalogue: for whoever writes reports.

Belongs here: what stands where in a table; None is what a merged cell leaves behind. Doesn't belong here: how rows look
in a file (``text``), the prose around them, or which figures they hold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from extract.catalogue.model import Catalogue, Line

Row = list[str | None]

NUMERALS = "一二三四五六七八九"
GROUP = "法人或其他组织"


@dataclass(frozen=True)
class FormTables:
    """The tables of a report of one form; ``figures`` by line and column, absent cells are empty.

    ``money_unit`` is printed after the labels of amounts, ``corner`` in the empty corner of section 3, ``additions``
    after the labels of lines there.
    """

    catalogue: Catalogue
    form: str
    figures: Mapping[tuple[str, str], object]
    money_unit: str = ""
    corner: str | None = None
    additions: Mapping[str, str] = field(default_factory=dict)

    def section_2(self) -> list[Row]:
        """The sub-tables of section 2, each with its own header."""
        rows: list[Row] = []
        for table in (table for table in self.catalogue.sub_tables if table.section == 2):
            columns = self.catalogue.column_sets[table.sub_table].get(self.form, ())
            if columns:
                rows += [[table.label_zh], ["信息内容", *(self._label(column) for column in columns)]]
                lines = (line for line in self.catalogue.lines if line.sub_table == table.sub_table)
                rows += [
                    [line.label_zh, *self._cells(line.line, columns)]
                    for line in lines
                    if line.form in (None, self.form)
                ]
        return rows

    def section_3(self) -> list[Row]:
        """The table of applications: three merged columns of labels, then seven of figures."""
        columns = self.catalogue.column_sets["applications"][None]
        labels = [self._label(column) for column in columns]
        return [
            [self.corner, None, None, "申请人情况", *[None] * 6],
            [None, None, None, labels[0], GROUP, None, None, None, None, labels[6]],
            [None, None, None, None, *labels[1:6], None],
            *([*before, *self._cells(line, columns)] for line, before in self._lines_of_section_3()),
        ]

    def section_4(self) -> list[Row]:
        """Reviews and lawsuits: three rows of header, one row of fifteen figures."""
        columns = self.catalogue.column_sets["reviews"][None]
        labels: Row = [self._label(column) for column in columns]
        name = {line.line: line.label_zh for line in self.catalogue.lines}
        review, *suits = [line.line for line in self.catalogue.lines_of_section(4)]
        gap: Row = [None] * (len(columns) - 1)
        return [
            [name[review], *gap, name["litigation"], *gap, *[None] * len(columns)],
            [*labels, name[suits[0]], *gap, name[suits[1]], *gap],
            [None, *gap, *labels, *labels],
            [cell for line in (review, *suits) for cell in self._cells(line, columns)],
        ]

    def _lines_of_section_3(self) -> Iterator[tuple[str, Row]]:
        """Each line that has figures, with what stands in the three columns before them."""
        counters: dict[str | None, int] = {}
        pending: Row = []
        for line in (line for line in self.catalogue.lines if self._is_application(line)):
            counters[line.parent_line] = counters.get(line.parent_line, 0) + 1
            depth = {None: 0, "results": 1}.get(line.parent_line, 2)
            label = _numbered(line, counters[line.parent_line]) + self.additions.get(line.line, "")
            pending = [*pending[:depth], *[None] * (depth - len(pending)), label]
            if line.role != "heading" and line.form in (None, self.form):
                yield line.line, [*pending, *[None] * (3 - len(pending))]
                pending = [None] * depth

    def _is_application(self, line: Line) -> bool:
        """In the form of 2021 the line of 2019 for what is left stands as a heading."""
        return line.sub_table == "applications" and (line.form in (None, self.form) or line.line == "other_all")

    def _label(self, column: str) -> str:
        found = next(c for c in self.catalogue.columns if c.column == column and c.form in (None, self.form))
        return found.label_zh + (self.money_unit if found.unit == "yuan" else "")

    def _cells(self, line: str, columns: tuple[str, ...]) -> list[str]:
        return [str(self.figures.get((line, column), "")) for column in columns]


def _numbered(line: Line, number: int) -> str:
    if line.parent_line is None:
        return f"{NUMERALS[number - 1]}、{line.label_zh}"
    if line.parent_line == "results":
        return f"({NUMERALS[number - 1]}){line.label_zh}"
    return f"{number}.{line.label_zh}"
