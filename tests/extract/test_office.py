"""Word documents and workbooks: every cell reads back at its place, and hostile files are refused."""

import contextlib
from collections.abc import Callable, Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.layouts import docx, sheet
from extract.layouts.stream import PrintedCell, Refused, joined
from tests import office_writers
from tests.grid import Block, GridCell, Table, positions
from tests.office_xml import Said, archive, c, document, p, rows, said, stored, tbl, tc, tr, word, workbook

RELAXED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = st.sampled_from(
    ["", "", "0", "17", "1328", "-", "12.5", "结果\n维持", "1\n2", "规范性文件", "a b", " 5 ", "007"]
)
LINE = st.sampled_from(["", "一、总体情况", "公开 12 件", " x ", "1|2"])


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table whose grid is wholly covered, some of its cells merged."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    free = {(row, column) for row in range(height) for column in range(width)}
    table: Table = [[] for _ in range(height)]
    for row in range(height):
        for column in range(width):
            if (row, column) not in free:
                continue
            columns = draw(st.sampled_from([1, 1, 1, 2, 3]))
            columns = next((n for n in range(1, columns + 1) if (row, column + n) not in free), columns)
            rows = min(draw(st.sampled_from([1, 1, 1, 2, 3])), height - row)
            free -= {(row + down, column + right) for down in range(rows) for right in range(columns)}
            table[row].append(GridCell(draw(TEXT), rows, columns))
    return table


BLOCKS = st.lists(st.one_of(LINE, tables()), max_size=4)


def rows_of(table: Table) -> list[dict[int, str]]:
    return [
        {column: joined(cell.text.split("\n")) for cell, column in zip(row, columns, strict=True)}
        for row, columns in zip(table, positions(table), strict=True)
    ]


def test_positions_respect_merged_cells() -> None:
    table = [
        [GridCell("a", rows=2), GridCell("b", columns=2), GridCell("c")],
        [GridCell("d"), GridCell("e", columns=2)],
    ]
    assert positions(table) == [[0, 1, 3], [1, 2]]


# -- Word documents ---------------------------------------------------------------------------


@given(blocks=BLOCKS, split_runs=st.booleans())
@RELAXED
def test_word_document_reads_back(blocks: list[Block], split_runs: bool) -> None:
    expected: Said = []
    for block in blocks:
        expected += [block.strip()] if isinstance(block, str) else rows_of(block)
    content = office_writers.docx(blocks, split_runs=split_runs)
    assert said(docx.cells(content)) == [part for part in expected if part]


def test_cells_of_a_word_document_say_where_they_stand() -> None:
    table = [[GridCell("a", columns=2)], [GridCell("b"), GridCell("")]]
    assert list(docx.cells(office_writers.docx(["x", "", table]))) == [
        PrintedCell("x", 1, "cell_per_line", False, None, None),
        PrintedCell("a", 3, "docx_table", True, 3, 0),
        PrintedCell("b", 4, "docx_table", True, 4, 0),
        PrintedCell("", 4, "docx_table", True, 4, 1),
    ]


# -- workbooks --------------------------------------------------------------------------------


def columns_covered(table: Table) -> list[set[int]]:
    """For each row the columns that a merged cell covers which doesn't begin there."""
    covered: list[set[int]] = [set() for _ in table]
    for number, (row, columns) in enumerate(zip(table, positions(table), strict=True)):
        for cell, column in zip(row, columns, strict=True):
            for down in range(cell.rows):
                covered[number + down].update(range(column + (down == 0), column + cell.columns))
    return covered


@given(blocks=BLOCKS, numbers=st.booleans())
@RELAXED
def test_workbook_reads_back(blocks: list[Block], numbers: bool) -> None:
    rows: list[dict[int, str]] = []
    covered: list[set[int]] = []
    for block in blocks:
        rows += [{0: block.strip()}] if isinstance(block, str) else rows_of(block)
        covered += [set()] if isinstance(block, str) else columns_covered(block)
    width = max((column + 1 for row in rows for column, text in row.items() if text), default=0)
    expected = [
        {column: row.get(column, "") for column in range(width) if column not in hidden}
        for row, hidden in zip(rows, covered, strict=True)
        if any(row.values())
    ]
    assert said(sheet.cells(office_writers.xlsx(blocks, numbers=numbers))) == expected


