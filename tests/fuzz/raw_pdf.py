"""PDF documents written by hand, object by object, for what no program writes.

Belongs here: the file around objects, a page of marks, forms that draw forms. Doesn't belong here: which of
them are threats (``tests.fuzz.threats_in_files``), documents as programs write them (``tests.pdf_writer``).
"""

import zlib
from collections.abc import Mapping

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
#: More letters than a scanned page has.
TEXT = b"BT /F1 10 Tf 50 700 Td (Government report 2023 with 12 letters and more) Tj ET\n"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
FONTS = b"/Font << /F1 5 0 R >>"


def pdf(objects: Mapping[int, bytes]) -> bytes:
    """A file of these objects; number 1 is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    size, table = max(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(b"%010d 00000 n \n" % places.get(number, 0) for number in range(1, size))
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, table)
    return bytes(out)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A packed stream, with further entries of its dictionary."""
    packed = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode %b >>\nstream\n%b\nendstream" % (len(packed), entries, packed)


def page(content: bytes, *, resources: bytes = b"", box: bytes = b"[0 0 595 842]", times: int = 1) -> dict[int, bytes]:
    """The objects of a document with one page of these marks, as often as ``times`` says."""
    return {
        1: CATALOG,
        2: b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b"3 0 R " * times, times),
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox %b /Contents 4 0 R /Resources << %b %b >> >>"
        % (box, FONTS, resources),
        4: stream(content),
        5: FONT,
    }


def packed_twice(size: int) -> dict[int, bytes]:
    """A document with one page of so many spaces, packed and packed again."""
    packed = zlib.compress(zlib.compress(TEXT + b" " * size, 9), 9)
    entries = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>" % len(packed)
    return page(b"") | {4: b"%b\nstream\n%b\nendstream" % (entries, packed)}


def form(content: bytes, resources: bytes = b"") -> bytes:
    """A form, which draws its marks wherever it is called."""
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << %b %b >>" % (FONTS, resources)
    return stream(content, entries)


def doubling_forms(levels: int) -> bytes:
    """A page whose form draws the next one twice, and so on: its text stands 2 to the power of ``levels`` times."""
    forms = {10 + level: form(b"/X Do /X Do\n", b"/XObject << /X %d 0 R >>" % (11 + level)) for level in range(levels)}
    forms[10 + levels] = form(TEXT)
    return pdf(page(TEXT + b"/X Do\n", resources=b"/XObject << /X 10 0 R >>") | forms)


def form_in_itself(times: int) -> bytes:
    """A form that draws itself so many times."""
    return pdf(
        page(TEXT + b"/X Do\n", resources=b"/XObject << /X 10 0 R >>")
        | {10: form(TEXT + b"/X Do\n" * times, b"/XObject << /X 10 0 R >>")}
    )
