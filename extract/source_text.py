"""From bytes to lines of simplified Chinese, each beside the line as printed.

Belongs here: charset, script, pinyin in brackets. Doesn't belong here: cells (``extract.layouts``)
or anything that knows the form.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

import opencc

Script = Literal["simplified", "traditional", "traditional_pinyin"]

#: A page counts as traditional from this share of characters that have another simplified form.
TRADITIONAL_SHARE = 0.03
#: … and from so many of them: a short text in simplified script may hold a few.
FEWEST_TRADITIONAL = 4
#: A text file whose share of undecodable characters or control characters is above this isn't text.
GARBLED_SHARE = 0.01

_HAN = re.compile(r"[\u3400-\u9fff]")
_PINYIN = re.compile(r"(?<=[\u3400-\u9fff])[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿɡ]{1,7}[)）]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class SourceText:
    """The lines of a document: ``printed`` as they are, ``lines`` in simplified script."""

    printed: tuple[str, ...]
    lines: tuple[str, ...]
    script: Script


def decode(content: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 with its mark, or GB18030; None when it isn't text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _if_text(content.decode("utf-16", "replace"))
    try:
        return _if_text(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        pass
    lossy = content.decode("utf-8-sig", "replace")
    if lossy.count("\ufffd") <= GARBLED_SHARE * len(lossy):
        return _if_text(lossy)
    try:
        return _if_text(content.decode("gb18030"))
    except UnicodeDecodeError:
        return None


def _if_text(text: str) -> str | None:
    garbled = len(_CONTROL.findall(text)) + text.count("\ufffd")
    return None if "\0" in text or garbled > GARBLED_SHARE * len(text) else text


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def simplify(text: str) -> tuple[str, Script]:
    """The text in simplified script without pinyin in brackets, and the script it was printed in.

    A text in simplified script is left alone: some characters (乾, 著) are right in both scripts.
    """
    without_pinyin, pinyin_count = _PINYIN.subn("", text)
    converted = _converter().convert(without_pinyin)
    changed = sum(a != b for a, b in zip(without_pinyin, converted, strict=False))
    traditional = changed > max(FEWEST_TRADITIONAL, TRADITIONAL_SHARE * len(_HAN.findall(without_pinyin)))
    if pinyin_count and (traditional or pinyin_count > 10):
        return converted, "traditional_pinyin"
    return (converted, "traditional") if traditional else (text, "simplified")


def source_text(text: str) -> SourceText:
    """Split a document's text into lines, numbered from 1 by their position."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    simplified, script = simplify(unified)
    return SourceText(tuple(unified.split("\n")), tuple(simplified.split("\n")), script)
