"""Reports as other programs hand them on: repeated merged cells, grid tables, hidden text, labels cut by a layout.

Belongs here: what converters and editors do to a table that was whole. Doesn't belong here: how reports
themselves vary (``test_variations``), or the formats when they are whole (``test_formats``).
"""

import pytest

from extract import Report, ReportReader
from tests import web_writer
from tests.extract.test_variations import expected, figures, outcome_of, read, values
from tests.grid import Table, positions
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import LAYOUTS


def repeated(table: Table) -> list[list[str]]:
    """Each merged cell in every row and column that it covers."""
    places = positions(table)
    width = max(
        column + cell.columns
        for row, at in zip(table, places, strict=True)
        for cell, column in zip(row, at, strict=True)
    )
    rows = [[""] * width for _ in table]
    for number, (row, at) in enumerate(zip(table, places, strict=True)):
        for cell, column in zip(row, at, strict=True):
            for below in rows[number : number + cell.rows]:
                below[column : column + cell.columns] = [cell.text] * cell.columns
    return rows


def as_markdown(rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n"


def as_pipes(rows: list[list[str]]) -> str:
    return "\n".join(" | ".join(row) for row in rows)


def as_pandoc_grid(rows: list[list[str]]) -> str:
    rule = "+" + "-----+" * len(rows[0])
    return "\n".join([rule, *(f"| {' | '.join(row)} |\n{rule}" for row in rows)]).replace(
        rule, rule.replace("-", "="), 2
    )


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("write", [as_markdown, as_pipes], ids=lambda write: write.__name__)
def test_repeated_merged_cells(reader: ReportReader, writer: ReportWriter, write, form: str) -> None:
    printed = figures(writer, form)
    parts = [b if isinstance(b, str) else write(repeated(b)) for b in writer.blocks(Written(printed, form))]
    assert values(read(reader, "\n".join(parts))) == expected(printed, form)


def test_grid_tables_of_pandoc(reader: ReportReader, writer: ReportWriter) -> None:
    printed = figures(writer)

    def layout(rows: list[list[str | None]]) -> str:
        return as_pandoc_grid([[cell or "" for cell in row] for row in rows])

    assert values(read(reader, writer.text(Written(printed), layout))) == expected(printed)


def test_empty_cells_written_as_not_a_number(reader: ReportReader, writer: ReportWriter) -> None:
    printed = figures(writer)

    def layout(rows: list[list[str | None]]) -> str:
        return as_markdown([[cell or "NaN" for cell in row] for row in rows])

    assert values(read(reader, writer.text(Written(printed), layout))) == expected(printed)


def page(writer: ReportWriter, printed: dict[tuple[str, str], str]) -> str:
    return web_writer.page(writer.blocks(Written(printed))).decode()


def read_page(reader: ReportReader, text: str) -> Report:
    from extract import Document

    outcome = reader.read(Document("file:///report.html", text.encode()))
    assert isinstance(outcome, Report), outcome
    return outcome


@pytest.mark.parametrize(
    "cell",
    [
        '<td><span style="display:none">99</span>3</td>',
        "<td><span hidden>99</span>3</td>",
        "<td><s>8</s>3</td>",
        "<td><del>8</del>3</td>",
        "<td>3<sup>1</sup></td>",
        '<td><input type="text" value="3"></td>',
        '<td><b style="DISPLAY: none">7</b><p>3</p></td>',
    ],
)
def test_text_that_is_not_shown_is_no_figure(reader: ReportReader, writer: ReportWriter, cell: str) -> None:
    printed = dict.fromkeys(writer.keys("2021"), "3")
    assert values(read_page(reader, page(writer, printed).replace("<td>3</td>", cell))) == expected(printed)


def test_hidden_copy_of_the_tables(reader: ReportReader, writer: ReportWriter) -> None:
    shown, hidden = figures(writer), dict.fromkeys(writer.keys("2021"), "77")
    text = page(writer, shown)
    copy = page(writer, hidden).split("<body>")[1].split("</body>")[0]
    report = read_page(reader, text.replace("</body>", f"<div style='display: none'>{copy}</div></body>"))
    assert values(report) == expected(shown)


def test_tables_that_only_a_script_shows_are_read(reader: ReportReader, writer: ReportWriter) -> None:
    printed = figures(writer)
    text = (
        page(writer, printed).replace("<body>", "<body><div style='display:none'>").replace("</body>", "</div></body>")
    )
    assert values(read_page(reader, text)) == expected(printed)


def test_note_below_a_row_with_blanks(reader: ReportReader, writer: ReportWriter) -> None:
    printed = {k: "" if k[0] == "carried_forward" and k[1] != "total" else v for k, v in figures(writer).items()}
    text = page(writer, printed)
    for note in ("<p>注:总计包含上年结转3件</p>", ""):
        assert values(read_page(reader, text.replace("<p>四、政府", f"{note}<p>四、政府"))) == expected(printed)


def test_empty_row_below_section_4_adds_nothing(reader: ReportReader, writer: ReportWriter) -> None:
    printed = figures(writer)
    head, _, tail = page(writer, printed).rpartition("</tbody>")
    report = read_page(reader, f"{head}<tr height=0>{'<td></td>' * 15}</tr></tbody>{tail}")
    assert values(report) == expected(printed)
    assert len([cell for cell in report.cells if cell.section == 4]) == 15


def test_one_cell_too_many_in_a_row_with_blanks_is_ambiguous(reader: ReportReader, writer: ReportWriter) -> None:
    """An empty cell in front moves the row by one: nothing of it is guessed."""
    printed = figures(writer) | {("granted", "total"): ""}
    text = page(writer, printed)
    label, _, rest = text.partition("(一)予以公开</td>")
    report = read_page(reader, f"{label}(一)予以公开</td><td></td>{rest}")
    assert {cell.reading for cell in report.cells if cell.line == "granted"} == {"ambiguous"}


@pytest.mark.parametrize("mark", ["3 / 5", "3 － 5", "Page 3 of 5", "第 3 页/共 5 页"])
@pytest.mark.parametrize("layout", ["cell_per_line", "cell_per_paragraph"])
def test_page_mark_between_a_label_and_its_figures(
    reader: ReportReader, writer: ReportWriter, layout: str, mark: str
) -> None:
    printed = figures(writer)
    text = writer.text(Written(printed), LAYOUTS[layout])
    outcome = outcome_of(reader, text.replace("2.重复申请\n", f"2.重复申请\n{mark}\n"))
    assert isinstance(outcome, Report)
    right = expected(printed)
    assert {key: value for key, value in values(outcome).items() if right.get(key) != value} == {}
    assert len(values(outcome)) >= len(right) - 7


LONG = {
    "(二)部分公开(区分处理的,只计这一情形,不计其他情形)": ("(二)部分公开(区分处理的,只计这一情形,不", "计其他情形)"),
    "5.要求行政机关确认或重新出具已获取信息": ("5.要求行政机关确认或重新出", "具已获取信息"),
}


@pytest.mark.parametrize("label", LONG)
def test_label_that_goes_on_below_its_figures(reader: ReportReader, writer: ReportWriter, label: str) -> None:
    printed = figures(writer)
    first, rest = LONG[label]
    lines = writer.text(Written(printed), LAYOUTS["spaced"]).split("\n")
    at = next(number for number, line in enumerate(lines) if label in line)
    lines[at : at + 1] = [lines[at].replace(label, first), rest]
    assert values(read(reader, "\n".join(lines))) == expected(printed)


def test_introduction_that_names_the_notice_is_no_notice(reader: ReportReader, writer: ReportWriter) -> None:
    printed = figures(writer)
    opening = ("本报告根据条例和办公厅", "关于印发政府信息公开工作年度报告格式的通知", "编制。")
    report = read(reader, writer.text(Written(printed, opening=opening), LAYOUTS["pipe_row"]))
    assert values(report) == expected(printed)


@pytest.mark.parametrize(
    "title", ["青石县水务局关于2023年度政府信息公开工作的年度报告", "青石县水务局关于2023年政府信息公开工作情况的报告"]
)
def test_agency_before_about(reader: ReportReader, writer: ReportWriter, title: str) -> None:
    report = read(reader, writer.text(Written(figures(writer), title=title), LAYOUTS["pipe_row"]))
    assert report.header.agency_name == "青石县水务局"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(七)总计", "(七)合计"),
        ("3.其他 |", "3.其它 |"),
        ("3.其他 |", "3.其他情形 |"),
        ("四、结转下年度继续办理", "四、结转下年度"),
        ("本年制发件数", "制发件数"),
    ],
)
def test_other_words_for_a_label(reader: ReportReader, writer: ReportWriter, old: str, new: str) -> None:
    printed = figures(writer)
    text = writer.text(Written(printed), LAYOUTS["pipe_row"])
    assert old in text
    assert values(read(reader, text.replace(old, new))) == expected(printed)
