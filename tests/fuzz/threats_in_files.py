"""Hostile files of office programs, PDF and shards: what unpacks to more, and what refers to itself.

Belongs here: formats that aren't text. Doesn't belong here: text (``tests.fuzz.threats_in_text``).
"""

import io
import json
import struct
import zipfile

from tests.fuzz import raw_pdf
from tests.fuzz.raw_pdf import TEXT, page, pdf, stream
from tests.fuzz.threat import NO_REPORT, READ, SCAN, TOO_LARGE, UNREADABLE, UNSAFE, Good, Threat, threat
from tests.office_xml import archive, document, p, tbl, tc, tr, word

MEGABYTE = 1024**2
SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION_LAUGHS = f'<!DOCTYPE x [<!ENTITY l0 "哈">{LAUGHS}]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>'


def _bomb(name: str) -> bytes:
    """An archive of some hundred kilobytes with a part of 300 megabytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package, package.open(name, "w") as part:
        for _ in range(300):
            part.write(b" " * MEGABYTE)
    return buffer.getvalue()


def _understated(name: str) -> bytes:
    """The same, while its directory says that the part has a hundred bytes."""
    content = bytearray(_bomb(name))
    entry = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, entry + 24, 100)
    return bytes(content)


def _many_parts() -> bytes:
    return archive({f"word/{number}.xml": "" for number in range(20_000)} | {"word/document.xml": document("")})


def workbook(rows: str, *, strings: str = "", prolog: str = "", after: str = "") -> bytes:
    """A workbook with one sheet of these rows."""
    relation = '<Relationship Id="r{0}" Type="{1}/{2}" Target="{2}.xml"/>'
    names = ("worksheet", "sharedStrings")
    relations = "".join(relation.format(number, RELATIONS, name) for number, name in enumerate(names))
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return archive(
        {
            "xl/workbook.xml": f'<workbook {SHEET} xmlns:r="{RELATIONS}"><sheets><sheet name="1" r:id="r0"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{relations}</Relationships>',
            "xl/worksheet.xml": f"{prolog}<worksheet {SHEET}><sheetData>{rows}</sheetData>{after}</worksheet>",
            "xl/sharedStrings.xml": f"<sst {SHEET}>{strings}</sst>",
        }
    )


def _cells(count: int, value: str) -> str:
    return f"<row>{f'<c><v>{value}</v></c>' * 500}</row>" * (count // 500)


def _nested(levels: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * levels + p("1") + "</w:tc></w:tr></w:tbl>" * levels


def _wide_lines() -> bytes:
    return b"".join(
        b"q 100000000 0 0 1 0 %d cm BT /F1 12 Tf (Public report 12) Tj ET Q\n" % (20 * n) for n in range(30)
    )


WORD = {
    "a bomb in a Word document": (lambda: _bomb("word/document.xml"), TOO_LARGE),
    "a bomb that understates itself": (lambda: _understated("word/document.xml"), UNREADABLE),
    "many parts": (_many_parts, TOO_LARGE),
    "a billion laughs": (lambda: archive({"word/document.xml": BILLION_LAUGHS + document(p("&l9;"))}), UNSAFE),
    "an entity from outside": (lambda: archive({"word/document.xml": EXTERNAL + document(p("&l9;"))}), UNSAFE),
    "tables nested 60 deep": (lambda: word(_nested(60)), NO_REPORT),
    "tables nested 5,000 deep": (lambda: word(_nested(5_000)), TOO_LARGE),
    "300,000 cells": (lambda: word(tbl(tr(*["1"] * 300) * 1_000)), TOO_LARGE),
    "300,000 paragraphs": (lambda: word(p("1") * 300_000), TOO_LARGE),
    "a cell over 999999999 columns": (
        lambda: word(tbl(tr(tc("1", '<w:gridSpan w:val="999999999"/>'), "2"))),
        TOO_LARGE,
    ),
    "nine million letters": (lambda: word(p("公" * 3_000_000)), TOO_LARGE),
    "runs of a letter": (lambda: word(p(*"公" * 100_000)), NO_REPORT),
    "paragraphs that go on": (lambda: word(p("1", properties="<w:rPr><w:del/></w:rPr>") * 20_000), NO_REPORT),
}
WORKBOOKS = {
    "a bomb in a workbook": (lambda: _bomb("xl/workbook.xml"), TOO_LARGE),
    "a billion laughs in a workbook": (lambda: workbook("<row/>", prolog=BILLION_LAUGHS), UNSAFE),
    "400,000 cells of a workbook": (lambda: workbook(_cells(400_000, "1")), TOO_LARGE),
    "the last cell of a sheet": (lambda: workbook('<row><c r="XFD1048576"><v>1</v></c></row>'), TOO_LARGE),
    "the last row of a sheet": (lambda: workbook('<row><c r="A1048576"><v>1</v></c></row>'), NO_REPORT),
    "merged areas over all of a sheet": (
        lambda: workbook(
            _cells(5_000, "1"), after="<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 5_000 + "</mergeCells>"
        ),
        TOO_LARGE,
    ),
    "figures without bounds": (lambda: workbook(_cells(2_000, "1e308") + _cells(500, "9" * 400)), NO_REPORT),
    "a million strings": (lambda: workbook("<row/>", strings="<si><t>1</t></si>" * 1_000_000), TOO_LARGE),
}
PDFS = {
    "pages that hold themselves": (
        lambda: pdf({1: raw_pdf.CATALOG, 2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"}),
        UNREADABLE,
    ),
    "2147483647 pages": (
        lambda: pdf(page(TEXT) | {2: b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"}),
        NO_REPORT,
    ),
    "an object in its own stream": (
        lambda: pdf(page(TEXT) | {3: stream(b"3 0 << /Type /Page >>", b"/Type /ObjStm /N 1 /First 4 /Extends 3 0 R")}),
        UNREADABLE,
    ),
    "a stream as long as itself": (lambda: pdf(page(TEXT) | {4: b"<< /Length 4 0 R >>\nstream\nendstream"}), SCAN),
    "100,000 paths": (lambda: pdf(page(TEXT + b"0 0 m 5 5 l S\n" * 100_000)), NO_REPORT),
    "three million paths": (lambda: pdf(page(TEXT + b"0 0 m 5 5 l S\n" * 3_000_000)), TOO_LARGE),
    "a path of six million steps": (
        lambda: pdf(page(TEXT + b"0 0 m\n" + b"5 5 l 6 6 l\n" * 3_000_000 + b"S")),
        TOO_LARGE,
    ),
    "100,000 crossing boxes": (
        lambda: pdf(page(TEXT + b"".join(b"%d %d 20 20 re S\n" % divmod(n, 500) for n in range(100_000)))),
        TOO_LARGE,
    ),
    "400,000 pieces of text": (lambda: pdf(page(b"BT /F1 1 Tf\n" + b"1 0 Td (a) Tj\n" * 400_000 + b"ET")), TOO_LARGE),
    "pages of many marks": (lambda: pdf(page(b"0 0 m 5 5 l S\n" * 2_000_000, times=300)), TOO_LARGE),
    "saved states": (lambda: pdf(page(b"q " * 3_000_000 + TEXT)), NO_REPORT),
    "an array of arrays": (lambda: pdf(page(TEXT) | {1: raw_pdf.CATALOG[:-2] + b"/X " + b"[" * 1_000_000}), UNREADABLE),
    "a page of a thousand megabytes": (lambda: pdf(page(TEXT + b" " * 1_000_000_000)), TOO_LARGE),
    "a page of a thousand megabytes, packed twice": (lambda: pdf(raw_pdf.packed_twice(1_000_000_000)), TOO_LARGE),
    "text twice as often in each form": (lambda: raw_pdf.doubling_forms(24), TOO_LARGE),
    "a form in itself": (lambda: raw_pdf.form_in_itself(10), TOO_LARGE),
    "a page two billion points wide": (
        lambda: pdf(page(_wide_lines(), box=b"[0 0 2000000000 842]")),
        TOO_LARGE,
    ),
    "streams without an end": (lambda: b"%PDF-1.7\n" + b"stream\nx" * 6_000_000, TOO_LARGE),
    "streams in a stream": (lambda: b"%PDF-1.7\n" + b"stream\nx" * 6_000_000 + b"endstream", TOO_LARGE),
    "many empty streams": (lambda: b"%PDF-1.7\n" + b"stream\nx endstream " * 2_600_000, TOO_LARGE),
    "filters": (lambda: b"%PDF-1.7\n[" + b"/Fl/A" * 10_000_000, UNREADABLE),
    "objects without an end": (lambda: b"%PDF-1.7\n" + b"1 0 obj\n" * 6_000_000, UNREADABLE),
}
SHARDS = {
    "half a character in a line of JSON": (lambda: b'{"source_uri": "a", "content": "\\ud800"}\n', UNREADABLE),
    "nested lines of JSON": (lambda: b"[" * 5_000_000, UNREADABLE),
    "a number of 5,000 digits": (lambda: b'{"source_uri": "a", "content": ' + b"9" * 5_000 + b"}", UNREADABLE),
}


def _shard_in_jsonl(good: Good) -> str:
    """A good report between lines that hold none."""
    row = json.dumps({"source_uri": "https://www.example.gov.cn/\x00\n'\".txt", "content": good.text})
    return f'\0\n{{"content": "\\u0000"}}\n{row}\n{{"source_uri": "\\udfff"}}'


THREATS: dict[str, Threat] = {
    name: threat(suffix, lambda _, make=make: make(), outcome)
    for suffix, threats in ((".docx", WORD), (".xlsx", WORKBOOKS), (".pdf", PDFS), (".jsonl", SHARDS))
    for name, (make, outcome) in threats.items()
}
THREATS["a report between bad lines"] = threat(".jsonl", _shard_in_jsonl, READ, UNREADABLE)
