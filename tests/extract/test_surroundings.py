"""What stands around the tables of real reports, one test for each: headings, noise, pages that only look like a report.

Belongs here: a written report with one thing around its tables changed, as it was seen. Doesn't belong
here: the tables themselves (``test_variations``).
"""

from collections.abc import Callable

import pytest

from extract import Rejection, ReportReader
from tests.extract.test_variations import expected, figures, outcome_of, read, values
from tests.report_writer import ReportWriter, Written, traditional
from tests.text_layouts import LAYOUTS

Change = Callable[[str], str]

# -- headings and order ---------------------------------------------------------------------------

HEADINGS: dict[str, dict[str, str]] = {
    "none": dict.fromkeys(("二、主动公开政府信息情况\n", "三、收到和处理政府信息公开申请情况\n"), ""),
    "no numerals": {"二、主动公开": "主动公开", "一、总体情况": "总体情况", "四、政府信息": "政府信息"},
    "numbers run twice": {"二、主动公开": "一、主动公开", "三、收到和": "二、收到和", "四、政府信息": "三、政府信息"},
    "wrong number": {"二、主动公开": "三、主动公开"},
    "doubled words": {"二、主动公开政府信息": "二、主动公开政府政府", "三、收到和处理": "三、收到的处理"},
    "other words": {"四、政府信息公开行政复议、行政诉讼情况": "四、因政府信息公开工作被申请行政复议提起行政诉讼情况"},
    "overview": {"一、总体情况": "一、概述"},
    "problems": {"五、存在的主要问题及改进情况": "五、存在的主要问题及整改措施"},
    "older parts": {"五、存在的主要问题及改进情况": "五、政府信息公开收费及减免情况\n2\n六、存在的主要问题及改进情况"},
    "sentence between": {
        "三、收到和处理政府信息公开申请情况\n": "三、收到和处理政府信息公开申请情况\n全年收到8件,办结5件。\n17\n"
    },
    "note below": {"五、存在": "注:复议数量含上年度结转数量。\n五、存在"},
    "menu words": {"青石县水务局2023年": "行政规范性文件\n行政许可\n青石县水务局2023年"},
    "comma in the mark": {"一、总体": "一,、总体", "二、主动": "二,、主动", "三、收到": "三,、收到"},
}


@pytest.mark.parametrize("layout", ["pipe_row", "cell_per_line", "pipe_per_line", "spaced"])
@pytest.mark.parametrize("name", HEADINGS)
def test_headings(reader: ReportReader, writer: ReportWriter, name: str, layout: str) -> None:
    printed = figures(writer)
    text = writer.text(Written(printed), LAYOUTS[layout])
    for old, new in HEADINGS[name].items():
        assert old in text
        text = text.replace(old, new, 1)
    assert values(read(reader, text)) == expected(printed)


# -- script and noise -----------------------------------------------------------------------------

NOISE: dict[str, Change] = {
    "spaces as question marks": lambda text: text.replace(" 3 |", "????3 |").replace("规章 ", "???规章????"),
    "leftovers of templates": lambda text: (
        "{{ title }}\n" + text.replace("规章 ", "规章</p> ").replace("3 |", "3</span> |")
    ),
    "metadata with pipes": lambda text: (
        "| 索引号 | 014314799/2024-00002 | 分类 | 其他 |\n| 发文日期 | 2024-01-20 |\n" + text
    ),
    "traditional": traditional,
    "traditional with leftovers": lambda text: traditional(text).replace("規範性", "規范性"),
    "files for documents": lambda text: traditional(text).replace("文件", "檔案"),
    "windows line breaks": lambda text: text.replace("\n", "\r\n"),
    "no-break spaces": lambda text: text.replace(" | ", "\u00a0|\u00a0").replace("本年", "本年\u200b"),
    "full-width digits": lambda text: text.replace(" 3 |", " ３ |").replace(" 5 |", " ５ |"),
}


@pytest.mark.parametrize("name", NOISE)
def test_noise(reader: ReportReader, writer: ReportWriter, name: str) -> None:
    printed = figures(writer)
    assert values(read(reader, NOISE[name](writer.text(Written(printed), LAYOUTS["pipe_row"])))) == expected(printed)


# -- look-alikes ----------------------------------------------------------------------------------


def test_essay_with_its_digits_removed(reader: ReportReader, writer: ReportWriter) -> None:
    text = writer.text(Written({}, title="某某局政府信息公开工作年度报告"), LAYOUTS["cell_per_line"])
    outcome = outcome_of(reader, "".join(letter for letter in text if not letter.isdigit()))
    assert isinstance(outcome, Rejection)
    assert outcome.reason == "not_an_annual_report"


@pytest.mark.parametrize(
    "text",
    [
        "青石县水务局政府信息公开工作年度报告\n本单位2023年度报告将于近日公布,敬请关注。\n",
        "政府信息公开情况统计表\n指标名称 | 代码 | 数量 |\n主动公开政府信息数 | 01 | |\n行政复议数量 | 33 | |\n行政诉讼数量 | 35 | |\n",
        "2023年第一季度政府信息公开情况\n信息内容 | 本年处理决定数量 |\n行政许可 | 5 |\n",
        "青石县水务局2023年政府信息公开工作半年报告\n信息内容 | 本年处理决定数量 |\n行政许可 | 5 |\n",
    ],
)
def test_look_alikes(reader: ReportReader, text: str) -> None:
    outcome = outcome_of(reader, text)
    assert isinstance(outcome, Rejection), outcome
    assert outcome.reason == "not_an_annual_report"
