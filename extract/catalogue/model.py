"""The records of the catalogue and the few look-ups that its readers share.

Belongs here: the shape of each seed and questions answered from the seeds alone. Doesn't belong
here: any label, code or rule of the form itself (they are data, in the seeds), or matching of
printed text (``extract.labels``).
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

#: The words of prose may name each other so deep.
DEEPEST_WORDS = 5

_NAMED_WORD = re.compile(r"\{([a-z_]+)\}")


class Record(BaseModel):
    """One row of a seed: immutable, with no column unaccounted for."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)


class Form(Record):
    """A version of the statutory form and the notice that fixed it."""

    form: str
    label_zh: str
    label_en: str
    notice: str
    first_report_year: int
    last_report_year: int | None = None


class Section(Record):
    """One of the six sections of a report."""

    section: int = Field(ge=1, le=6)
    kind: Literal["prose", "table"]
    label_zh: str
    label_en: str


class SubTable(Record):
    """A table that has a header of its own: five in section 2, one each in sections 3 and 4."""

    sub_table: str
    section: int
    label_zh: str | None = None
    label_en: str


class Column(Record):
    """A column of the form; ``form`` is given where the label tells the version."""

    column: str
    form: str | None = None
    dimension: Literal["measure", "applicant_type", "review_result", "total", "remainder"]
    unit: Literal["count", "yuan"]
    additivity: Literal["flow", "stock"]
    sort_order: int
    label_zh: str
    label_en: str


class SubTableColumn(Record):
    """Which columns a sub-table has, in the order of the form."""

    sub_table: str
    form: str | None = None
    position: int = Field(ge=1)
    column: str


class Line(Record):
    """A line of the form: a leaf, a flow, a subtotal that can stand for leaves, or a heading."""

    line: str
    sub_table: str
    form: str | None = None
    dimension: str | None = None
    role: Literal["leaf", "flow", "subtotal", "heading"]
    parent_line: str | None = None
    outcome_category: str | None = None
    legal_basis: str | None = None
    sort_order: int
    label_zh: str
    label_en: str


class HeaderLabel(Record):
    """Words that stand in the header of a table and name neither a line nor a column."""

    label_zh: str
    section: int
    meaning: str


class Synonym(Record):
    """Another wording under which a section, sub-table, column or line is printed."""

    kind: Literal["section", "sub_table", "column", "line"]
    code: str
    label_zh: str
    note: str | None = None


class CellWord(Record):
    """A word or mark in a cell and what it says; ``factor`` is the yuan in a unit of money."""

    word: str
    reading: Literal["blank", "zero", "increase", "decrease", "money", "counter"]
    factor: int | None = None
    note: str | None = None


class AgencyEnding(Record):
    """How names of agencies end: an organ, a government, or a bare place name."""

    ending: str
    kind: Literal["government", "organ", "place"]


class Identity(Record):
    """An accounting identity; ``scope_axis`` says whether it runs over lines or columns.

    ``scope_dimension`` is the dimension of these lines (``line``: all) or columns; ``form`` the only version that
    has its cells. One that runs over cells of any section (``prose_agrees``) has no section, and no terms here: the
    prose says which cells it compares.
    """

    identity: str
    section: int | None = None
    form: str | None = None
    scope_dimension: str
    scope_axis: Literal["line", "column", "cell"]
    is_enforced: bool
    severity: Literal["warning", "error"]
    tolerance: int = Field(ge=0)
    sort_order: int
    label_zh: str
    label_en: str
    formula: str
    formula_zh: str
    legal_basis: str
    legal_basis_zh: str


class IdentityTerm(Record):
    """A weighted term of an identity: the line where it runs over columns, and the other way.

    ``year_offset`` is the year of the report that the cell stands in, from the report judged: -1 is the year before.
    """

    identity: str
    side: Literal["left", "right"]
    weight: int = Field(ge=-1, le=1)
    year_offset: int = Field(ge=-1, le=0)
    line: str | None = None
    column: str | None = None


class ProsePhrase(Record):
    """A wording of prose, a regular expression over sentences without white space.

    ``figure``: the slot ``number`` (and ``money``, its unit) is the figure of one cell. ``none``: the words say that
    there is none. ``word``: a part that other patterns name in braces. ``line``: a line that only prose has. The
    other kinds are words that tell whose or what time's a figure is, or which sentences to look at.
    """

    phrase: str
    kind: Literal[
        "figure",
        "none",
        "word",
        "line",
        "related",
        "goes_on",
        "this_year",
        "other_time",
        "whole_jurisdiction",
        "jurisdiction",
        "own_organ",
        "other_organ",
        "named_organ",
    ]
    pattern: str | None = None
    needs: str | None = None
    unless: str | None = None
    line: str | None = None
    column: str | None = None
    unit: Literal["count", "yuan"] | None = None
    note: str | None = None


