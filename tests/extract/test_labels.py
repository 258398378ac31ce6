"""Labels as found in print, and what they are taken for. A bug adds its line here."""

import unicodedata
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import Catalogue
from extract.labels import Label, LabelIndex, _labels_of, label_keys


@pytest.fixture(scope="module")
def index(catalogue: Catalogue) -> LabelIndex:
    return LabelIndex(catalogue)


def anything(_: Label) -> bool:
    return True


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("规章", "regulation"),
        ("规章(设区的市提供)", "regulation"),
        ("行政规范性文件", "normative_document"),
        ("规范性文件", "normative_document"),
        ("第二十条第（一）项", "documents"),
        ("第二十条(八)项", "fees"),
        ("第二十条 第(五)项", "licensing"),
        ("本年收费金额（单位：万元）", "amount"),
        ("本年增/减(指2020年增减数,减用负值表示,如-8)", "items_change"),
        ("一、本年新收政府信息公开申请数量", "new_received"),
        ("(二)部分公开(区分处理的,只计这一情形,不计其他情形)", "partially_granted"),
        ("3.危及“三安全一稳定”", "denied_security_stability"),
        ('3、危及"三安全一稳定"', "denied_security_stability"),
        ("(六)其他", "other_all"),
        ("四、结转下年度继续办理", "carried_forward"),
        ("四、政府信息公开行政复议、行政诉讼情况", "4"),
        ("一,、总体情况", "1"),
        ("总体情况", "1"),
        ("科研企业", "research_institution"),
    ],
)
def test_exact(index: LabelIndex, text: str, code: str) -> None:
    match = index.exact(text, anything)
    assert match is not None
    assert match.label.code == code


def test_other_needs_its_place(index: LabelIndex) -> None:
    assert index.exact("其他", anything) is None
    column = index.exact("其他", lambda label: label.kind == "column")
    line = index.exact("3.其他", lambda label: label.kind == "line")
    assert column is not None
    assert line is not None
    assert (column.label.code, line.label.code) == ("other_organization", "other_misc")


@pytest.mark.parametrize(
    ("text", "code", "distance"),
    [
        ("行政事业型收费", "administrative_fees", 1),
        ("2.其他法律行政止公开", "denied_prohibited_by_law", 3),
        ("2.申请人逾期逾期未按收费通知要求缴纳费用、行政机关不再处理请政府信息公开申请", "other_fee_unpaid", 3),
    ],
)
def test_near(index: LabelIndex, text: str, code: str, distance: int) -> None:
    assert index.exact(text, anything) is None
    match = index.near(text, anything)
    assert match is not None
    assert (match.label.code, match.distance) == (code, distance)


@pytest.mark.parametrize(
    "text",
    [
        "行政处理",
        "三、本年结转政府信息公开申请数量",
        "非规范性文件",
        "四、结转下年度继续办理 0",
        "行政检查",
        "结果维正",
        "本年新",
        "",
        "公开",
        "本单位未制作规章",
    ],
)
def test_too_far_or_between_two(index: LabelIndex, text: str) -> None:
    assert index.near(text, anything) is None


def test_keys_of_nothing() -> None:
    assert label_keys("()、,") == ()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_what_seems_no_label_holds_none(catalogue: Catalogue, index: LabelIndex, seed: int) -> None:
    """The quick look at a text's letters rules out nothing that the labels themselves would find."""
    random = Random(seed)
    labels = [text for text, _ in _labels_of(catalogue)]
    marks = [
        "一、",
        "(一)",
        "1.",
        "3、",
        "十二、",
        "2023年",
        "12",
        "其中",
        "收到",
        "全年",
        "(注:)",
        *"()（）件｜。〇①年本局︰５十、",
    ]
    for _ in range(200):
        pieces = [random.choice(random.choice((labels, marks, [_part(random, labels)]))) for _ in range(3)]
        text = "".join(pieces[: random.randint(1, 3)])
        if index.is_no_label(text):
            assert not any(key in index._labels for key in label_keys(text)), text
            assert not index._cover("".join(unicodedata.normalize("NFKC", text).split()), 0, lambda _: True, {}), text


def _part(random: Random, labels: Sequence[str]) -> str:
    label = random.choice(labels)
    begin = random.randrange(len(label))
    return label[begin : begin + random.randint(1, 6)]
