"""From bytes to text, and from printed cells to cells in simplified Chinese.

Belongs here: charset, script, pinyin in brackets, the noise that other programs left in the text.
Doesn't belong here: where cells begin and end (``extract.layouts``) or anything that knows the form.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from operator import ne
from typing import Literal, NamedTuple

import opencc

from extract.layouts.stream import PrintedCell, cell_of
from extract.layouts.templates import STAND_IN, CondensedCells, Template
from extract.remembered import Remembered

Script = Literal["simplified", "traditional", "traditional_pinyin"]

#: A page counts as traditional from this share of characters that have another simplified form.
TRADITIONAL_SHARE = 0.03
#: … and from so many of them: a short text in simplified script may hold a few.
FEWEST_TRADITIONAL = 4
#: A text in simplified script with more syllables in brackets than this is annotated all the same.
FEWEST_PINYIN = 10
#: A line is put into simplified script between its numbers where these are so many letters apart: to call the converter
#: for each of a few letters takes forty times as long as for all of them.
FEWEST_LETTERS_BETWEEN_NUMBERS = 10
#: A text file whose share of undecodable characters or control characters is above this isn't text.
GARBLED_SHARE = 0.01
#: UTF-8 that was read as GBK reads back as UTF-8 but for this share of its letters.
LOST_SHARE = 0.2

_NOT_HAN = re.compile(r"[^\u3400-\u9fff]+")
_PINYIN = re.compile(r"(?<=[\u3400-\u9fff])[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿɡ]{1,7}[)）]")
_DIGITS = re.compile(r"([0-9]+)")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
#: Bytes that stand for control characters, which are no white space, in every charset here but UTF-16.
_CONTROL_BYTES = bytes([*range(0x09), *range(0x0E, 0x20), 0x7F])
_CONTROLS = "".join(map(chr, (*range(0x00, 0x09), *range(0x0E, 0x20), 0x7F)))
#: What web editors and bad decoders leave in a text: tags, runs of question marks in place of spaces.
_NOISE = re.compile(r"</?[A-Za-z][A-Za-z:]{0,15}(?:[^\S\n][^<>\n]{0,200})?/?>|\?{2,}|&nbsp;?")
#: A file within the text, such as a picture: megabytes without a word.
_EMBEDDED = re.compile(r"data:[\w.+-]{1,80}/[\w.+-]{1,80}(?:;[\w.=+-]{1,80}){0,5};base64,[A-Za-z0-9+/=]*")
#: Letters that GBK makes of the most frequent Chinese letters and marks in UTF-8: 的 ， 。
_MISREAD = "鐨锛銆"
#: Letters that have another simplified form only within some words.
SIMPLIFIED_IN_WORDS = "沈坏藉哩覆衹瞭甦"
#: Marks that a page doesn't show.
_UNPRINTED = "\ufeff\u200b\u200c\u200d\u2060\u00ad"


def decode(content: bytes, declared: str | None = None) -> str | None:
    """The text of a file in UTF-8, UTF-16 with its mark, or GB18030; None when it isn't text.

    ``declared`` is the charset that the page names: it is tried where the bytes are not UTF-8.
    """
    if (plain := plain_utf8(content)) is not None:
        return plain
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _if_text(content.decode("utf-16", "replace"))
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return _if_text(_read_once(content.decode()))
    except UnicodeDecodeError:
        pass
    lossy = content.decode("utf-8", "replace")
    if lossy.count("\ufffd") <= GARBLED_SHARE * len(lossy):
        return _if_text(lossy)
    charset = "big5hkscs" if (declared or "").lower().startswith("big5") else "gb18030"
    text = content.decode(charset, "replace")
    return _if_text(_read_once(text))


def plain_utf8(content: bytes) -> str | None:
    """The text of a file in UTF-8 in which there is nothing to mend; None for any other."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    if len(content.translate(None, _CONTROL_BYTES)) != len(content):
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if "\ufffd" in text or may_be_misread(text) else text


def may_be_misread(text: str) -> bool:
    """Whether a text has letters that come from UTF-8 read as GBK, and hardly from anything else."""
    return any(letter in text for letter in _MISREAD)


def _if_text(text: str) -> str | None:
    # counted letter by letter: a list of what was found could be many times the text
    garbled = text.count("\ufffd") + (sum(map(text.count, _CONTROLS)) if _CONTROL.search(text) else 0)
    return None if "\0" in text or garbled > GARBLED_SHARE * len(text) else text


def _read_once(text: str) -> str:
    """The text as written, where its UTF-8 was taken for GBK and decoded once too often."""
    if "\0" in text or not may_be_misread(text):
        return text
    # GBK has no € but a byte that stands for it alone; no letter of GB18030 holds the byte 0
    taken_back = text.replace("€", "\0").encode("gb18030", "replace").replace(b"\0", b"\x80")
    written = taken_back.decode("utf-8", "replace")
    return written.replace("\ufffd", "") if written.count("\ufffd") <= LOST_SHARE * len(written) else text


def without_embedded(text: str) -> str:
    """The text without the files that are embedded in it as ``data:`` addresses."""
    return _EMBEDDED.sub("data:", text) if ";base64," in text else text


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def in_simplified_script(text: str) -> str:
    """The text with each letter that has a simplified form in that form."""
    return _converter().convert(text)


@cache
def _changing() -> re.Pattern[str]:
    """A letter of any line that isn't read as printed: it has a simplified form, or may belong to pinyin or noise."""
    letters = [chr(number) for number in range(0x80, 0x10000) if not 0xD800 <= number < 0xE000]
    forms = in_simplified_script("\n".join(letters)).split("\n")
    simplified = "".join(letter for letter, form in zip(letters, forms, strict=True) if letter != form)
    return re.compile(f"[{simplified}{SIMPLIFIED_IN_WORDS}\U00010000-\U0010ffff(（<?&\n{_UNPRINTED}]")


