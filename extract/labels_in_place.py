"""Which label a text is at its place: 其他 and 总计 name columns as well as lines.

Belongs here: what a place allows, and remembering what a text was taken for there. Doesn't belong here:
the index of labels (``extract.labels``), or how a place changes (``extract.tables``).
"""

import re
from functools import lru_cache
from typing import NamedTuple

from extract.catalogue.model import Catalogue
from extract.figures import FigureReader
from extract.labels import LONGEST_LABEL, Label, LabelIndex, Match, is_numbered
from extract.remembered import Remembered

#: Labels this short mean something only inside their table: prose and menus hold the same words.
SHORT_COLUMN_LABEL, SHORT_LINE_LABEL = 2, 4

#: Menus and headings are no longer than this; prose is remembered in vain.
LONGEST_REMEMBERED = 30

#: The unit of a figure that is fused to its label.
LONGEST_UNIT = 2

_FIGURE_BEHIND_LABEL = re.compile(rf"(.*?[^\d.\s])\s*(\d[\d,.]*\D{{0,{LONGEST_UNIT}}})")
_DIGIT = re.compile(r"\d")


class Place(NamedTuple):
    """Where in a page a text stands: in which section's table, below its header or among its rows."""

    section: int | None = None
    rows_began: bool = False
    has_header: bool = False


class LabelsInPlace:
    """Finds labels by the place of a text; what was found is remembered, as reports repeat each other's labels."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue, self._labels, self._figures = catalogue, LabelIndex(catalogue), FigureReader(catalogue)
        self._short_columns = {c.column for c in catalogue.columns if len(c.label_zh) <= SHORT_COLUMN_LABEL}
        self._short_lines = {line.line for line in catalogue.lines if len(line.label_zh) <= SHORT_LINE_LABEL}
        self._section_of_line = {line.line: catalogue.section_of_line(line.line) for line in catalogue.lines}
        self.exact = lru_cache(maxsize=65536)(self._exact)
        self.near = lru_cache(maxsize=16384)(self._near)
        self.pieces = lru_cache(maxsize=16384)(self._pieces)
        #: Whether a text begins as no label does, or holds a letter of none; whether it is none and holds none.
        self.is_no_label = Remembered(self._labels.is_no_label, most=16384, longest=LONGEST_REMEMBERED).__getitem__
        self.is_prose = Remembered(self._is_prose, most=16384, longest=LONGEST_REMEMBERED).__getitem__

    def _is_prose(self, text: str) -> bool:
        """Whether a text surely is neither a label nor begins with one, has none fused to a figure, and is none."""
        if self._labels.begins_as_none(text):
            return True
        return self.is_no_label(text) and not _DIGIT.search(text, len(text) - 1 - LONGEST_UNIT)

    def _exact(self, text: str, place: Place) -> Match | None:
        """The one label that the text spells at its place; None without one or with two."""
        return self._labels.exact(text, lambda label: self.allows(label, place))

    def _near(self, text: str, place: Place) -> Match | None:
        """The label nearest to the text at its place, within the bound of slips."""
        return self._labels.near(text, lambda label: self.allows(label, place))

    def _pieces(self, text: str, place: Place) -> tuple[str, ...]:
        """The texts that got fused into one: several labels, or a label and its figure."""
        texts = self._labels.fused(text, lambda label: self.allows(label, place))
        if not texts and len(text) <= LONGEST_LABEL and (ending := _FIGURE_BEHIND_LABEL.fullmatch(text)):
            match = self._exact(ending[1], place)
            is_both = match and match.label.kind == "line" and self._figures.read(ending[2])
            texts = [ending[1], ending[2]] if is_both else []
        return tuple(texts)

    def numbered_line(self, text: str, section: int) -> Match | None:
        """The line of a section that a text with its number spells, wherever it stands."""
        if not is_numbered(text):
            return None
        return self._labels.exact(
            text, lambda label: label.kind == "line" and self._section_of_line[label.code] == section
        )

    def allows(self, label: Label, place: Place) -> bool:
        """Whether a label can stand at a place."""
        if label.kind == "line":
            section = self._section_of_line[label.code]
            if section == 2:
                return place.has_header and place.section == 2
            is_among_rows = place.section == 3 and place.rows_began
            return section == 4 or label.code not in self._short_lines or is_among_rows
        return label.kind != "column" or self.column_section(label, place) is not None

    def column_section(self, label: Label, place: Place) -> int | None:
        """The section that a column label leads into or stands in; None where it can't be one."""
        sections = self._catalogue.sections_of_column[label.code]
        in_header = place.section in sections and (place.section == 4 or not place.rows_began)
        if len(sections) > 1 or label.code in self._short_columns:
            return place.section if in_header else None
        return next(iter(sections))
