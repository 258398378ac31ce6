"""What Word documents and workbooks may hold, one case at a time: elements, values, merges, revisions."""

import pytest

from extract.layouts import docx, sheet
from tests.office_xml import (
    RELATIONS,
    Said,
    archive,
    c,
    document,
    p,
    r,
    rows,
    said,
    tbl,
    tc,
    text_box,
    tr,
    word,
    workbook,
    wrapped,
)

DOWN, ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
TWO_WAYS = (
    "<w:r><mc:AlternateContent>"
    f'<mc:Choice Requires="wps"><wps:txbx><w:txbxContent>{p("框")}</w:txbxContent></wps:txbx></mc:Choice>'
    f"<mc:Fallback>{text_box(p('框'))}</mc:Fallback></mc:AlternateContent></w:r>"
)

WORD_CASES: dict[str, tuple[str, Said]] = {
    # lines
    "runs": (p("政府", "信息", " 公开 "), ["政府信息 公开"]),
    "empty paragraphs": (p() + p(" ") + p("a"), ["a"]),
    "breaks": (p("a", "<w:r><w:br/></w:r>", "b", '<w:r><w:br w:type="page"/><w:cr/></w:r>', "c"), ["a", "b", "c"]),
    "tab": (p("a", "<w:r><w:tab/></w:r>", "b"), ["a  b"]),
    "tab stops": (p("a", properties='<w:tabs><w:tab w:val="left" w:pos="1"/></w:tabs>'), ["a"]),
    "newline in the file": (p("a\n b"), ["a  b"]),
    "comment in a text": (p("<w:r><w:t>12<!-- x -->34</w:t></w:r>"), ["1234"]),
    "hyphen and symbol": (
        p("<w:r><w:noBreakHyphen/></w:r>", "5", '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'),
        ["-5\uf0fc"],
    ),
    "not a symbol": (p('<w:r><w:sym w:char="D800"/><w:sym w:char="zz"/><w:sym/></w:r>'), ["\ufffd" * 3]),
    "formula": (p("a", "<m:oMath><m:r><m:t>=1</m:t></m:r></m:oMath>"), ["a=1"]),
    "reading above a word": (
        p(f"<w:r><w:ruby><w:rt>{r('yī')}</w:rt><w:rubyBase>{r('一')}</w:rubyBase></w:ruby></w:r>"),
        ["一"],
    ),
    "numbering": (p("a", properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'), ["a"]),
    "field": (
        p(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r("7")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        ["7"],
    ),
    "wrappers": (
        p(*(f"<w:{name}>{r(name)}</w:{name}>" for name in ("hyperlink", "smartTag", "ins", "moveTo", "fldSimple")))
        + wrapped(p("b") + f"<w:customXml>{p('c')}</w:customXml>")
        + p(wrapped(r("d"))),
        ["hyperlinksmartTaginsmoveTofldSimple", "b", "c", "d"],
    ),
    # revisions and hidden text
    "deleted": (
        p("1", "<w:del><w:r><w:delText>2</w:delText></w:r></w:del>", f"<w:del>{r('3')}</w:del>", "4"),
        ["14"],
    ),
    "moved away": (p("1", f"<w:moveFrom>{r('2')}</w:moveFrom>"), ["1"]),
    "ends deleted": (
        "".join(p(text, properties="<w:rPr><w:del/></w:rPr>") for text in "ab") + p("c", properties="<w:x/>") + p("d"),
        ["abc", "d"],
    ),
    "end deleted before a table": (p("a", properties="<w:rPr><w:del/></w:rPr>") + tbl(tr("b")), ["a", {0: "b"}]),
    "format revised": (p("a", properties="<w:rPr><w:rPrChange><w:rPr/></w:rPrChange></w:rPr>") + p("b"), ["a", "b"]),
    "row deleted": (tbl(tr("a"), tr("b", properties="<w:del/>"), tr("c")), [{0: "a"}, {0: "c"}]),
    "hidden": (p("1", r("2", "<w:vanish/>"), r("3", '<w:vanish w:val="0"/>')), ["13"]),
    "hidden end of a paragraph": (p("a", properties="<w:rPr><w:vanish/></w:rPr>"), ["a"]),
    # text boxes
    "text box": (p("a", text_box(p("框一"), p("框二")), "b") + p("c"), ["ab", "框一", "框二", "c"]),
    "text box in two ways": (p("a", TWO_WAYS), ["a", "框"]),
    "fallback alone": (
        p(f"<w:r><mc:AlternateContent><mc:Fallback>{text_box(p('框'))}</mc:Fallback></mc:AlternateContent></w:r>"),
        ["框"],
    ),
    "text boxes in order": (p(text_box(p("1", text_box(p("2")))), text_box(p("3"))), ["1", "2", "3"]),
    "text box in a cell": (tbl(tr(tc(p("a", text_box(p("框")))), "b"), tr("c")), [{0: "a", 1: "b"}, "框", {0: "c"}]),
    "table in a text box": (p(text_box(tbl(tr("1", "2")))) + p("a"), [{0: "1", 1: "2"}, "a"]),
    "text box in a table in a cell": (
        tbl(tr(tc(p("x") + tbl(tr(tc(p("a", text_box(p("框")))))) + p("y")))),
        ["x", {0: "a"}, "框", "y"],
    ),
    # cells
    "letters one below the other": (tbl(tr(tc(p("结果") + p() + p("维持")))), [{0: "结果维持"}]),
    "figures never fuse": (tbl(tr(tc(p("1") + p("2")), tc(p("1", "<w:r><w:br/></w:r>", "2")))), [{0: "1 2", 1: "1 2"}]),
    "figure below a letter": (tbl(tr(tc(p("增") + p("5")))), [{0: "增 5"}]),
    "tab in a cell": (tbl(tr(tc(p("1", "<w:r><w:tab/></w:r>", "2")))), [{0: "1 2"}]),
    "empty cells": (tbl(tr("", "1", "<w:tc/>", tc(p("\u3000")))), [{0: "", 1: "1", 2: "", 3: ""}]),
    "spans": (
        tbl(tr(tc("a", '<w:gridSpan w:val="3"/>'), "b", properties='<w:gridBefore w:val="2"/>')),
        [{2: "a", 5: "b"}],
    ),
    "spans that are none": (
        tbl(tr(tc("a", '<w:gridSpan w:val="0"/>'), tc("b", '<w:gridSpan w:val="-3"/>'), tc("c", "<w:gridSpan/>"))),
        [{0: "a", 1: "b", 2: "c"}],
    ),
    "span before a revision": (
        tbl(tr(tc("a", '<w:tcPrChange><w:tcPr><w:gridSpan w:val="4"/></w:tcPr></w:tcPrChange>'), "b")),
        [{0: "a", 1: "b"}],
    ),
    "merged down": (
        tbl(tr(tc("a", DOWN), "1"), tr(tc("", ON), "2"), tr(tc("", ON), "3"), tr(tc("b", DOWN), "4"), tr("c", "5")),
        [{0: "a", 1: "1"}, {1: "2"}, {1: "3"}, {0: "b", 1: "4"}, {0: "c", 1: "5"}],
    ),
    "merged down and across": (
        tbl(tr(tc("a", '<w:gridSpan w:val="2"/>' + DOWN), "1"), tr(tc("", '<w:gridSpan w:val="2"/>' + ON), "2")),
        [{0: "a", 2: "1"}, {2: "2"}],
    ),
    "merge without a beginning": (tbl(tr(tc("", ON), "1"), tr(tc("", ON), "2")), [{0: "", 1: "1"}, {0: "", 1: "2"}]),
    "merge at another column": (tbl(tr(tc("a", DOWN), "1"), tr("2", tc("", ON))), [{0: "a", 1: "1"}, {0: "2", 1: ""}]),
    "merge from another table": (tbl(tr(tc("a", DOWN))) + tbl(tr(tc("", ON))), [{0: "a"}, {0: ""}]),
    "text in a merge": (tbl(tr(tc("a", DOWN)), tr(tc("3", ON)), tr(tc("", ON), "4")), [{0: "a"}, {0: "3"}, {1: "4"}]),
    "merged across in the old way": (
        tbl(tr(tc("a", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>"), "b", tc("", "<w:hMerge/>"))),
        [{0: "a", 2: "b", 3: ""}],
    ),
    "cells and rows in wrappers": (tbl(wrapped(tr("a", wrapped(tc("b")), "c"))), [{0: "a", 1: "b", 2: "c"}]),
    # tables in tables
    "container": (
        tbl(tr("1", tc(p("x") + tbl(tr("a", "b")) + p("y")), "2"), tr("3", "4", "5")),
        [{0: "1", 2: "2"}, "x", {0: "a", 1: "b"}, "y", {0: "3", 1: "4", 2: "5"}],
    ),
    "containers in order": (
        tbl(tr(tc(tbl(tr("1")) + p("a") + tbl(tr("2"))), tc(tbl(tr(tc(tbl(tr("3")) + p("b"))), tr("4"))))),
        [{0: "1"}, "a", {0: "2"}, {0: "3"}, "b", {0: "4"}],
    ),
    "merge around a container": (
        tbl(tr(tc("a", DOWN), tc(tbl(tr(tc("b", DOWN))))), tr(tc("", ON), "c")),
        [{0: "a"}, {0: "b"}, {1: "c"}],
    ),
}


@pytest.mark.parametrize("name", WORD_CASES)
def test_word_case(name: str) -> None:
    body, expected = WORD_CASES[name]
    assert said(docx.cells(word(body))) == expected


def test_rows_are_told_apart() -> None:
    cells = docx.cells(word(tbl(tr("a"), tr(tc(tbl(tr("b"), tr("c"))))) + tbl(tr("d"))))
    assert len({cell.row for cell in cells}) == 4


def test_strict_variety_and_unusual_place() -> None:
    strict = document(p("a")).replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    relations = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" '
        'Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/word/document2.xml"/></Relationships>'
    )
    parts: dict[str, str | bytes] = {"_rels/.rels": relations, "word\\Document2.xml": strict}
    assert said(docx.cells(archive(parts))) == ["a"]


def test_utf_16() -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?>{document(p("公开"))}'
    assert said(docx.cells(archive({"word/document.xml": text.encode("utf-16")}))) == ["公开"]


VALUES = {
    ("12", "n", 0): "12",
    ("12.0", "n", 0): "12",
    ("007", "n", 0): "7",
    ("-3", "n", 0): "-3",
    ("-0", "n", 0): "0",
    ("11398889", "n", 0): "11398889",
    ("123456789012345678", "n", 0): "123456789012345680",
    ("2601.953875", "n", 0): "2601.953875",
    ("1.1000000000000001", "n", 0): "1.1",
    ("1E+20", "n", 0): "100000000000000000000",
    ("1.5E-7", "n", 0): "0.00000015",
    ("1e999", "n", 0): "1e999",
    ("NaN", "n", 0): "NaN",
    ("1_000", "n", 0): "1_000",
    ("", "n", 0): "",
    ("12.0", "str", 0): "12.0",
    ("a\nb", "str", 0): "a b",
    ("1", "b", 0): "TRUE",
    ("0", "b", 0): "FALSE",
    ("#DIV/0!", "e", 0): "#DIV/0!",
    ("#SPILL!", "e", 0): "#SPILL!",
    ("0", "s", 0): "公开",
    ("1", "s", 0): "结果维持",
    ("2", "s", 0): "1 2 3",
    ("2024-01-31", "d", 1): "2024-01-31",
    ("45322", "n", 1): "2024-01-31",
    ("45322.5", "n", 2): "2024-01-31 12:00:00",
    ("45322", "n", 3): "2024-01-31",
    ("45322", "n", 7): "2024-01-31",
    ("1", "n", 1): "1900-01-01",
    ("61", "n", 1): "1900-03-01",
    ("0.75", "n", 2): "18:00:00",
    ("-5", "n", 1): "#####",
    ("1e300", "n", 1): "#####",
    ("2958465.9999999", "n", 1): "#####",
    ("5", "n", 4): "5",
    ("2", "n", 5): "48:00:00",
    ("1.5", "n", 6): "36:00:00",
    ("1e300", "n", 5): "#####",
    ("8", "n", 99): "8",
}


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_value_of_a_cell(value: tuple[str, str, int]) -> None:
    text, kind, style = value
    content = workbook(rows(c(text, kind, style=style) + c("x", "str")))
    assert said(sheet.cells(content)) == [{0: VALUES[value], 1: "x"}]


def test_older_calendar() -> None:
    content = workbook(rows(c("43860", style=1)), properties='<workbookPr date1904="1"/>')
    assert said(sheet.cells(content)) == [{0: "2024-01-31"}]


SHEET_CASES: dict[str, tuple[str, Said]] = {
    "references": (
        rows(c("1", reference="C2") + c("2") + c("3", reference="F2")),
        [{0: "", 1: "", 2: "1", 3: "2", 4: "", 5: "3"}],
    ),
    "rows out of order": (
        rows(f'<row r="3">{c("3")}</row>', f'<row r="1">{c("1")}</row>', c("2")),
        [{0: "1"}, {0: "2"}, {0: "3"}],
    ),
    "inline": (rows("<c t='inlineStr'><is><r><t>a</t></r><t>b</t></is></c>"), [{0: "ab"}]),
    "formula": (rows("<c><f>1+1</f><v>2</v></c><c><f>1</f></c>"), [{0: "2"}]),
    "empty rows and columns": (rows(c("") + c(" ", "str"), "", c("1") + c("") + c("")), [{0: "1"}]),
    "merged": (
        rows(c("a", "str") + c("9") + c("1"), c("8") + c("") + c("2"), merged=("B2:A1", "Z9")),
        [{0: "a", 2: "1"}, {2: "2"}],
    ),
    "hidden": (
        rows(
            c("1") + c("2") + c("3"),
            f'<row hidden="1">{c("4")}</row>',
            c("5") + c("6"),
            before='<cols><col min="2" max="2" hidden="1"/></cols>',
        ),
        [{0: "1", 2: "3"}, {0: "5", 2: ""}],
    ),
    "hidden beginning of a merged cell": (
        rows(f'<row hidden="1">{c("1") + c("a", "str")}</row>', c("2") + c("") + c("3"), merged=("B1:B2",)),
        [{0: "2", 1: "a", 2: "3"}],
    ),
    "hidden column of a merged cell": (
        rows(
            c("a", "str") + c("") + c("3"), before='<cols><col min="1" max="1" hidden="1"/></cols>', merged=("A1:B1",)
        ),
        [{1: "a", 2: "3"}],
    ),
    "all columns hidden": (rows(c("1"), before='<cols><col min="1" max="16384" hidden="true"/></cols>'), []),
    "nothing": (rows(), []),
}


@pytest.mark.parametrize("name", SHEET_CASES)
def test_sheet_case(name: str) -> None:
    text, expected = SHEET_CASES[name]
    assert said(sheet.cells(workbook(text))) == expected


def test_sheets_in_order_without_hidden_ones() -> None:
    one, two = rows("", c("1")), rows(c("2"))
    cells = list(sheet.cells(workbook(one, two, one, two, states=("visible", "hidden", "visible", "veryHidden"))))
    assert [(cell.text, cell.row, cell.source_line) for cell in cells] == [("1", 2, 2), ("1", 4, 4)]
    assert said(sheet.cells(workbook("<chartsheet/>", kind="chartsheet"))) == []