class _Form(NamedTuple):
    """A line that isn't as printed: without noise, that in simplified script, and how much there was to simplify."""

    text: str
    simplified: str
    syllables: int
    changed: int


class _Words(NamedTuple):
    """What stands between two numbers of a line without pinyin in simplified script, and how much that changed.

    No word of either script has digits in it, nor has pinyin: a whole line gives the same.
    """

    simplified: str
    syllables: int
    changed: int


def simplified(cells: Sequence[PrintedCell]) -> tuple[Sequence[PrintedCell], Script]:
    """The cells with their text in simplified script and without noise, and the script they were printed in.

    A text in simplified script is left alone but for the noise: some characters (乾, 著) are right in both scripts.
    """
    forms = _forms_of_all([cell[0] for cell in cells])
    filled = cells.filled if isinstance(cells, CondensedCells) else ()
    templates = [_forms_of(one.template) for one in filled]
    found = list(filter(None, chain(forms, *[template.found for template in templates])))
    if not found:
        return cells, "simplified"
    script = _script(chain((cell.text for cell in cells), *(one.texts() for one in filled)), found)
    as_read = _read_in(script, cells, forms)
    if isinstance(cells, CondensedCells):
        return cells.with_other(as_read, [template.read_in(script) for template in templates]), script
    return as_read, script


def _read_in(script: Script, cells: Sequence[PrintedCell], forms: Sequence[_Form | None]) -> list[PrintedCell]:
    """The cells of a page in this script as they are read."""
    is_simplified = script == "simplified"
    return [
        cell if form is None else cell_of((form[0] if is_simplified else form[1], *cell[1:6], cell[0]))
        for cell, form in zip(cells, forms, strict=True)
    ]


class _TemplateForms:
    """The forms of a template's cells, and the template as it is read in pages of either script."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._forms = [_FORMS[cell.text] for cell in template.cells]
        self.found = list(filter(None, self._forms))
        self._read: dict[bool, Template] = {}

    def read_in(self, script: Script) -> Template:
        """The template in a page of this script."""
        is_simplified = script == "simplified"
        if not self.found:
            return self._template
        if is_simplified not in self._read:
            cells = _read_in(script, self._template.cells, self._forms)
            self._read[is_simplified] = self._template.with_cells(cells)
        return self._read[is_simplified]


def _forms_of(template: Template) -> _TemplateForms:
    if "forms" not in template.notes:
        template.notes["forms"] = _TemplateForms(template)
    return template.notes["forms"]


def _script(texts: Iterable[str], forms: Sequence[_Form]) -> Script:
    """The script of a page, by the lines of it that aren't as printed."""
    is_traditional = _is_traditional(texts, sum([form.changed for form in forms]))
    syllables = sum([form.syllables for form in forms])
    if syllables and (is_traditional or syllables > FEWEST_PINYIN):
        return "traditional_pinyin"
    return "traditional" if is_traditional else "simplified"


def _is_traditional(texts: Iterable[str], changed: int) -> bool:
    if changed <= FEWEST_TRADITIONAL:
        return False
    text = "".join(text for text in texts if not text.startswith(STAND_IN))
    # counted letter by letter only where the count of all characters, which is larger, doesn't tell
    return changed > TRADITIONAL_SHARE * len(text) or changed > TRADITIONAL_SHARE * len(_NOT_HAN.sub("", text))


def _forms_of_all(lines: list[str]) -> Sequence[_Form | None]:
    """The forms of lines; where none has a letter that may change, they aren't looked at one by one."""
    if not _changing().search("".join(lines)) and list(map(str.strip, lines)) == lines:
        return [None] * len(lines)
    return list(map(_FORMS.__getitem__, lines))


def _form(line: str) -> _Form | None:
    """A line's form, or None for a line that stays as it is in every script."""
    if not _changing().search(line):  # to convert a line takes several times as long
        return None if (stripped := line.strip()) == line else _Form(stripped, stripped, 0, 0)
    text = _without_unprinted(line.replace("\n", " "))
    pieces = _DIGITS.split(text)
    if len(text) < FEWEST_LETTERS_BETWEEN_NUMBERS * (len(pieces) // 2):
        pieces = [text]
    words = list(map(_WORDS.__getitem__, pieces[::2]))
    pieces[::2] = [one.simplified for one in words]
    converted, clean = "".join(pieces), _without_noise(text)
    if converted == text:
        return None if clean == line else _Form(clean, clean, 0, 0)
    return _Form(
        clean, _without_noise(converted), sum([one.syllables for one in words]), sum([one.changed for one in words])
    )


def _words(text: str) -> _Words:
    without_pinyin, syllables = _PINYIN.subn("", text) if "(" in text or "（" in text else (text, 0)
    converted = in_simplified_script(without_pinyin)
    return _Words(converted, syllables, sum(map(ne, without_pinyin, converted)))


_FORMS = Remembered(_form, most=32768, longest=100)
#: Sentences of reports repeat each other but for their figures; with pinyin they are long.
_WORDS = Remembered(_words, most=16384, longest=400)


def _without_noise(text: str) -> str:
    has_noise = "<" in text or "??" in text or "&nbsp" in text
    return (_NOISE.sub(" ", text) if has_noise else text).strip()


def _without_unprinted(text: str) -> str:
    for mark in _UNPRINTED:
        if mark in text:
            text = text.replace(mark, "")
    return text
