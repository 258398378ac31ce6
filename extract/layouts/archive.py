"""Packages of office documents: zip archives of XML parts, read within bounds.

Belongs here: what Word documents and workbooks share, namely unpacking, parsing XML, relations
between parts. Doesn't belong here: what the parts say (``extract.layouts.docx``, ``extract.layouts.sheet``).
"""

import io
import posixpath
import zipfile
from typing import NamedTuple

from lxml import etree  # ty: ignore[missing-module-member] - compiled, and without type hints

from extract.layouts.stream import Refused

#: The parts that are read may come to so many bytes when unpacked; parts that aren't read don't count.
MOST_UNPACKED_BYTES = 100 * 1024**2
#: A part that shrank by more than this is a bomb; small parts may shrink as they like.
HIGHEST_COMPRESSION, SMALL_PART_BYTES = 250, 8 * 1024**2
#: An archive may hold so many parts, and a part that is read so many tags and attributes.
MOST_PARTS, MOST_MARKS = 10_000, 2_000_000
#: So far from its beginning a part names its namespaces.
BEGINNING_BYTES = 4096

_OLE_BEGINS = b"\xd0\xcf\x11\xe0"
_ENTRY_BEGINS = b"PK\x01\x02"
_MARKS_OF_DOCUMENT_TYPE = tuple("<!DOCTYPE".encode(charset) for charset in ("ascii", "utf-16-le", "utf-16-be"))
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
#: The namespaces of the strict variety of the standard, and those that everybody else writes.
_STRICT_NAMESPACES = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/": _OFFICE.encode(),
}
#: Entities stay unresolved, nothing is fetched, and libxml2's own bounds on depth and length hold.
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, collect_ids=False
)


#: A node of a parsed part.
Element = etree._Element


class Relation(NamedTuple):
    """What a part refers to: the last word of the relation's type, and the other part (None: outside)."""

    kind: str
    target: str | None


class Package:
    """An opened archive; every method raises ``Refused`` for what it can't read within the bounds."""

    def __init__(self, content: bytes) -> None:
        if content.startswith(_OLE_BEGINS):
            raise Refused("unreadable", "an encrypted document, or one of the old binary kind (.doc, .xls)")
        if content.count(_ENTRY_BEGINS) > MOST_PARTS:
            raise Refused("too_large", f"more than {MOST_PARTS} parts")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except Exception as error:  # zipfile lets errors of many kinds through
            raise Refused("unreadable", "not a zip archive, or a damaged one") from error
        self._entries = {_key(entry.filename): entry for entry in self._archive.infolist()}
        self._bytes_left = MOST_UNPACKED_BYTES

    def main_part(self, usual_name: str) -> str:
        """The name of the part that holds the document: the usual one, else what the package names."""
        if _key(usual_name) in self._entries:
            return usual_name
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and relation.target:
                return relation.target
        raise Refused("unreadable", f"no part {usual_name}")

    def relations(self, part: str) -> dict[str, Relation]:
        """The relations of a part (of the package itself: "") by their identifiers."""
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        root = self.optional_xml(path)
        return (
            {}
            if root is None
            else {r.get("Id", ""): _relation(r, folder) for r in root.iter(_PACKAGE + "Relationship")}
        )

    def optional_xml(self, name: str) -> Element | None:
        """The root of a part, or None when the package has no such part."""
        return self.xml(name) if _key(name) in self._entries else None

    def xml(self, name: str) -> Element:
        """The root of a part; namespaces of the strict variety come as the usual ones."""
        content = self._unpacked(name)
        if len(content) > MOST_MARKS and content.count(b"<") + content.count(b"=") > MOST_MARKS:
            raise Refused("too_large", f"more than {MOST_MARKS} tags and attributes in {name}")
        # looking for one byte is far quicker than for a word, and nearly always enough
        if b"!" in content and any(mark in content for mark in _MARKS_OF_DOCUMENT_TYPE):
            raise Refused("unsafe_input", f"a document type definition in {name}")
        return _parsed(_with_usual_namespaces(content), name)

    def _unpacked(self, name: str) -> bytes:
        entry = self._entries.get(_key(name))
        if entry is None:
            raise Refused("unreadable", f"no part {name}")
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("unreadable", "an encrypted zip archive, or one of an unusual kind")
        self._bytes_left -= entry.file_size
        is_bomb = entry.file_size > max(SMALL_PART_BYTES, HIGHEST_COMPRESSION * entry.compress_size)
        if self._bytes_left < 0 or is_bomb:
            raise Refused("too_large", f"{name} unpacks to {entry.file_size} bytes")
        try:
            with self._archive.open(entry) as part:
                # a bare read() unpacks everything even where the archive states a smaller size
                return part.read(entry.file_size + 1)
        except Exception as error:  # as above
            raise Refused("unreadable", f"{name} is damaged") from error


def _key(name: str) -> str:
    """The name of a part as names are compared: without regard to case, and to how some programs write paths."""
    return name.replace("\\", "/").lstrip("/").lower()


def _relation(element: Element, folder: str) -> Relation:
    kind = element.get("Type", "").rpartition("/")[2]
    target = element.get("Target", "")
    is_inside = element.get("TargetMode", "Internal") == "Internal"
    return Relation(kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") if is_inside else None)


def _with_usual_namespaces(content: bytes) -> bytes:
    if b"http://purl.oclc.org/ooxml/" in content[:BEGINNING_BYTES]:
        for strict, usual in _STRICT_NAMESPACES.items():
            content = content.replace(strict, usual)
    return content


def _parsed(content: bytes, name: str) -> Element:
    try:
        root = etree.fromstring(content, _PARSER)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            raise Refused("too_large", f"{name} nests too deep or holds too long a text") from error
        raise Refused("unreadable", f"{name} isn't well-formed XML") from error
    except ValueError as error:
        raise Refused("unreadable", f"{name} isn't XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("unsafe_input", f"a document type definition in {name}")
    return root
