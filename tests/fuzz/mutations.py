"""Damages good documents at random, the same way for the same seed.

Belongs here: what is done to bytes, to text, to the parts of an archive and to the rows of a shard. Doesn't
belong here: the good documents (``tests.fuzz.originals``), reading the damaged ones (``tests.fuzz.worker``).
"""

import copy
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from lxml import etree  # ty: ignore[missing-module-member] - compiled, and without type hints

from extract.catalogue.model import Catalogue
from tests.fuzz.originals import Original, json_shard, originals, parquet_shard
from tests.fuzz.worker import Case, Key

#: Damage that makes a document larger than this is cut off.
LARGEST = 2_000_000
MOST_DAMAGES = 4

#: What is put into a document: marks of all formats where nobody expects them.
TOKENS: tuple[bytes, ...] = (
    *(b"\0", b"\x01", b"\x0b", b"\x0c", b"\x1a", b"\x1b", b"\x7f", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\r", b"\t"),
    *("\ud800".encode("utf-8", "surrogatepass"), rb"\ud800", rb"\udfff\ud800", rb"\u0000", b"&#xD800;", b"&#0;"),
    *(b"&lol;", b"&#x110000;", b"&#99999999999;", b"&amp", b"&nbsp;" * 50, b"<!DOCTYPE x [<!ENTITY a 'b'>]>"),
    *(b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<table>", b"</table>", b"<tr>", b"</td>", b"<td colspan=999999999>"),
    *(b"<td rowspan='-1'>", b"<pre>", b"<svg>", b"<math>", b"<template>", b"<select>", b"<script>", b"<plaintext>"),
    *(b"<b id=1><p>x", b"<", b">", b'"', b"'", b"|", b"||||", b"---", b"|---|", b"\\", b"(", b")", b"{", b"[", b"]"),
    *(
        "（".encode(),
        "《".encode(),
        "年".encode(),
        "第".encode(),
        "一、".encode(),
        "\u3000".encode() * 9,
        "\u2028".encode(),
    ),
    *(
        "\ufdfa".encode() * 20,
        "㎢".encode(),
        "①".encode(),
        "٣".encode(),
        "\U0001f600".encode(),
        "e\u0301".encode() * 30,
    ),
    *(b"1" * 400, b"1," * 60, b"-" * 300, b"." * 300, b"1e999", b"NaN", b"-0", b"obj", b"endstream", b"endobj", b"R"),
    *(b" 0 0 cm ", b" 1e38 1e38 l S ", b"q " * 40, b"PK\x03\x04", b"PK\x05\x06", b"PAR1", b"_x0000_", b"_xD800_"),
)
NUMBERS = (
    *(b"0", b"-1", b"1", b"255", b"65535", b"65536", b"2147483647", b"2147483648", b"4294967295", b"4294967296"),
    *(b"18446744073709551616", b"999999999", b"9" * 40, b"9" * 400, b"9" * 5000, b"1e308", b"1e-400", b"0.0000001"),
)
TEXTS = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1",
        "7",
        "99999999",
        "9" * 400,
        "1e308",
        "1.5",
        "true",
        "restart",
        "continue",
        "A1",
        "XFD1048576",
    ),
    *(
        "A1:XFD1048576",
        "B2:A1",
        "ZZZ0",
        "年",
        "其他",
        "总计",
        "信息内容",
        "规章",
        "_x0000__xD800_",
        "\u2028",
        "n",
        "s",
        "inlineStr",
    ),
)

_NUMBER = re.compile(rb"\d+")
_TAG = re.compile(rb"</?[A-Za-z][^<>]{0,200}>")

#: A document, another one of its format, a source of chance: the damaged document.
Damage = Callable[[bytes, bytes, Random], bytes]


@dataclass(frozen=True)
class DamagedCases:
    """The damaged documents of a seed, by their numbers."""

    seed: int

    def __call__(self, catalogue: Catalogue) -> Callable[[Key], Case]:
        pool = originals(catalogue)
        return lambda number: case(pool, self.seed, int(number))


def case(pool: dict[str, list[Original]], seed: int, number: int) -> Case:
    """The document of a number; formats take turns."""
    random = Random(f"{seed}:{number}")
    name = sorted(pool)[number % len(pool)]
    original, other = random.choice(pool[name]), random.choice(pool[name])
    kind = _kind_of_damage(name, random)
    content, damages = KINDS[kind](original, other, random, pool)
    return Case(number, name, original.suffix, content[:LARGEST], (kind, *damages))


def _kind_of_damage(name: str, random: Random) -> str:
    """Mostly what is inside is damaged: damage to an archive as a whole is soon seen."""
    inner = {"docx": "parts", "xlsx": "parts", "parquet": "rows", "jsonl": "rows"}.get(name)
    return inner if inner and random.random() < 0.7 else "bytes"


def damaged(content: bytes, other: bytes, random: Random) -> tuple[bytes, tuple[str, ...]]:
    """A document with one to ``MOST_DAMAGES`` damages, and their names."""
    names = random.choices(list(DAMAGES), k=random.randint(1, MOST_DAMAGES))
    for name in names:
        content = DAMAGES[name](content, other, random)[:LARGEST]
    return content, tuple(names)


# -- damages ----------------------------------------------------------------------------------


def _slice(content: bytes, random: Random, longest: int = 4000) -> tuple[int, int]:
    begin = random.randint(0, len(content))
    return begin, min(len(content), begin + random.randint(0, random.choice((8, 80, longest))))


