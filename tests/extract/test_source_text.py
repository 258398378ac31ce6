"""Charsets and scripts."""

import pytest

from extract.source_text import decode, source_text

TEXT = "政府信息公开工作年度报告\n规章 | 0 |\n"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_charsets(charset: str) -> None:
    assert decode(TEXT.encode(charset)) == TEXT


def test_text_cut_within_a_character() -> None:
    content = (TEXT * 50).encode()[:-5]
    text = decode(content)
    assert text is not None
    assert text.startswith(TEXT)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", bytes(range(256)) * 20, b"PK\x03\x04\0\0\0\0"])
def test_not_text(content: bytes) -> None:
    assert decode(content) is None


def test_simplified_text_is_left_alone() -> None:
    source = source_text("乾县人民政府\n著作权")
    assert source.script == "simplified"
    assert source.lines == ("乾县人民政府", "著作权")


def test_traditional_with_pinyin_keeps_its_lines() -> None:
    source = source_text("雙柏縣政務(wù)服務(wù)管理局\r\n行政強(qiáng)制 |\r\n規(guī)章")
    assert source.script == "traditional_pinyin"
    assert source.lines == ("双柏县政务服务管理局", "行政强制 |", "规章")
    assert source.printed[1] == "行政強(qiáng)制 |"


def test_traditional_without_pinyin() -> None:
    assert source_text("規章、行政許可、行政處罰的本年新製作數量").script == "traditional"