# -- refusals ---------------------------------------------------------------------------------

ENTITIES = '<!DOCTYPE w:document [<!ENTITY a "12"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SPACES = " " * 900_000


def encrypted(content: bytes) -> bytes:
    """The archive with the mark that its entries are encrypted."""
    return content.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


def understated(content: bytes, size: int) -> bytes:
    """The archive with a lie about the size of what it holds."""
    return content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


WORD_REFUSALS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "unreadable"),
    "no zip": (lambda: b"PK\x03\x04 but no more", "unreadable"),
    "old or encrypted": (lambda: OLE, "unreadable"),
    "encrypted zip": (lambda: encrypted(word(p("a"))), "unreadable"),
    "truncated": (lambda: office_writers.docx(["a"])[:-1000], "unreadable"),
    "no document": (lambda: archive({"a.xml": "<a/>"}), "unreadable"),
    "a workbook": (lambda: office_writers.xlsx(["a"]), "unreadable"),
    "no XML": (lambda: archive({"word/document.xml": b"\0\1"}), "unreadable"),
    "broken XML": (lambda: archive({"word/document.xml": document(p("a"))[:-9]}), "unreadable"),
    "other XML": (lambda: archive({"word/document.xml": "<w/>"}), "unreadable"),
    "undefined entity": (lambda: word(p("&a;")), "unreadable"),
    "entities": (lambda: archive({"word/document.xml": ENTITIES + document(p("&a;&b;"))}), "unsafe_input"),
    "entities in UTF-16": (
        lambda: archive({"word/document.xml": (ENTITIES + document(p("&a;"))).encode("utf-16")}),
        "unsafe_input",
    ),
    "entities in UTF-7": (
        lambda: archive({"word/document.xml": '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a [ ]><a/>'}),
        "unsafe_input",
    ),
    "bomb": (lambda: word(p(" " * 50_000_000)), "too_large"),
    "bomb that lies": (lambda: understated(word(SPACES), len(document(SPACES))), "unreadable"),
    "many tags": (lambda: stored(word("<w:p/>" * 2_100_000)), "too_large"),
    "many parts": (lambda: word(p("a")) + b"PK\x01\x02" * 10_001, "too_large"),
    "wide": (lambda: word(tbl(tr(tc("a", '<w:gridSpan w:val="999999999"/>'), "b"))), "too_large"),
    "wide before": (lambda: word(tbl(tr("a", properties='<w:gridBefore w:val="999999999"/>'))), "too_large"),
    "many columns": (lambda: word(tbl(tr(*["<w:tc/>"] * 1001))), "too_large"),
    "many lines": (lambda: stored(word(p(f"<w:r>{'<w:t>a</w:t><w:br/>' * 500_001}</w:r>"))), "too_large"),
    "deep": (lambda: word("<w:tbl><w:tr><w:tc>" * 10_000 + "</w:tc></w:tr></w:tbl>" * 10_000), "too_large"),
}


@pytest.mark.parametrize("name", WORD_REFUSALS)
def test_word_document_is_refused(name: str) -> None:
    make, reason = WORD_REFUSALS[name]
    with pytest.raises(Refused) as refused:
        list(docx.cells(make()))
    assert refused.value.reason == reason


SHEET_REFUSALS: dict[str, tuple[Callable[[], bytes], str]] = {
    "old or encrypted": (lambda: OLE, "unreadable"),
    "a Word document": (lambda: word(p("a")), "unreadable"),
    "truncated": (lambda: office_writers.xlsx(["a"])[:-500], "unreadable"),
    "lost sheet": (lambda: workbook(rows(), place="worksheets/lost"), "unreadable"),
    "sheet elsewhere": (
        lambda: workbook(rows(), place='file:///etc/hostname" TargetMode="External" X="'),
        "unreadable",
    ),
    "lost string": (lambda: workbook(rows(c("7", "s"))), "unreadable"),
    "no number of a string": (lambda: workbook(rows(c("x", "s"))), "unreadable"),
    "no place": (lambda: workbook(rows(c("1", reference="-1"))), "unreadable"),
    "no row": (lambda: workbook(rows(f'<row r="x">{c("1")}</row>')), "unreadable"),
    "no area": (lambda: workbook(rows(merged=("A:B",))), "unreadable"),
    "entities": (lambda: workbook(ENTITIES + rows()), "unsafe_input"),
    "bomb": (lambda: workbook(rows(" " * 50_000_000)), "too_large"),
    "far column": (lambda: workbook(rows(c("1", reference="XFD1"))), "too_large"),
    "far row": (lambda: workbook(rows(c("1", reference="A9999999"))), "too_large"),
    "wide and long": (lambda: workbook(rows(c("1", reference="ALL1"), *[c("1")] * 999)), "too_large"),
    "merged areas over one another": (
        lambda: workbook(rows(*[c("1")] * 999, merged=("A1:ZZ999",) * 9)),
        "too_large",
    ),
    "many letters": (lambda: stored(workbook(*[rows(c("a" * 9_000_000, "str"))] * 3)), "too_large"),
}