def flipped(content: bytes, other: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(random.choice((1, 3, 30))):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def cut(content: bytes, other: bytes, random: Random) -> bytes:
    begin, end = _slice(content, random)
    return random.choice((content[:begin], content[begin:], content[:begin] + content[end:]))


def doubled(content: bytes, other: bytes, random: Random) -> bytes:
    begin, end = _slice(content, random)
    return content[:begin] + content[begin:end] * random.choice((2, 3, 50, 1000)) + content[end:]


def inserted(content: bytes, other: bytes, random: Random) -> bytes:
    begin, _ = _slice(content, random)
    piece = random.choice(TOKENS) if random.random() < 0.8 else random.randbytes(random.randint(1, 64))
    return content[:begin] + piece * random.choice((1, 1, 2, 100)) + content[begin:]


def overwritten(content: bytes, other: bytes, random: Random) -> bytes:
    begin, end = _slice(content, random, 400)
    return content[:begin] + random.choice((bytes(end - begin), random.randbytes(end - begin))) + content[end:]


def crossed(content: bytes, other: bytes, random: Random) -> bytes:
    begin, end = _slice(content, random)
    first, last = _slice(other, random, 40_000)
    return random.choice(
        (content[:begin] + other[first:], content[:begin] + other[first:last] + content[end:], content + other)
    )


def renumbered(content: bytes, other: bytes, random: Random) -> bytes:
    """Other numbers in place of some, among them those in attributes."""
    share = random.choice((0.002, 0.05, 1))
    number = random.choice(NUMBERS)
    return _NUMBER.sub(lambda match: number if random.random() < share else match[0], content)


def nested(content: bytes, other: bytes, random: Random) -> bytes:
    """A tag of the document many times over, closed or not."""
    tags = [match[0] for match in _TAG.finditer(content)] or [b"<div>", b"(", b"["]
    tag = random.choice(tags)
    begin, _ = _slice(content, random)
    return content[:begin] + tag * random.choice((10, 300, 3000)) + content[begin:]


def without_breaks(content: bytes, other: bytes, random: Random) -> bytes:
    """Long lines: the breaks of a stretch taken out, or put between all letters of one."""
    begin, end = _slice(content, random, 100_000)
    piece = content[begin:end]
    piece = piece.replace(b"\n", b"") if random.random() < 0.7 else b"\n".join(bytes([byte]) for byte in piece)
    return content[:begin] + piece + content[end:]


def shuffled(content: bytes, other: bytes, random: Random) -> bytes:
    """The lines, or what stands between tags, in another order."""
    mark = b"\n" if content.count(b"\n") > 10 else b">"
    pieces = content.split(mark)
    begin = random.randrange(len(pieces))
    some = pieces[begin : begin + random.choice((3, 30, 3000))]
    random.shuffle(some)
    return mark.join([*pieces[:begin], *some, *pieces[begin + len(some) :]])


DAMAGES: dict[str, Damage] = {
    damage.__name__: damage
    for damage in (
        *(flipped, cut, doubled, inserted, inserted, overwritten),
        *(crossed, renumbered, nested, without_breaks, shuffled),
    )
}

# -- what is damaged --------------------------------------------------------------------------

Damaged = tuple[bytes, tuple[str, ...]]


def in_bytes(original: Original, other: Original, random: Random, pool: dict[str, list[Original]]) -> Damaged:
    return damaged(original.content, other.content, random)


def in_parts(original: Original, other: Original, random: Random, pool: dict[str, list[Original]]) -> Damaged:
    """An archive whose own marks are sound, and whose parts are not."""
    with zipfile.ZipFile(io.BytesIO(original.content)) as archive, zipfile.ZipFile(io.BytesIO(other.content)) as second:
        parts = {name: archive.read(name) for name in archive.namelist()}
        others = {name: second.read(name) for name in second.namelist()}
    # the parts that hold what is printed are the longest
    names = sorted(parts, key=lambda name: -len(parts[name]))[: random.choice((1, 1, 3, len(parts)))]
    name = random.choice(names)
    if random.random() < 0.5:
        parts[name], damages = in_tree(parts[name], random), ("in_tree",)
    else:
        parts[name], damages = damaged(parts[name], others.get(name, b""), random)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", random.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return buffer.getvalue(), (name, *damages)


def in_tree(content: bytes, random: Random) -> bytes:
    """Well-formed XML whose elements stand elsewhere, or several times, or with other texts and attributes."""
    try:
        root = etree.fromstring(content)
    except etree.XMLSyntaxError:
        return content
    for _ in range(random.choice((1, 5, 50))):
        elements = list(root.iter(etree.Element))
        element, other = random.choice(elements), random.choice(elements)
        kind = random.randrange(5)
        if kind == 0:
            element.text = random.choice(TEXTS)
        elif kind == 1:
            values = other.attrib.values() or TEXTS
            element.attrib.update({name: random.choice([*values, *TEXTS]) for name in element.attrib})
        elif kind == 2:
            other.append(copy.deepcopy(element))
        elif element is not root and element not in other.iterancestors() and element is not other:
            other.append(element) if kind == 3 else element.getparent().remove(element)
    return etree.tostring(root)


def in_rows(original: Original, other: Original, random: Random, pool: dict[str, list[Original]]) -> Damaged:
    """A sound shard of damaged documents."""
    kinds = [name for name in sorted(pool) if name not in ("parquet", "jsonl")]
    rows, done = [], []
    for _ in range(4):
        document, second = (random.choice(pool[random.choice(kinds)]) for _ in range(2))
        content, damages = damaged(document.content, second.content, random)
        rows.append(document._replace(content=content))
        done += damages
    if original.suffix == ".jsonl":
        return json_shard(rows, is_ascii=random.random() < 0.5), tuple(done)
    return parquet_shard(rows, random.choice(("snappy", "none"))), tuple(done)


KINDS: dict[str, Callable[[Original, Original, Random, dict[str, list[Original]]], Damaged]] = {
    "bytes": in_bytes,
    "parts": in_parts,
    "rows": in_rows,
}
