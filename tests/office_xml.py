"""Packages of office documents written by hand, for what no program writes.

Belongs here: the shortest XML of paragraphs, tables, rows, cells, and the archives around it; and what
the answers of the adapters say, in short. Doesn't belong here: documents as the programs of offices write
them (``tests.office_writers``).
"""

import io
import zipfile
from collections.abc import Iterable
from itertools import groupby

from extract.layouts.stream import PrintedCell

#: What a document says: a line as its text, a row as its cells by their columns.
Said = list[str | dict[int, str]]


def said(cells: Iterable[PrintedCell]) -> Said:
    found: Said = []
    for row, of_row in groupby(cells, lambda cell: (cell.row, cell.source_line)):
        group = list(of_row)
        found.append(group[0].text if row[0] is None else {cell.position or 0: cell.text for cell in group})
        assert row[0] is None or len(group) == len({cell.position for cell in group})
    return found


NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def archive(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def stored(content: bytes) -> bytes:
    """The same archive without compression."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(buffer, "w") as package:
        for name in packed.namelist():
            package.writestr(name, packed.read(name))
    return buffer.getvalue()


def document(body: str) -> str:
    return f"<w:document {NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>"


def word(body: str) -> bytes:
    return archive({"word/document.xml": document(body)})


def p(*runs: str, properties: str = "") -> str:
    inner = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def tc(content: str = "", properties: str = "") -> str:
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(c if c.startswith('<') else tc(c) for c in cells)}</w:tr>"


def wrapped(content: str) -> str:
    """What a content control wraps."""
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>{''.join(rows)}</w:tbl>"


def text_box(*blocks: str) -> str:
    return f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{''.join(blocks)}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
    '<numFmt numFmtId="171" formatCode="0_);[Red]\\(0\\)&quot;days&quot;"/><numFmt numFmtId="172" formatCode="[h]:mm"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>'
    + "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 22, 170, 171, 172, 46, 31))
    + "</cellXfs></styleSheet>"
)
STRINGS = (
    f"<sst {MAIN}><si><t>公开</t></si><si><r><t>结果</t></r><r><t>\n维持</t></r><rPh><t>けっか</t></rPh></si>"
    "<si><t> 1_x000D__x000A_2\t3_x0000__xD800_ </t></si></sst>"
)


def workbook(
    *sheets: str,
    states: tuple[str, ...] = (),
    properties: str = "",
    kind: str = "worksheet",
    place: str = "worksheets/sheet",
) -> bytes:
    """A workbook with sheets of this XML, at ``place`` and of this ``kind`` by the workbook's own words."""
    entries = "".join(
        f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}" state="{states[n] if n < len(states) else "visible"}"/>'
        for n in range(len(sheets))
    )
    targets = {f"r{n}": (kind, f"{place}{n}.xml") for n in range(len(sheets))}
    targets |= {"rs": ("sharedStrings", "sharedStrings.xml"), "rt": ("styles", "/xl/styles.xml")}
    relations = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{of}" Target="{target}"/>' for name, (of, target) in targets.items()
    )
    return archive(
        {
            "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}">{properties}<sheets>{entries}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
            "xl/sharedStrings.xml": STRINGS,
            "xl/styles.xml": STYLES,
            **{f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(sheets)},
        }
    )


def rows(*data: str, before: str = "", merged: tuple[str, ...] = ()) -> str:
    """The XML of a sheet; each of ``data`` holds the cells of a row."""
    inner = "".join(row if row.startswith("<row") else f"<row>{row}</row>" for row in data)
    areas = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    return f"<worksheet {MAIN}>{before}<sheetData>{inner}</sheetData><mergeCells>{areas}</mergeCells></worksheet>"


def c(value: str, kind: str = "n", reference: str = "", style: int = 0) -> str:
    place = f' r="{reference}"' if reference else ""
    return f'<c{place} t="{kind}" s="{style}"><v>{value}</v></c>'
