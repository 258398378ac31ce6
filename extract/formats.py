"""Which adapter reads a document: by what its bytes are, else by what its name or media type says.

Belongs here: telling formats apart, formats that can't be read, and how much of a document is read of any
format. Doesn't belong here: reading any, and what only one format must be guarded against.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice

from extract.documents import Document
from extract.layouts import docx, pdf, sheet, web_page
from extract.layouts.stream import Adapter, PrintedCell, Refused
from extract.layouts.templates import CondensedCells

#: A document with more cells, or with more letters in them, is refused: a report has some two thousand cells.
MOST_CELLS, MOST_LETTERS = 100_000, 1_000_000

#: Adapters by the name of their format.
ADAPTERS: dict[str, Adapter] = {
    "text": web_page.text_file_cells,
    "web page": web_page.cells,
    "docx": docx.cells,
    "xlsx": sheet.cells,
    "pdf": pdf.cells,
}
#: Formats by file suffix and by media type.
FORMATS = {
    **dict.fromkeys((".txt", ".md", ".markdown", "text/plain", "text/markdown"), "text"),
    **dict.fromkeys((".html", ".htm", ".shtml", ".xhtml", "text/html", "application/xhtml+xml"), "web page"),
    **dict.fromkeys((".pdf", "application/pdf"), "pdf"),
    **dict.fromkeys((".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"), "docx"),
    **dict.fromkeys((".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), "xlsx"),
}
#: Suffixes of formats that nothing here reads, whatever the bytes look like.
UNREAD = frozenset((".doc", ".wps", ".xls", ".et", ".ofd", ".rtf", ".ppt", ".pptx", ".zip", ".rar", ".7z", ".gz"))
PICTURES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"))

_PICTURE_BEGINS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
_OLE_BEGINS = b"\xd0\xcf\x11\xe0"
_OFFICE_PARTS = {b"word/document.xml": "docx", b"xl/workbook.xml": "xlsx"}
_WEB_PAGE = re.compile(
    # a comment ends at the first mark of its end: else the ways to part comments double with each of them. No group
    # is possessive, as Python before 3.11.5 goes on behind what such a one began (``extract.layouts.plain_known``)
    rb"\A[\s\xef\xbb\xbf]*+(?:<\?xml[^>]*+>\s*+)?(?:<!--(?:(?!-->).){0,2000}-->\s*+)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_ELEMENT = re.compile(rb"<(?:div|table|p|span|td)\b[^<>]*>", re.I)


def adapter_of(document: Document) -> Callable[[bytes], Sequence[PrintedCell]]:
    """The adapter for a document; also what it yields is bounded.

    Raises:
        Refused: nothing here reads its format.

    """
    return partial(_bounded, ADAPTERS[format_of(document)])


def format_of(document: Document) -> str:
    """The name of a document's format, as ``ADAPTERS`` has it.

    Raises:
        Refused: nothing here reads it.

    """
    suffix = _suffix(document.source_uri)
    media_type = (document.media_type or "").partition(";")[0].strip().lower()
    named = FORMATS.get(media_type) or FORMATS.get(suffix)
    found = _by_beginning(document.content, suffix, named) or named
    if found is None and _is_fetched(document) and suffix not in UNREAD:
        found = "web page" if _ELEMENT.search(document.content) else "text"
    if found is None:
        raise Refused("unsupported_format", f"no reader for {suffix or media_type or 'a file without suffix'}")
    return found


def _bounded(adapter: Adapter, content: bytes) -> Sequence[PrintedCell]:
    """The cells of an adapter, as many as a document may have."""
    found = adapter(content)
    cells = found if isinstance(found, CondensedCells) else list(islice(found, MOST_CELLS + 1))
    count, letters = (cells.size, cells.letters) if isinstance(cells, CondensedCells) else (len(cells), 0)
    if count > MOST_CELLS or letters + sum([len(cell.text) for cell in cells]) > MOST_LETTERS:
        raise Refused("too_large", f"more than {MOST_CELLS} cells or {MOST_LETTERS} letters")
    return cells


def _suffix(source_uri: str) -> str:
    """The suffix of a file's name, or of an address without its query."""
    path = source_uri if source_uri.startswith("file:") else re.split(r"[?#]", source_uri)[0]
    stem, _, suffix = path.rstrip("/").rpartition("/")[2].rpartition(".")
    return f".{suffix.lower()}" if stem and suffix else ""


def _is_fetched(document: Document) -> bool:
    """Whether the document has an address on the web, which needn't end in the suffix of its format."""
    return not document.source_uri.startswith("file:")


def _by_beginning(content: bytes, suffix: str, named: str | None) -> str | None:
    """The format that the bytes show, whatever the document is called."""
    if content.startswith(_PICTURE_BEGINS) or suffix in PICTURES:
        raise Refused("needs_ocr", "a picture")
    if content.startswith(_OLE_BEGINS) and named != "docx":
        raise Refused("unsupported_format", "a binary file of an old office program (.doc, .xls, .wps)")
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return next((name for part, name in _OFFICE_PARTS.items() if part in content), named)
    return "web page" if _WEB_PAGE.match(content) else None
