"""The font that stands in for Chinese fonts which a PDF names but doesn't carry.

Belongs here: keeping pdfium from the machine's fonts. It needs the boxes of letters only, to tell texts apart
that are printed twice; looking through a font of tens of megabytes for them takes ten times as long as all the
rest, and where the machine has no such font, letters without boxes get lost. Doesn't belong here: fonts that a
document carries, and those for Latin letters, which pdfium brings along.
"""

import ctypes
import struct

import pypdfium2.raw as pdfium

#: Windows' numbers of the charsets of Japanese, Korean, simplified and traditional Chinese.
_CHARSETS = (128, 129, 134, 136)
#: What pdfium calls the font; anything but nothing.
_HANDLE = 1
#: The height of a letter; squares of wide and of narrow letters as left, bottom, right, top.
_UNITS, _WIDE, _NARROW = 1000, (20, -80, 980, 850), (50, -80, 450, 820)
_ASCENT, _DESCENT = 880, -120
#: The glyphs by their numbers: for what isn't named below, for spaces, for ASCII, for all other letters.
_GLYPHS = (_WIDE, None, _NARROW, _WIDE)
#: First and last character, and the glyph of all between.
_RANGES = (
    (0x20, 0x20, 1),
    (0x21, 0x7E, 2),
    (0xA0, 0xA0, 1),
    (0xA1, 0x1FFF, 3),
    (0x2000, 0x200B, 1),
    (0x200C, 0x2FFF, 3),
    (0x3000, 0x3000, 1),
    (0x3001, 0x10FFFF, 3),
)


def _font() -> bytes:
    """A TrueType font in which letters are filled squares.

    https://learn.microsoft.com/typography/opentype/spec has the tables, field by field.
    """
    glyphs = [b"" if square is None else _glyph(*square) for square in _GLYPHS]
    places = [sum(map(len, glyphs[:number])) for number in range(len(glyphs) + 1)]
    ranges = b"".join(struct.pack(">3I", *one) for one in _RANGES)
    tables = {
        # subtable 13 names one glyph for a whole range of characters
        "cmap": struct.pack(">4HI2H3I", 0, 1, 3, 10, 12, 13, 0, 16 + len(ranges), 0, len(_RANGES)) + ranges,
        "glyf": b"".join(glyphs),
        "head": struct.pack(">4I2H2Q4h2H3h", 1 << 16, 0, 0, 0x5F0F3CF5, 0, _UNITS, 0, 0, *_WIDE, 0, 8, 2, 1, 0),
        "hhea": struct.pack(">I3hH11hH", 1 << 16, _ASCENT, _DESCENT, 0, _UNITS, *[0] * 11, 1),
        "hmtx": struct.pack(f">H{len(glyphs)}h", _UNITS, *[_WIDE[0]] * len(glyphs)),
        "loca": struct.pack(f">{len(places)}I", *places),
        "maxp": struct.pack(">I14H", 1 << 16, len(glyphs), 4, 1, 0, 0, 1, *[0] * 8),
    }
    directory = struct.pack(">I4H", 1 << 16, len(tables), 64, 2, 48)
    begin, contents = len(directory) + 16 * len(tables), b""
    for name, table in tables.items():
        directory += struct.pack(">4s3I", name.encode(), 0, begin + len(contents), len(table))
        contents += table + bytes(-len(table) % 4)
    return directory + contents


def _glyph(left: int, bottom: int, right: int, top: int) -> bytes:
    """A square of one outline of four points."""
    outline = struct.pack(">5h2H4B", 1, left, bottom, right, top, 3, 0, 1, 1, 1, 1)
    outline += struct.pack(">8h", left, right - left, 0, left - right, bottom, 0, top - bottom, 0)
    return outline + bytes(-len(outline) % 4)


_FONT = _font()


def _map_font(_info: object, _weight: int, _is_italic: int, charset: int, *_: object) -> int | None:
    return _HANDLE if charset in _CHARSETS else None


def _font_data(_info: object, _handle: int, table: int, buffer: int | None, size: int) -> int:
    if table:
        return 0
    if buffer is not None and size >= len(_FONT):
        ctypes.memmove(buffer, _FONT, len(_FONT))
    return len(_FONT)


_FIELDS = {name: kind for name, kind, *_ in pdfium.FPDF_SYSFONTINFO._fields_}
#: pdfium keeps the address of it; what is left out it doesn't ask for.
_SOURCE = pdfium.FPDF_SYSFONTINFO(
    version=1, MapFont=_FIELDS["MapFont"](_map_font), GetFontData=_FIELDS["GetFontData"](_font_data)
)


def stand_in_for_missing_fonts() -> None:
    """Let pdfium take this font for those that are missing, for the rest of the process."""
    pdfium.FPDF_SetSystemFontInfo(_SOURCE)
