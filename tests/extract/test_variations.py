"""How real reports vary, one test for each: what was seen in layout, cells, labels, headings and noise.

Belongs here: a written report with one thing changed, as it was seen in print. Doesn't belong here:
headings, noise and look-alikes (``test_surroundings``),
headers and agencies (``test_header``), prose (``test_prose``), formats (``test_formats``).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from extract import Document, Rejection, Report, ReportReader
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import LAYOUTS, Layout, PrintedRow, opened_rows

Change = Callable[[str], str]
Values = Mapping[tuple[str | None, str | None], Decimal]


def figures(writer: ReportWriter, form: str = "2021") -> dict[tuple[str, str], str]:
    """Different figures in neighbouring cells, so that a shift shows."""
    return {key: str(number % 7 + number // 50) for number, key in enumerate(writer.keys(form))}


def outcome_of(reader: ReportReader, text: str) -> Report | Rejection:
    return reader.read(Document("file:///report.txt", text.encode()))


def read(reader: ReportReader, text: str) -> Report:
    outcome = outcome_of(reader, text)
    assert isinstance(outcome, Report), outcome
    return outcome


def values(report: Report) -> Values:
    return {(cell.line, cell.column): cell.value for cell in report.cells if cell.value is not None}


def expected(printed: Mapping[tuple[str, str], str], form: str = "2021") -> Values:
    factor = {("administrative_fees", "amount"): 10000} if form == "2021" else {}
    return {key: Decimal(text) * factor.get(key, 1) for key, text in printed.items() if text}


# -- layout ---------------------------------------------------------------------------------------


def closed_rows(rows: list[PrintedRow]) -> str:
    """Every row opens with a line of one pipe, and its last cell shares a line with what merged cells leave."""
    return "\n".join(
        "|\n" + "".join(f"{c} |\n" for c in row if c is not None)[:-1] + " |" * sum(c is None for c in row)
        for row in rows
    )


def mixed_pipes(rows: list[PrintedRow]) -> str:
    """No pipe in front in one table, one in the others."""
    text = LAYOUTS["pipe_row"](rows)
    return text if len(rows[0]) == 4 else "\n".join(f"| {line}" for line in text.split("\n"))


def with_empty_rows(rows: list[PrintedRow]) -> str:
    return f"| | | |\n{LAYOUTS['fenced_row'](rows)}\n| | | |"


def with_page_marks(rows: list[PrintedRow]) -> str:
    lines = LAYOUTS["cell_per_line"](rows).split("\n")
    for number, mark in enumerate(("- 4 -", "— 4 —", "第 5 页 共 9 页", "-5-")):
        lines.insert(len(lines) * (number + 1) // 6, mark)
    return "\n".join(lines)


def on_one_line(rows: list[PrintedRow]) -> str:
    return " ".join(cell for row in rows for cell in row if cell)


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize(
    "layout", [closed_rows, opened_rows, mixed_pipes, with_empty_rows], ids=lambda layout: layout.__name__
)
def test_layouts(reader: ReportReader, writer: ReportWriter, layout: Layout, form: str) -> None:
    printed = figures(writer, form)
    assert values(read(reader, writer.text(Written(printed, form), layout))) == expected(printed, form)


@pytest.mark.parametrize("mark", ["- 4 -", "— 4 —", "第 5 页 共 9 页", "-5-", "P. 8"])
@pytest.mark.parametrize("layout", ["cell_per_line", "pipe_per_line", "pipe_row", "spaced"])
def test_page_marks(reader: ReportReader, writer: ReportWriter, layout: str, mark: str) -> None:
    """A page ends between two rows of a table."""
    printed = figures(writer)
    text = writer.text(Written(printed), LAYOUTS[layout])
    for label in ("3.补正后", "2.重复申请", "行政强制"):
        text = text.replace(label, f"{mark}\n{label}", 1)
    assert values(read(reader, text)) == expected(printed)


@pytest.mark.parametrize("layout", ["cell_per_line", "pipe_row", "fenced_row", "spaced", "pipe_per_line"])
def test_whole_report_on_one_line(reader: ReportReader, writer: ReportWriter, layout: str) -> None:
    printed = figures(writer)
    report = read(reader, writer.text(Written(printed), LAYOUTS[layout]).replace("\n", " "))
    assert values(report) == expected(printed)
    assert (report.header.agency_name, report.header.report_year) == ("青石县水务局", 2023)


def test_fifteen_figures_on_a_line_below_a_header_in_pieces(reader: ReportReader, writer: ReportWriter) -> None:
    printed = figures(writer)
    text = writer.text(Written(printed), LAYOUTS["spaced"])
    whole = "结果维持 结果纠正 其他结果 尚未审结 总计"
    pieces = f"{' '.join(['结果 结果 其他 尚未 总'] * 3)}\n{' '.join(['维持 纠正 结果 审结 计'] * 3)}"
    text = text.replace(
        f"{whole} 未经复议直接起诉 复议后起诉\n{whole} {whole}", f"未经复议直接起诉 复议后起诉\n{pieces}"
    )
    assert pieces in text
    assert values(read(reader, text)) == expected(printed)


def test_one_row_tables_under_their_own_headings(reader: ReportReader, writer: ReportWriter) -> None:
    printed = figures(writer)

    def layout(rows: list[PrintedRow]) -> str:
        if len(rows[0]) != 10:
            return LAYOUTS["markdown"](rows)
        parts = []
        for row in rows[3:]:
            labels, cells = [cell for cell in row[:3] if cell], [cell or "" for cell in row[3:]]
            parts += [f"### {label}\n" for label in labels]
            header = f"| {' | '.join(f'数据{n}' for n in range(1, 8))} |\n|{'---|' * 7}"
            parts.append(f"{header}\n| {' | '.join(cells)} |\n")
        return "\n".join(parts)

    assert values(read(reader, writer.text(Written(printed), layout))) == expected(printed)


def test_figures_torn_from_their_labels(reader: ReportReader, writer: ReportWriter) -> None:
    """Two rows without labels between two labelled ones take the two missing lines; the mark says how."""
    printed = figures(writer)
    text = writer.text(Written(printed), LAYOUTS["fenced_row"])
    torn = ("| 2.其他法律行政法规禁止公开 ", "| 3.危及“三安全一稳定” ")
    for label in torn:
        assert label in text
        text = text.replace(label, "")
    report = read(reader, text)
    assert values(report) == expected(printed)
    by_order = {cell.line for cell in report.cells if cell.inference == "form_order"}
    assert by_order == {"denied_prohibited_by_law", "denied_security_stability"}


def test_too_few_torn_rows_stay_without_line(reader: ReportReader, writer: ReportWriter) -> None:
    printed = figures(writer)
    lines = writer.text(Written(printed), LAYOUTS["fenced_row"]).split("\n")
    lost = next(n for n, line in enumerate(lines) if "2.其他法律" in line)
    lines[lost + 1] = lines[lost + 1].replace("| 3.危及“三安全一稳定” ", "")
    del lines[lost]
    report = read(reader, "\n".join(lines))
    unread = {"denied_prohibited_by_law", "denied_security_stability"}
    assert values(report) == {key: value for key, value in expected(printed).items() if key[0] not in unread}
    assert [row.figures for row in report.unmapped_rows] == [7]


@pytest.mark.parametrize("filled", [("total",), ("natural_person", "total")])
@pytest.mark.parametrize("layout", ["pipe_per_line", "pipe_row", "fenced_row", "markdown", "blank_lines_for_blanks"])
def test_only_some_columns_filled(
    reader: ReportReader, writer: ReportWriter, layout: str, filled: tuple[str, ...]
) -> None:
    applicants = set(writer.catalogue.column_sets["applications"][None])
    printed = {
        k: "" if k[1] in applicants - set(filled) and k[0] in writer.applications else v
        for k, v in figures(writer).items()
    }
    report = read(reader, writer.text(Written(printed), LAYOUTS[layout]))
    assert values(report) == expected(printed)


def test_repeated_lines_dropped(reader: ReportReader, writer: ReportWriter) -> None:
    """A page that lost every line which repeats an earlier one: nothing that is left is taken for another cell."""
    printed = figures(writer)
    lines = writer.text(Written(printed), LAYOUTS["cell_per_line"]).split("\n")
    outcome = outcome_of(reader, "\n".join(dict.fromkeys(lines)))
    if isinstance(outcome, Report):
        right = expected(printed)
        assert {key: value for key, value in values(outcome).items() if right.get(key) != value} == {}


def misread_as_gbk(content: bytes) -> str:
    """The text that a browser shows for UTF-8 that it takes for GBK: pairs of bytes as letters, odd ones lost."""
    text, position = "", 0
    while position < len(content):
        pair = content[position : position + 2]
        if pair[0] < 0x80:
            pair = pair[:1]
        try:
            text += "€" if pair[0] == 0x80 else pair.decode("gb18030")
            position += 1 if pair[0] <= 0x80 else 2
        except UnicodeDecodeError:
            text += "?"
            position += 1
    return text


def test_utf_8_read_as_gbk(reader: ReportReader, writer: ReportWriter) -> None:
    printed = figures(writer)
    text = writer.text(Written(printed), LAYOUTS["pipe_row"])
    report = read(reader, misread_as_gbk(text.encode()))
    assert values(report) == expected(printed)
    assert report.header.report_year == 2023


def test_book_page_cut_at_both_ends(reader: ReportReader, writer: ReportWriter) -> None:
    """The page begins with the last rows of section 3; the title stands in its running head."""
    printed = figures(writer)
    lines = writer.text(Written(printed), LAYOUTS["spaced"]).split("\n")
    first = next(number for number, line in enumerate(lines) if line.startswith("(七)总计"))
    head = ["Page 8 - 青石县水务局2023年政府信息公开工作年度报告", "P. 8"]
    report = read(reader, "\n".join([*head, *lines[first:-3]]))
    sections = {"processed", "carried_forward", "administrative_review", "litigation_direct", "litigation_after_review"}
    assert values(report) == {key: value for key, value in expected(printed).items() if key[0] in sections}


# -- labels and headers ---------------------------------------------------------------------------

LABELS: dict[str, tuple[str, dict[str, str]]] = {
    "typo": ("2021", {"行政事业性收费": "行政事业型收费"}),
    "typo of a column": ("2021", {"科研机构": "科研企业"}),
    "letters lost": ("2021", {"2.其他法律行政法规禁止公开": "2.其他法律行政止公开"}),
    "第 missing": ("2021", {"第二十条第(一)项": "第二十条(一)项", "第二十条第(五)项": "第二十条(五)项"}),
    "space inside": (
        "2021",
        {"第二十条第(一)项": "第二十条 第(一)项", "自然人": "自然 人", "社会公益组织": "社会 公益 组织"},
    ),
    "long prefix": ("2019", {"第二十条": "中华人民共和国政府信息公开条例 第二十条"}),
    "sub-heading missing": ("2021", {"第二十条第(一)项": "", "第二十条第(六)项": ""}),
    "rule of the corner": ("2021", {"(本列数据的勾稽关系为": "数据的勾稽关系为"}),
    "explanations": (
        "2019",
        {"上一年项目数量": "上一年项目数量(指2019年事项数)", "本年增/减": "本年增/减(减用负值表示,如-8)"},
    ),
    "normative documents": ("2021", {"规范性文件": "行政规范性文件"}),
    "one letter lost": ("2019", {"本年增/减": "本年增/"}),
    "short other": ("2019", {"(六)其他处理": "(六)其他"}),
    "mixed numbering": ("2021", {"1.申请人": "1、申请人", "2.申请人": "2、申请人"}),
    "quotes": ("2021", {"“三安全一稳定”": "「三安全一稳定」"}),
    "wide brackets": ("2021", {"(": "（", ")": "）", ",": "，"}),
    "lost bracket": ("2021", {"(一)予以公开": "一)予以公开"}),
    "data columns": ("2021", {"自然人": "数据1", "商业企业": "数据2", "科研机构": "数据3"}),
    "header of another table": ("2021", {"自然人": "本年新收件数", "商业企业": "上年结转件数", "科研机构": "予以公开"}),
    "total among the columns": (
        "2021",
        {" | 总计 |||": " |||||", "法律服务机构 | 其他 |": "法律服务机构 | 其他 | 总计 |"},
    ),
}


@pytest.mark.parametrize("layout", ["pipe_row", "fenced_row"])
@pytest.mark.parametrize("name", LABELS)
def test_labels(reader: ReportReader, writer: ReportWriter, name: str, layout: str) -> None:
    form, changes = LABELS[name]
    printed = figures(writer, form)
    text = writer.text(Written(printed, form), LAYOUTS[layout])
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    report = read(reader, text)
    assert values(report) == expected(printed, form)
    assert report.form == form


@pytest.mark.parametrize("layout", ["pipe_per_line", "cell_per_line"])
@pytest.mark.parametrize("name", ["typo", "letters lost", "explanations", "one letter lost", "mixed numbering"])
def test_labels_on_lines(reader: ReportReader, writer: ReportWriter, name: str, layout: str) -> None:
    test_labels(reader, writer, name, layout)


def test_near_miss_is_recorded(reader: ReportReader, writer: ReportWriter) -> None:
    text = writer.text(Written(figures(writer)), LAYOUTS["pipe_row"]).replace("行政事业性收费", "行政事业型收费")
    distances = {cell.line: cell.label_distance for cell in read(reader, text).cells}
    assert (distances["administrative_fees"], distances["administrative_licensing"]) == (1, 0)


def test_row_the_catalogue_does_not_know(reader: ReportReader, writer: ReportWriter) -> None:
    printed = figures(writer, "2019")
    text = writer.text(Written(printed, "2019"), LAYOUTS["pipe_row"])
    extra = "其他主动公开文件 | 150 | 70 | 221 |\n第二十条第(五)项"
    report = read(reader, text.replace("第二十条第(五)项", extra, 1))
    assert values(report) == expected(printed, "2019")
    assert [(row.label, row.raw_text, row.figures) for row in report.unmapped_rows] == [
        ("其他主动公开文件", "150 | 70 | 221", 3)
    ]


@pytest.mark.parametrize(
    ("form", "header", "line"),
    [
        ("2019", "本年新 | 本年新 | 对外公开总数量", "regulation"),
        ("2019", "本年新制作数量 | 本年新制作数量 | 对外公开总数量", "regulation"),
        ("2019", "上一年项目数量 | 本年增/减 | 总数", "regulation"),
    ],
)
def test_header_that_does_not_tell_its_columns(
    reader: ReportReader, writer: ReportWriter, form: str, header: str, line: str
) -> None:
    """A truncated or repeated header names no column: its figures stay ambiguous, the rest is read."""
    printed = figures(writer, form)
    text = writer.text(Written(printed, form), LAYOUTS["pipe_row"])
    report = read(reader, text.replace("本年新制作数量 | 本年新公开数量 | 对外公开总数量", header))
    lost = {key for key in printed if key[0] in ("regulation", "normative_document")}
    assert values(report) == {key: value for key, value in expected(printed, form).items() if key not in lost}
    assert sum(cell.reading == "ambiguous" and cell.line == line for cell in report.cells) == 3


def test_header_of_another_sub_table(reader: ReportReader, writer: ReportWriter) -> None:
    """（九） below 上一年项目数量 | 本年增/减: what the header says isn't what the line has, so nothing is read."""
    printed = figures(writer, "2019")
    text = writer.text(Written(printed, "2019"), LAYOUTS["pipe_row"])
    report = read(reader, text.replace("采购项目数量 | 采购总金额", "上一年项目数量 | 本年增/减"))
    right = {key: value for key, value in expected(printed, "2019").items() if key[0] != "centralized_procurement"}
    assert values(report) == right
    assert sum(c.reading == "ambiguous" and c.line == "centralized_procurement" for c in report.cells) == 2


