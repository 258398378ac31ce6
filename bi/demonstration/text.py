"""An invented report as Markdown, by the labels of the catalogue.

Belongs here: the words, and the layout. Doesn't belong here: the tables of the form (``form``), the figures
(``figures``).
"""

from collections.abc import Iterator

from bi.demonstration.agencies import Agency
from bi.demonstration.figures import Figures
from bi.demonstration.form import NUMERALS, FormTables, Row
from extract.catalogue.model import Catalogue

MONEY_UNIT = "(单位:元)"
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
                form_tables = FormTables(self._catalogue, form, figures, MONEY_UNIT)
                tables = {2: form_tables.section_2, 3: form_tables.section_3, 4: form_tables.section_4}
                yield from markdown(tables[section.section]())


def markdown(rows: list[Row]) -> list[str]:
    """The rows as a table, all as wide as the widest, merged cells as empty ones."""
    width = max(map(len, rows))
    lines = [f"| {' | '.join([*(cell or '' for cell in row), *[''] * (width - len(row))])} |" for row in rows]
    return ["", lines[0], "|" + "---|" * width, *lines[1:], ""]
