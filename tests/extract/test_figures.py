"""Texts of cells as found in print, and what they say. A bug adds its line here."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract import Catalogue
from extract.figures import FigureReader


@pytest.fixture(scope="module")
def figures(catalogue: Catalogue) -> FigureReader:
    return FigureReader(catalogue)


@pytest.mark.parametrize(
    ("text", "value", "factor", "remark"),
    [
        ("0", "0", None, None),
        (" 5", "5", None, None),
        ("\u00a053", "53", None, None),
        ("11398889", "11398889", None, None),
        ("１２", "12", None, None),
        ("1,234", "1234", None, None),
        ("1，234，567.5", "1234567.5", None, None),
        ("+3", "3", None, None),
        ("-1", "-1", None, None),
        ("-0", "0", None, None),
        ("--253", "-253", None, "--"),
        ("增815", "815", None, None),
        ("增加12", "12", None, None),
        ("减7", "-7", None, None),
        ("减少1328", "-1328", None, None),
        ("无", "0", None, "无"),
        ("未增未减", "0", None, "未增未减"),
        ("10057.84万元", "10057.84", 10000, None),
        ("2601.953875万", "2601.953875", 10000, None),
        ("251000元", "251000", 1, None),
        ("709455.9元", "709455.9", 1, None),
        ("1.2亿元", "1.2", 100000000, None),
        ("12.5(万元)", "12.5", 10000, "万元"),
        ("86000元(罚没收入)", "86000", 1, "罚没收入"),
        ("22（其中修订 16 件）", "22", None, "其中修订16件"),
        ("31批次", "31", None, "批次"),
        ("149.673874", "149.673874", None, None),
    ],
)
def test_figure(figures: FigureReader, text: str, value: str, factor: int | None, remark: str | None) -> None:
    figure = figures.read(text)
    assert figure is not None
    assert (figure.value, figure.money_factor, figure.remark) == (Decimal(value), factor, remark)


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "-", "—", "——", "/", "／", "－"])
def test_blank(figures: FigureReader, text: str) -> None:
    figure = figures.read(text)
    assert figure is not None
    assert figure.is_blank


@pytest.mark.parametrize(
    "text",
    [
        "本单位未制作规章", "7.8%", "2021/8/16", "12-13", "1.2.3", "12,34", "- 4 -", "规章", "捕获2.PNG", "12a", "约5",
        "9" * 16, "0.1234567", "15 3", "5 5", "１２３４５６７８９０" * 10,
    ],
)  # fmt: skip
def test_not_a_figure(figures: FigureReader, text: str) -> None:
    assert figures.read(text) is None


@given(st.integers(1 - 10**15, 10**15 - 1), st.integers(0, 6))
def test_printed_number_reads_back(catalogue: Catalogue, number: int, places: int) -> None:
    value = Decimal(number).scaleb(-places)
    figure = FigureReader(catalogue).read(f"{value:f}")
    assert figure is not None
    assert figure.value == value


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(catalogue: Catalogue, text: str) -> None:
    figure = FigureReader(catalogue).read(text)
    assert figure is None or figure.is_blank or figure.value is not None


@pytest.mark.parametrize(
    ("header", "factor"),
    [
        ("本年收费金额(单位:万元)", 10000),
        ("本年收费金额（单位：元）", 1),
        ("采购总金额(万元,保留四位小数)", 10000),
        ("采购总金额", None),
        ("本年收费金额(单位:某元)", None),
        ("本年收费金额(单位 万元)", 10000),
    ],
)
def test_unit_of_header(figures: FigureReader, header: str, factor: int | None) -> None:
    assert figures.money_factor(header) == factor
