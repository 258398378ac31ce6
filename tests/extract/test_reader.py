"""Whole reports: figures of any report in any layout read back, and nothing else is taken for a report."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from extract import Catalogue, Document, Rejection, Report, ReportReader
from extract.formats import adapter_of
from extract.statutory_tables import StatutoryTables
from tests.report_writer import SCRIPTS, ReportWriter, Written
from tests.text_layouts import LAYOUTS, RAGGED, Layout

COUNTS = ["0", "0", "0", "1", "2", "17", "1328", "11398889"]
#: Tables of 200 figures are drawn from a seed: hypothesis then shrinks one number, not two hundred.
SEED = st.integers(0, 2**32)
RELAXED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(reader: ReportReader, text: str) -> Report | Rejection:
    return reader.read(Document("memory://report.txt", text.encode()))


def values(report: Report | Rejection) -> dict[tuple[str | None, str | None], Decimal]:
    assert isinstance(report, Report), report
    return {(cell.line, cell.column): cell.value for cell in report.cells if cell.value is not None}


def expected(written: Written) -> dict[tuple[str, str], Decimal]:
    """The figures in the units of staging: fees of the 2021 form are printed in 万元."""
    factor = {("administrative_fees", "amount"): 10000} if written.form == "2021" else {}
    return {key: Decimal(text) * factor.get(key, 1) for key, text in written.figures.items() if text}


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", ["2019", "2021"])
@given(seed=SEED)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_figure_reads_back(
    reader: ReportReader, writer: ReportWriter, form: str, layout: str, script: str, seed: int
) -> None:
    random = Random(seed)
    written = Written({key: random.choice(COUNTS) for key in writer.keys(form)}, form)
    report = read(reader, SCRIPTS[script](writer.text(written, LAYOUTS[layout])))
    assert values(report) == expected(written)
    assert isinstance(report, Report)
    assert (report.form, report.script) == (form, script)
    assert (report.header.agency_name, report.header.report_year) == ("青石县水务局", 2023)


def dropped(layout: Layout) -> Layout:
    """The layout of a page that lost its empty cells."""
    return lambda rows: layout([[cell for cell in row if cell != ""] for row in rows])


def moved_to_the_end(layout: Layout) -> Layout:
    """The layout of a page that prints empty cells as what merged cells leave behind."""
    return lambda rows: layout([[cell if cell != "" else None for cell in row] for row in rows])


@pytest.mark.parametrize("loss", [lambda layout: layout, dropped, moved_to_the_end], ids=["kept", "dropped", "moved"])
@pytest.mark.parametrize("layout", RAGGED)
@given(form=st.sampled_from(["2019", "2021"]), share=st.sampled_from([0.02, 0.3, 0.9]), seed=SEED)
@example(form="2021", share=0.3, seed=53)  # empty cells before a lone label are none of the row above
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_empty_cells_never_shift_a_figure(
    reader: ReportReader,
    writer: ReportWriter,
    layout: str,
    loss: Callable[[Layout], Layout],
    form: str,
    share: float,
    seed: int,
) -> None:
    random = Random(seed)
    figures = {key: "" if random.random() < share else random.choice("0015") for key in writer.keys(form)}
    written = Written(figures, form)
    report = read(reader, writer.text(written, loss(RAGGED[layout])))
    if isinstance(report, Report):
        right = expected(written)
        assert {key: value for key, value in values(report).items() if right.get(key) != value} == {}


def test_empty_cells_on_lines_of_their_own_are_blank(reader: ReportReader, writer: ReportWriter) -> None:
    """Only the total column is filled: six blanks, then the figure."""
    figures = {key: "4" for key in writer.keys("2021") if key[1] not in NATURAL_TO_OTHER}
    report = read(reader, writer.text(Written(figures), LAYOUTS["pipe_per_line"]))
    assert isinstance(report, Report)
    granted = {cell.column: (cell.value, cell.reading) for cell in report.cells if cell.line == "granted"}
    assert granted["total"] == (4, "read")
    assert {granted[column] for column in NATURAL_TO_OTHER} == {(None, "blank")}


NATURAL_TO_OTHER = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "social_welfare_organization",
    "legal_service_organization",
    "other_organization",
)


def test_lone_figures_are_ambiguous(reader: ReportReader, writer: ReportWriter) -> None:
    figures = dict.fromkeys(writer.keys("2021"), "")
    figures |= {("granted", "natural_person"): "3", ("administrative_review", "upheld"): "1"}
    report = read(reader, writer.text(Written(figures), dropped(LAYOUTS["pipe_per_line"])))
    assert isinstance(report, Report)
    lone = [cell for cell in report.cells if cell.reading == "ambiguous"]
    assert [(c.section, c.line, c.column, c.value, c.raw_text) for c in lone] == [
        (3, "granted", None, None, "3"),
        (4, None, None, None, "1"),
    ]


def test_units_and_remarks(reader: ReportReader, writer: ReportWriter) -> None:
    figures = dict.fromkeys(writer.keys("2021"), "0") | {("administrative_fees", "amount"): "86000元(罚没收入)"}
    report = read(reader, writer.text(Written(figures), LAYOUTS["pipe_row"]))
    assert isinstance(report, Report)
    fee = next(cell for cell in report.cells if cell.line == "administrative_fees")
    assert (fee.value, fee.unit, fee.remark, fee.raw_text) == (86000, "yuan", "罚没收入", "86000元(罚没收入)")


@pytest.mark.parametrize(("printed", "value", "unit"), [("8040", 8040, "unknown"), ("0", 0, "yuan")])
def test_money_without_unit(reader: ReportReader, writer: ReportWriter, printed: str, value: int, unit: str) -> None:
    figures = dict.fromkeys(writer.keys("2021"), "0") | {("administrative_fees", "amount"): printed}
    report = read(reader, writer.text(Written(figures, fee_unit=""), LAYOUTS["cell_per_line"]))
    assert isinstance(report, Report)
    fee = next(cell for cell in report.cells if cell.line == "administrative_fees")
    assert (fee.value, fee.unit) == (value, unit)


def test_unit_of_a_header_that_is_broken_over_lines(reader: ReportReader, writer: ReportWriter) -> None:
    figures = dict.fromkeys(writer.keys("2021"), "0") | {("administrative_fees", "amount"): "12.36"}
    text = writer.text(Written(figures), LAYOUTS["cell_per_line"]).replace("(单位:万元)", "(单位:\n万元)")
    report = read(reader, text)
    assert values(report)["administrative_fees", "amount"] == 123600


def test_source_lines_hold_what_they_say(reader: ReportReader, writer: ReportWriter) -> None:
    figures = {key: str(number) for number, key in enumerate(writer.keys("2021"), start=1000)}
    text = writer.text(Written(figures), LAYOUTS["pipe_per_line"])
    report = read(reader, text)
    assert isinstance(report, Report)
    lines = text.split("\n")
    assert len(report.cells) == len(figures)
    assert all(cell.raw_text in lines[cell.source_line - 1] for cell in report.cells)


def test_words_of_a_header_are_lines_of_its_table(catalogue: Catalogue, writer: ReportWriter) -> None:
    """Else they would count as sentences of the prose; what is printed beside a heading stays with it."""
    text = writer.text(Written(writer.balanced("2021", Random(1))), LAYOUTS["pipe_per_line"])
    document = Document("memory://report.txt", text.encode())
    found = StatutoryTables(catalogue).read(adapter_of(document)(document.content), "report").findings.lines
    lines = dict(enumerate(text.split("\n"), start=1))
    outside = [
        line for number, line in lines.items() if line.strip("|") != line and line.strip("|") and number not in found
    ]
    assert len(outside) == 1
    assert "勾稽关系" in outside[0]
    assert not [number for number in found if "|" not in lines[number]]


def test_both_forms_in_one_report_are_mixed(reader: ReportReader, writer: ReportWriter) -> None:
    old = writer.section_2(Written(dict.fromkeys(writer.keys("2019"), "1"), "2019"))[:4]
    new = writer.section_2(Written(dict.fromkeys(writer.keys("2021"), "2"), "2021"))[4:]
    report = read(reader, LAYOUTS["pipe_per_line"]([*old, *new]))
    assert isinstance(report, Report)
    assert report.form == "mixed"
    assert {cell.column for cell in report.cells if cell.value == 1} == {
        "newly_made",
        "newly_disclosed",
        "total_disclosed",
    }


def test_header_with_an_unknown_cell_tells_no_column(reader: ReportReader, writer: ReportWriter) -> None:
    written = Written(dict.fromkeys(writer.keys("2021"), "1"))
    report = read(reader, writer.text(written, LAYOUTS["pipe_per_line"]).replace("本年废止件数", "本年"))
    assert isinstance(report, Report)
    cells = [cell for cell in report.cells if cell.line in ("regulation", "normative_document")]
    assert {(cell.column, cell.value, cell.reading) for cell in cells} == {(None, None, "ambiguous")}


def test_unread_section_has_no_cells(reader: ReportReader, writer: ReportWriter) -> None:
    written = Written(dict.fromkeys(writer.keys("2021"), "0"), omitted_sections=frozenset({4}))
    report = read(reader, writer.text(written, LAYOUTS["pipe_per_line"]))
    assert isinstance(report, Report)
    assert {cell.section for cell in report.cells} == {2, 3}


def test_tables_as_pictures_are_a_report_without_figures(reader: ReportReader, writer: ReportWriter) -> None:
    written = Written({}, omitted_sections=frozenset({2, 3, 4}))
    report = read(reader, writer.text(written, LAYOUTS["cell_per_line"]))
    assert isinstance(report, Report)
    assert (report.tables_read, report.layout, report.cells) == (False, "none", ())


DOCUMENTS_HEADER = (
    "第二十条第(一)项 |\n|||\n信息内容 |\n本年制发件数 |\n本年废止件数 |\n现行有效件数 |\n规章 |\n0 |\n0 |\n0 |\n"
)
APPLICATIONS_HEADER = (
    "申请人情况 | 自然人 | 法人或其他组织 | 总计 |||||\n商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 ||||\n"
)
FULL_ROW = "一、本年新收政府信息公开申请数量 | 1 | 0 | 0 | 0 | 0 | 0 | 1 |||\n"


@pytest.mark.parametrize(
    "rows",
    [
        DOCUMENTS_HEADER + "行政规范性文件 |\n2 |\n其他主动公开文件 |\n5 |\n",
        DOCUMENTS_HEADER + "行政规范性文件 |\n2 |\n3 |\n5\n",
        DOCUMENTS_HEADER + "行政规范性文件 |\n2 3 |\n5 |\n",
        "信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量 |\n行政许可 | 1 | 2 | 3 |\n"
        "其他对外管理服务事项 | 行政检查 | 11 | 3 | |\n",
        APPLICATIONS_HEADER + FULL_ROW + "(六)其他处理 | 1.逾期不补正的 | 3 | 0 | 0 | 0 | 0 | 1 | |\n",
        APPLICATIONS_HEADER + "三、本年度办理结果 | (一)予以公开 | | 5 | 0 | 0 | 0 | 0 | 5 | |\n",
        APPLICATIONS_HEADER + "|二、上年结转政府信息公开申请数量|||1030|1031||1033|1034|||\n",
        APPLICATIONS_HEADER.replace("自然人", "总计", 1).replace("| 总计 |||||", "| 自然人 |||||")
        + "一、本年新收政府信息公开申请数量 | 9 | 8 | 1 | 0 | 0 | 0 | 0 |\n",
        "信息内容 | 本年处理决定数量 |\n行政处罚(简易程序) | 15 |\n行政处罚(普通程序) | 16 |\n",
        "信息内容 | 本年处理决定数量 |\n行政处罚(简易程序) | 15 |\n行政处罚(普通程序) | 15 |\n",
        "行政复议 | 行政诉讼 |\n结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 |\n未经复议直接起诉 | 复议后起诉 |\n2 | 0 | 1 | 3 | 6 |\n",
        "行政复议\n总计\n结果维持\n结果纠正\n其他结果\n尚未审结\n10\n1\n2\n3\n4\n",
    ],
)
def test_doubtful_rows_give_no_figure(reader: ReportReader, rows: str) -> None:
    """Only what is printed beyond doubt elsewhere in the same table is read; the doubtful row is kept as ambiguous."""
    title = "青石县水务局2023年政府信息公开工作年度报告\n一、总体情况\n五、存在的主要问题及改进情况\n六、其他需要报告的事项\n"
    report = read(reader, title + rows)
    assert isinstance(report, Report), report
    certain = {"regulation", "new_received", "administrative_licensing"} if "| 9 |" not in rows else set()
    assert {cell.line for cell in report.cells if cell.value is not None} <= certain
    assert [cell for cell in report.cells if cell.reading == "ambiguous"]


def test_each_form_keeps_its_table(reader: ReportReader) -> None:
    """规章 under the headers of both forms: different columns, nothing is lost."""
    rows = (
        "信息内容 | 本年新制作数量 | 本年新公开数量 | 对外公开总数量 |\n规章 | 0 | 0 | 0 |\n"
        "信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n规章 | 0 | 0 | 0 |\n"
    )
    assert len(values(read(reader, rows))) == 6


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            "信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n本单位未制作规章\n规范性文件\n1\n0\n1\n",
            "本单位未制作规章",
        ),
        (
            "信息内容 |\n本年处理决定数量 |\n行政许可 |\n5 |\n信息内容 |\n本年收费金额(单位:万元) |\n行政事业性收费 |\n约5万元 |\n",
            "约5万元",
        ),
    ],
)
def test_text_in_place_of_figures_is_not_blank(reader: ReportReader, rows: str, text: str) -> None:
    report = read(reader, rows)
    assert isinstance(report, Report), report
    assert [cell.raw_text for cell in report.cells if cell.reading == "unreadable"] == [text]
    assert not [cell for cell in report.cells if cell.reading == "blank"]


def test_blank_other_processing_is_blank(reader: ReportReader, writer: ReportWriter) -> None:
    figures = {key: "-" if key[0] == "other_all" else "0" for key in writer.keys("2019")}
    report = read(reader, writer.text(Written(figures, "2019"), LAYOUTS["pipe_row"]))
    assert isinstance(report, Report)
    assert [cell.reading for cell in report.cells if cell.line == "other_all"] == ["blank"] * 7


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "a.txt",
            "青石市人民政府办公室关于编制政府信息公开工作年度报告的通知\n请填写行政许可。",
            "not_an_annual_report",
        ),
        ("a.txt", "", "not_an_annual_report"),
        ("a.txt", "某律师事务所\n行政诉讼\n结果维持\n联系电话\n88123456", "not_an_annual_report"),
        (
            "a.txt",
            "青石县水务局2023年上半年政府信息公开情况报告\n信息内容\n本年处理决定数量\n行政许可\n5",
            "not_an_annual_report",
        ),
        ("a.txt", "××单位××年政府信息公开工作年度报告\n信息内容\n本年处理决定数量\n行政许可\n", "not_an_annual_report"),
        (
            "a.txt",
            "关于编制2023年政府信息公开工作年度报告的通知\n信息内容\n本年处理决定数量\n行政许可\n5\n",
            "not_an_annual_report",
        ),
        ("a.txt", "一则新闻\n今天天气好。\n12\n34", "not_an_annual_report"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "needs_ocr"),
        ("a.txt", b"\0\1\2\3", "unreadable"),
        ("a.doc", b"anything", "unsupported_format"),
        ("a", b"anything", "unsupported_format"),
    ],
)
def test_rejections(reader: ReportReader, name: str, content: str | bytes, reason: str) -> None:
    data = content.encode() if isinstance(content, str) else content
    outcome = reader.read(Document(f"file:///{name}", data))
    assert isinstance(outcome, Rejection)
    assert outcome.reason == reason
    assert outcome.detail


def test_blank_form_is_no_report(reader: ReportReader, writer: ReportWriter) -> None:
    written = Written({}, title="政府信息公开工作年度报告格式", opening=(), overview=(), closing=())
    outcome = read(reader, writer.text(written, LAYOUTS["pipe_per_line"]))
    assert isinstance(outcome, Rejection)
    assert outcome.reason == "not_an_annual_report"


def test_two_years_in_one_file_are_not_merged(reader: ReportReader, writer: ReportWriter) -> None:
    figures = dict.fromkeys(writer.keys("2021"), "1")
    both = [
        writer.text(Written(figures, title=f"青石县水务局{year}年政府信息公开工作年度报告"), LAYOUTS["pipe_row"])
        for year in (2022, 2023)
    ]
    outcome = read(reader, "\n".join(both))
    assert isinstance(outcome, Rejection)
    assert outcome.reason == "several_reports"


@given(st.binary(max_size=400))
@RELAXED
def test_any_bytes_give_an_answer(reader: ReportReader, content: bytes) -> None:
    assert isinstance(reader.read(Document("memory://a.txt", content)), Report | Rejection)


@given(data=st.data())
@RELAXED
def test_any_damage_gives_an_answer(reader: ReportReader, writer: ReportWriter, data: st.DataObject) -> None:
    written = Written(dict.fromkeys(writer.keys("2021"), "1"))
    lines = writer.text(written, LAYOUTS["pipe_per_line"]).split("\n")
    random = data.draw(st.randoms(use_true_random=False))
    kept = [line for line in lines if random.random() > 0.2]
    random.shuffle(kept[: len(kept) // 4])
    assert isinstance(read(reader, "\n".join(kept)), Report | Rejection)