@dataclass(frozen=True)
class Catalogue:
    """All seeds of the form. ``fingerprint`` changes whenever any of them does."""

    forms: tuple[Form, ...]
    sections: tuple[Section, ...]
    sub_tables: tuple[SubTable, ...]
    columns: tuple[Column, ...]
    sub_table_columns: tuple[SubTableColumn, ...]
    lines: tuple[Line, ...]
    header_labels: tuple[HeaderLabel, ...]
    synonyms: tuple[Synonym, ...]
    cell_words: tuple[CellWord, ...]
    agency_endings: tuple[AgencyEnding, ...]
    identities: tuple[Identity, ...]
    identity_terms: tuple[IdentityTerm, ...]
    prose_phrases: tuple[ProsePhrase, ...]
    fingerprint: str = ""

    @cached_property
    def _words_of_prose(self) -> dict[str, str]:
        return {phrase.phrase: f"(?:{phrase.pattern})" for phrase in self.prose_phrases if phrase.kind == "word"}

    def expanded(self, pattern: str) -> str:
        """A pattern of prose with the words that it names in braces put in; ValueError for one that isn't there."""
        for _ in range(DEEPEST_WORDS):
            named = _NAMED_WORD.findall(pattern)
            if unknown := [word for word in named if word not in self._words_of_prose]:
                raise ValueError(f"no word is called {unknown[0]!r}")
            if not named:
                return pattern
            pattern = _NAMED_WORD.sub(lambda match: self._words_of_prose[match[1]], pattern)
        raise ValueError("words name each other in a circle")

    @cached_property
    def line_of(self) -> dict[str, Line]:
        """Lines by code."""
        return {line.line: line for line in self.lines}

    @cached_property
    def section_of_sub_table(self) -> dict[str, int]:
        """Section numbers by sub-table."""
        return {table.sub_table: table.section for table in self.sub_tables}

    @cached_property
    def unit_of_column(self) -> dict[str, str]:
        """The unit a column is kept in: ``count`` or ``yuan``."""
        return {column.column: column.unit for column in self.columns}

    @cached_property
    def column_sets(self) -> dict[str, dict[str | None, tuple[str, ...]]]:
        """For each sub-table the columns of each form version (None: the same in all), in order."""
        sets: dict[str, dict[str | None, tuple[str, ...]]] = {}
        for row in sorted(self.sub_table_columns, key=lambda row: row.position):
            by_form = sets.setdefault(row.sub_table, {})
            by_form[row.form] = (*by_form.get(row.form, ()), row.column)
        return sets

    @cached_property
    def sections_of_column(self) -> dict[str, frozenset[int]]:
        """The sections in whose tables a column stands; 总计 stands in two."""
        found: dict[str, set[int]] = {}
        for table, sets in self.column_sets.items():
            for column in (column for columns in sets.values() for column in columns):
                found.setdefault(column, set()).add(self.section_of_sub_table[table])
        return {column: frozenset(sections) for column, sections in found.items()}

    def section_of_line(self, line: str) -> int:
        """The section in which a line stands; KeyError for a code that the form doesn't have."""
        return self.section_of_sub_table[self.line_of[line].sub_table]

    def lines_of_section(self, section: int) -> tuple[Line, ...]:
        """The lines of a section that can carry figures, in the order of the form."""
        return self._lines_by_section.get(section, ())

    @cached_property
    def _lines_by_section(self) -> dict[int, tuple[Line, ...]]:
        found: dict[int, tuple[Line, ...]] = {}
        for line in self.lines:
            if line.role != "heading":
                section = self.section_of_sub_table[line.sub_table]
                found[section] = (*found.get(section, ()), line)
        return found

    def scopes_of(self, identity: Identity) -> tuple[str, ...]:
        """The codes that an identity runs over: the columns of its section, or the lines in its dimension."""
        if identity.section is None:
            return ()
        if identity.scope_axis == "line":
            of_all, wanted = identity.scope_dimension == "line", identity.scope_dimension
            lines = self.lines_of_section(identity.section)
            return tuple(line.line for line in lines if of_all or line.dimension == wanted)
        tables = [t for t, section in self.section_of_sub_table.items() if section == identity.section]
        return tuple(c for t in tables for columns in self.column_sets[t].values() for c in columns)
