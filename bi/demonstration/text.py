"""An invented report as Markdown, by the labels of the catalogue.

Belongs here: the words and the tables of the form. Doesn't belong here: the figures, the form's labels.
"""

from collections.abc import Iterator

from bi.demonstration.agencies import Agency
from bi.demonstration.figures import Figures
from extract.catalogue.model import Catalogue, Line

NUMERALS = "一二三四五六七八九"
#: What closes every title; every name of an agency says so too.
INVENTED_TITLE = "(虚构演示)"
NOTICE = "本文为软件演示而虚构,数字由程序随机生成,与任何机关无关。"


class DemonstrationText:
    """Writes reports by the labels of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def report(self, agency: Agency, year: int, form: str, figures: Figures, published_on: str | None) -> str:
        """The whole report."""
        return "\n".join(self._lines(agency, year, form, figures, published_on)) + "\n"

    def _lines(self, agency: Agency, year: int, form: str, figures: Figures, published_on: str | None) -> Iterator[str]:
        yield f"{agency.name}{year}年政府信息公开工作年度报告{INVENTED_TITLE}"
        if published_on:
            yield f"发布日期:{published_on}"
        yield NOTICE
        yield f"本报告统计期限为{year}年1月1日至{year}年12月31日。"
        received = figures["new_received", "total"]
        prose = {1: f"{agency.speaker}共收到政府信息公开申请{received}件。", 5: "无。", 6: "无。"}
        for section in self._catalogue.sections:
            yield f"{NUMERALS[section.section - 1]}、{section.label_zh}"
            if section.section in prose:
                yield prose[section.section]
            else:
                tables = {2: self._section_2, 3: self._section_3, 4: self._section_4}
                yield from markdown(tables[section.section](form, figures))

    def _label(self, column: str, form: str) -> str:
        found = next(c for c in self._catalogue.columns if c.column == column and c.form in (None, form))
        return found.label_zh + ("(单位:元)" if found.unit == "yuan" else "")

    def _section_2(self, form: str, figures: Figures) -> list[list[str]]:
        rows: list[list[str]] = []
        for table in (table for table in self._catalogue.sub_tables if table.section == 2):
            columns = self._catalogue.column_sets[table.sub_table].get(form, ())
            if columns:
                rows += [[table.label_zh or ""], ["信息内容", *(self._label(column, form) for column in columns)]]
                lines = [each for each in self._catalogue.lines if each.sub_table == table.sub_table]
                rows += [
                    [line.label_zh, *(str(figures[line.line, column]) for column in columns)]
                    for line in lines
                    if line.form in (None, form)
                ]
        return rows

    def _section_3(self, form: str, figures: Figures) -> list[list[str]]:
        columns = self._catalogue.column_sets["applications"][None]
        labels = [self._label(column, form) for column in columns]
        rows = [
            ["", "", "", "申请人情况"],
            ["", "", "", labels[0], "法人或其他组织", "", "", "", "", labels[6]],
            ["", "", "", "", *labels[1:6]],
        ]
        counters: dict[str | None, int] = {}
        pending: list[str] = []
        for line in (line for line in self._catalogue.lines if _is_on_form(line, form)):
            counters[line.parent_line] = counters.get(line.parent_line, 0) + 1
            depth = {None: 0, "results": 1}.get(line.parent_line, 2)
            label = _numbered(line, counters[line.parent_line])
            pending = [*pending[:depth], *[""] * (depth - len(pending)), label]
            if (line.line, "total") in figures:
                cells = [str(figures[line.line, column]) for column in columns]
                rows.append([*pending, *[""] * (3 - len(pending)), *cells])
                pending = [""] * depth
        return rows

    def _section_4(self, form: str, figures: Figures) -> list[list[str]]:
        columns = self._catalogue.column_sets["reviews"][None]
        labels = [self._label(column, form) for column in columns]
        name = {line.line: line.label_zh for line in self._catalogue.lines}
        review, *suits = [line.line for line in self._catalogue.lines_of_section(4)]
        gap = [""] * (len(columns) - 1)
        return [
            [name[review], *gap, name["litigation"]],
            [*labels, name[suits[0]], *gap, name[suits[1]]],
            ["", *gap, *labels, *labels],
            [str(figures[line, column]) for line in (review, *suits) for column in columns],
        ]


def _is_on_form(line: Line, form: str) -> bool:
    return line.sub_table == "applications" and (line.form in (None, form) or line.line == "other_all")


def _numbered(line: Line, number: int) -> str:
    if line.parent_line is None:
        return f"{NUMERALS[number - 1]}、{line.label_zh}"
    if line.parent_line == "results":
        return f"({NUMERALS[number - 1]}){line.label_zh}"
    return f"{number}.{line.label_zh}"


def markdown(rows: list[list[str]]) -> list[str]:
    """The rows as a table, all as wide as the widest, merged cells as empty ones."""
    width = max(map(len, rows))
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return ["", lines[0], "|" + "---|" * width, *lines[1:], ""]
