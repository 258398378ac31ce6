"""Charsets, scripts and noise."""

import re
import subprocess
from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.layouts.stream import PrintedCell, joined
from extract.source_text import decode, simplified

TEXT = "政府信息公开工作年度报告\n规章 | 0 |\n"


def cells(text: str) -> list[PrintedCell]:
    return [PrintedCell(line, n, "cell_per_line", is_closed=False) for n, line in enumerate(text.split("\n"), start=1)]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_charsets(charset: str) -> None:
    assert decode(TEXT.encode(charset)) == TEXT


def test_declared_charset() -> None:
    assert decode("政府資訊公開".encode("big5"), "big5") == "政府資訊公開"


def test_text_cut_within_a_character() -> None:
    content = (TEXT * 50).encode()[:-5]
    text = decode(content)
    assert text is not None
    assert text.startswith(TEXT)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", bytes(range(256)) * 20, b"PK\x03\x04\0\0\0\0"])
def test_not_text(content: bytes) -> None:
    assert decode(content) is None


@pytest.mark.parametrize("text", [TEXT, "锛城的鐨字与銆字,都是生僻字。", "价格€5与銆"])
def test_text_read_once_is_left_alone(text: str) -> None:
    assert decode(text.encode()) == text


def test_simplified_text_is_left_alone() -> None:
    source, script = simplified(cells("乾县人民政府\n著作权"))
    assert script == "simplified"
    assert [cell.text for cell in source] == ["乾县人民政府", "著作权"]


def test_traditional_with_pinyin_keeps_its_lines() -> None:
    source, script = simplified(cells("雙柏縣政務(wù)服務(wù)管理局\n行政強(qiáng)制\n規(guī)章"))
    assert script == "traditional_pinyin"
    assert [cell.text for cell in source] == ["双柏县政务服务管理局", "行政强制", "规章"]
    assert source[1].raw_text == "行政強(qiáng)制"


@given(st.lists(st.sampled_from(["務(wù)" * 9, "務(wù)", "強(qiáng)", "複", "製", "乾", "隆", "2023", "0", "年", ","])))
def test_numbers_dont_change_what_is_simplified(printed: list[str]) -> None:
    """Lines are put into simplified script between their numbers; that gives what the whole line gives."""
    *_, line = simplified(cells(f"行政處(chǔ)罰(fá)強(qiáng)制規(guī)章數(shù)量\n{''.join(printed)}"))[0]
    assert line.text == opencc.OpenCC("t2s").convert("".join(printed).replace("(wù)", "").replace("(qiáng)", ""))


def test_traditional_without_pinyin() -> None:
    assert simplified(cells("規章、行政許可、行政處罰的本年新製作數量"))[1] == "traditional"


def test_each_word_of_the_converter_is_simplified(tmp_path: Path) -> None:
    """Also those of which no letter has a simplified form by itself, and letters beyond the first plane."""
    library = Path(opencc.__file__).parent / "clib"
    if not (library / "bin" / "opencc_dict").exists():
        pytest.skip("opencc comes without its tool: not tested whether each of its words is simplified")
    words: list[str] = []
    for name in ("TSPhrases", "TSCharacters", "TSCharactersExt"):
        dictionary, found = library / "share" / "opencc" / f"{name}.ocd2", tmp_path / name
        command = [library / "bin" / "opencc_dict", "-i", dictionary, "-o", found, "-f", "ocd2", "-t", "text"]
        subprocess.run(command, check=True, capture_output=True)
        words += [line.partition("\t")[0] for line in found.read_text().splitlines()]
    assert len(words) > 4000
    # lines are put into simplified script between their numbers
    assert not any(re.search("[0-9]", word) for word in words)
    source, _ = simplified(cells("\n".join(words)))
    assert [cell.text for cell in source] == list(map(opencc.OpenCC("t2s").convert, words))


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("规章</p>", "规章"),
        ("????5", "5"),
        ("<o:p> </o:p>", ""),
        ("a<b", "a<b"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("对吗?", "对吗?"),
    ],
)
def test_noise_is_taken_off_and_kept_as_printed(printed: str, text: str) -> None:
    source, _ = simplified(cells(printed))
    assert (source[0].text, source[0].raw_text) == (text, printed)


@pytest.mark.parametrize(
    ("lines", "text"),
    [(("结果", "维持"), "结果维持"), (("1", "2"), "1 2"), ((" 第(一)项", "", "5"), "第(一)项 5"), ((), "")],
)
def test_lines_of_a_cell(lines: tuple[str, ...], text: str) -> None:
    assert joined(lines) == text