def test_header_of_both_forms(reader: ReportReader, writer: ReportWriter) -> None:
    text = writer.text(Written(figures(writer)), LAYOUTS["pipe_row"])
    header = "本年制发件数 | 本年废止件数 | 现行有效件数"
    report = read(reader, text.replace(header, "本年新制作数量 | 本年新公开数量 | 对外公开总数量"))
    assert report.form == "mixed"


def test_words_of_labels_run_together(reader: ReportReader, writer: ReportWriter) -> None:
    printed = figures(writer)
    text = writer.text(Written(printed), LAYOUTS["spaced"])
    for fused in ("信息内容 本年制发件数 本年废止件数 现行有效件数", "信息内容 本年处理决定数量", "行政复议 行政诉讼"):
        assert fused in text
        text = text.replace(fused, fused.replace(" ", ""))
    assert values(read(reader, text)) == expected(printed)


def test_vertical_words(reader: ReportReader, writer: ReportWriter) -> None:
    printed = figures(writer)
    text = writer.text(Written(printed), LAYOUTS["cell_per_line"])
    text = text.replace("三、本年度办理结果", "\n".join("三、本年度办理结果")).replace("(三)不予公开", "(三)不\n予公开")
    assert values(read(reader, text)) == expected(printed)


def test_group_label_torn_by_a_page(reader: ReportReader, writer: ReportWriter) -> None:
    printed = figures(writer)
    text = writer.text(Written(printed), LAYOUTS["pipe_per_line"])
    text = text.replace("(四)无法提供 |", "(四)无").replace("3.补正后", "- 3 -\n法提供\n3.补正后")
    assert values(read(reader, text)) == expected(printed)


def test_one_line_for_other_processing_in_the_2021_form(reader: ReportReader, writer: ReportWriter) -> None:
    printed = {key: text for key, text in figures(writer).items() if not key[0].startswith("other_")}
    text = writer.text(Written(printed), LAYOUTS["pipe_row"])
    kept = [
        line for line in text.split("\n") if "1.申请人" not in line and "2.申请人" not in line and "3.其他" not in line
    ]
    row = next(n for n, line in enumerate(kept) if "(七)总计" in line)
    kept.insert(row, "(六)其他处理 | 1 | 2 | 3 | 4 | 5 | 6 | 21 |")
    report = read(reader, "\n".join(kept))
    assert report.form == "2021"
    assert {c.column: c.value for c in report.cells if c.line == "other_all"} == dict(
        zip(writer.catalogue.column_sets["applications"][None], (1, 2, 3, 4, 5, 6, 21), strict=True)
    )