@pytest.mark.parametrize("name", SHEET_REFUSALS)
def test_workbook_is_refused(name: str) -> None:
    make, reason = SHEET_REFUSALS[name]
    with pytest.raises(Refused) as refused:
        list(sheet.cells(make()))
    assert refused.value.reason == reason


# -- anything at all ----------------------------------------------------------------------------

FORMATS = {
    "docx": (docx.cells, office_writers.docx(["公开", [[GridCell("a", 2), GridCell("1")], [GridCell("2")]]])),
    "xlsx": (sheet.cells, office_writers.xlsx(["公开", [[GridCell("a", 2), GridCell("1")], [GridCell("2")]]])),
}


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_damaged_archives_raise_nothing_else(name: str, data: st.DataObject) -> None:
    read, content = FORMATS[name]
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        place, length = data.draw(st.integers(0, len(damaged))), data.draw(st.sampled_from([1, 1, 4, 100]))
        damaged[place : place + length] = data.draw(st.binary(max_size=6))
    survives(read, bytes(damaged))


def survives(read: Callable[[bytes], Iterable[PrintedCell]], content: bytes) -> None:
    with contextlib.suppress(Refused):
        list(read(content))


WORD_TAGS = [
    "body",
    "p",
    "r",
    "t",
    "tab",
    "br",
    "cr",
    "sym",
    "tbl",
    "tr",
    "tc",
    "sdt",
    "sdtContent",
    "ins",
    "del",
    "moveFrom",
    "rPr",
    "pPr",
    "trPr",
    "tcPr",
    "vanish",
    "gridSpan",
    "gridBefore",
    "vMerge",
    "hMerge",
    "txbxContent",
    "rt",
    "tcPrChange",
    "noBreakHyphen",
]
SHEET_TAGS = ["sheetData", "row", "c", "v", "is", "t", "r", "rPh", "mergeCells", "mergeCell", "cols", "col", "f"]
NUMBERS = st.sampled_from(["", "0", "1", "2", "-1", "40", "1e9", "99999999999", "x", "restart", "continue", "²"])
PLACES = st.sampled_from(
    ["A1", "B2", "C1", "A1:B2", "B3:A1", "ZZ9", "XFD1048577", "AAAA1", "a1", "s", "n", "b", "e", ""]
)


def trees(prefix: str, tags: list[str], names: list[str], values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """XML of these elements in any order."""
    attributes = st.dictionaries(st.sampled_from(names), values, max_size=3).map(
        lambda chosen: "".join(f' {name}="{value}"' for name, value in chosen.items())
    )
    inner = st.one_of(st.sampled_from(["", "1", "公", "1.5e3"]))

    def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.builds(
            lambda tag, attribute, content: f"<{prefix}{tag}{attribute}>{''.join(content)}</{prefix}{tag}>",
            st.sampled_from(tags),
            attributes,
            st.lists(children, max_size=4),
        )

    return st.recursive(inner, element, max_leaves=25)


@given(body=trees("w:", WORD_TAGS, ["w:val", "w:char"], NUMBERS))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_elements_of_a_word_document(body: str) -> None:
    survives(docx.cells, word(body))
    survives(docx.cells, word(tbl(tr(f"<w:tc>{body}</w:tc>", "1"))))


@given(content=trees("", SHEET_TAGS, ["r", "t", "s", "ref", "min", "max", "hidden"], st.one_of(NUMBERS, PLACES)))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_elements_of_a_sheet(content: str) -> None:
    survives(sheet.cells, workbook(rows(f"<row>{content}</row>", before=content)))
