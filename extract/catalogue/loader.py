"""The strict loader of the catalogue's seeds: a bad row names its file, its row and the reason.

Belongs here: reading the CSV files and checking that they agree. Doesn't belong here: what the
records mean (``extract.catalogue.model``). The directory of the seeds is an argument.
"""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from extract.catalogue import model

RecordType = TypeVar("RecordType", bound=model.Record)


class CatalogueError(ValueError):
    """A seed of the catalogue can't be used; the message names file, row and reason."""


def seed_path(directory: Path, seed: str) -> Path:
    """The file of a seed: ``catalogue_<seed>.csv`` in the directory of the seeds."""
    return directory / f"catalogue_{seed}.csv"


def load_catalogue(directory: Path) -> model.Catalogue:
    """Load and check all seeds of the catalogue in ``directory``.

    Raises:
        CatalogueError: a file is missing, a row doesn't fit its record, a key stands twice or a
            code refers to nothing.

    """
    catalogue = model.Catalogue(
        forms=_read(directory, "forms", model.Form, lambda r: r.form),
        sections=_read(directory, "sections", model.Section, lambda r: r.section),
        sub_tables=_read(directory, "sub_tables", model.SubTable, lambda r: r.sub_table),
        columns=_read(directory, "columns", model.Column, lambda r: (r.column, r.form)),
        sub_table_columns=_read(
            directory, "sub_table_columns", model.SubTableColumn, lambda r: (r.sub_table, r.form, r.position)
        ),
        lines=_read(directory, "lines", model.Line, lambda r: r.line),
        header_labels=_read(directory, "header_labels", model.HeaderLabel, lambda r: r.label_zh),
        synonyms=_read(directory, "synonyms", model.Synonym, lambda r: (r.kind, r.label_zh)),
        cell_words=_read(directory, "cell_words", model.CellWord, lambda r: r.word),
        agency_endings=_read(directory, "agency_endings", model.AgencyEnding, lambda r: r.ending),
        identities=_read(directory, "identities", model.Identity, lambda r: r.identity),
        identity_terms=_read(
            directory,
            "identity_terms",
            model.IdentityTerm,
            lambda r: (r.identity, r.side, r.year_offset, r.line, r.column),
        ),
        prose_phrases=_read(directory, "prose_phrases", model.ProsePhrase, lambda r: r.phrase),
        fingerprint=_fingerprint(directory),
    )
    _check_references(catalogue, directory)
    return catalogue


def _fingerprint(directory: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(directory.glob("catalogue_*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _read(
    directory: Path, seed: str, record: type[RecordType], key: Callable[[RecordType], object]
) -> tuple[RecordType, ...]:
    path = seed_path(directory, seed)
    if not path.is_file():
        raise CatalogueError(f"{path.name}: the file is missing in {directory}")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if list(reader.fieldnames or ()) != list(record.model_fields):
            raise CatalogueError(f"{path.name}: the header is {reader.fieldnames}, not {list(record.model_fields)}")
        rows = [_record(path.name, reader.line_num, record, row) for row in reader]
    repeated = [value for value, count in Counter(map(key, rows)).items() if count > 1]
    if repeated:
        raise CatalogueError(f"{path.name}: stands twice: {repeated[0]}")
    return tuple(rows)


def _record(file: str, number: int, record: type[RecordType], row: dict) -> RecordType:
    if None in row or None in row.values():
        raise CatalogueError(f"{file}, row {number}: the number of cells differs from the header's")
    try:
        return record.model_validate_strings({name: text for name, text in row.items() if text != ""})
    except ValidationError as error:
        first = error.errors()[0]
        column = ".".join(str(part) for part in first["loc"])
        raise CatalogueError(f"{file}, row {number}, {column}: {first['msg']}") from error


def _check_references(catalogue: model.Catalogue, directory: Path) -> None:
    forms = {record.form for record in catalogue.forms} | {None}
    sections = {record.section for record in catalogue.sections}
    sub_tables = {record.sub_table for record in catalogue.sub_tables}
    columns = {record.column for record in catalogue.columns}
    lines = {record.line for record in catalogue.lines}
    identities = {record.identity for record in catalogue.identities}
    codes = {"section": {str(s) for s in sections}, "sub_table": sub_tables, "column": columns, "line": lines}

    _require(directory, "sub_tables", "section", (r.section for r in catalogue.sub_tables), sections)
    _require(directory, "header_labels", "section", (r.section for r in catalogue.header_labels), sections)
    _require(directory, "identities", "section", (r.section for r in catalogue.identities), sections | {None})
    _require(directory, "identities", "form", (r.form for r in catalogue.identities), forms)
    _require(directory, "columns", "form", (r.form for r in catalogue.columns), forms)
    _require(directory, "lines", "form", (r.form for r in catalogue.lines), forms)
    _require(directory, "lines", "sub_table", (r.sub_table for r in catalogue.lines), sub_tables)
    _require(directory, "lines", "parent_line", (r.parent_line for r in catalogue.lines), lines | {None})
    _require(directory, "sub_table_columns", "form", (r.form for r in catalogue.sub_table_columns), forms)
    _require(
        directory, "sub_table_columns", "sub_table", (r.sub_table for r in catalogue.sub_table_columns), sub_tables
    )
    _require(directory, "sub_table_columns", "column", (r.column for r in catalogue.sub_table_columns), columns)
    _require(directory, "identity_terms", "identity", (r.identity for r in catalogue.identity_terms), identities)
    _require(directory, "identity_terms", "line", (r.line for r in catalogue.identity_terms), lines | {None})
    _require(directory, "identity_terms", "column", (r.column for r in catalogue.identity_terms), columns | {None})
    known = {(kind, code) for kind, members in codes.items() for code in members}
    _require(directory, "synonyms", "code", ((r.kind, r.code) for r in catalogue.synonyms), known)
    _require_terms(catalogue, directory)
    of_prose = {r.phrase for r in catalogue.prose_phrases if r.kind == "line"} | {None}
    _require(directory, "prose_phrases", "line", (r.line for r in catalogue.prose_phrases), lines | of_prose)
    _require(directory, "prose_phrases", "column", (r.column for r in catalogue.prose_phrases), columns | {None})
    _require_phrases(catalogue, directory)


def _require(directory: Path, seed: str, column: str, values: Iterable[object], known: set) -> None:
    for number, value in enumerate(values, start=2):
        if value not in known:
            name = seed_path(directory, seed).name
            raise CatalogueError(f"{name}, row {number}, {column}: nothing in the catalogue is called {value!r}")


def _require_terms(catalogue: model.Catalogue, directory: Path) -> None:
    axis = {identity.identity: identity.scope_axis for identity in catalogue.identities}
    name = seed_path(directory, "identity_terms").name
    for number, term in enumerate(catalogue.identity_terms, start=2):
        given = "column" if term.line is None else "line"
        if (term.line is None) == (term.column is None) or given == axis[term.identity]:
            raise CatalogueError(
                f"{name}, row {number}: {term.identity} runs over {axis[term.identity]}s; its terms give the other one"
            )
    for identity in (name for name, runs_over in axis.items() if runs_over != "cell"):
        if {t.side for t in catalogue.identity_terms if t.identity == identity} != {"left", "right"}:
            raise CatalogueError(f"{name}: {identity} needs terms on both sides")


def _require_phrases(catalogue: model.Catalogue, directory: Path) -> None:
    """Every pattern compiles with the words that it names, and a figure has its slots and its cell."""
    name = seed_path(directory, "prose_phrases").name
    for number, record in enumerate(catalogue.prose_phrases, start=2):
        for column in ("pattern", "needs", "unless"):
            try:
                compiled = re.compile(catalogue.expanded(getattr(record, column) or ""))
            except (re.error, ValueError) as error:
                raise CatalogueError(f"{name}, row {number}, {column}: {error}") from error
            if column == "pattern" and (missing := _missing_of(record, compiled)):
                raise CatalogueError(f"{name}, row {number}: {record.phrase} ({record.kind}) has no {missing}")


def _missing_of(record: model.ProsePhrase, pattern: re.Pattern[str]) -> str | None:
    """What a phrase lacks to say what its kind says."""
    if record.kind == "line":
        return None
    if not record.pattern:
        return "pattern"
    if record.kind not in ("figure", "none"):
        return None
    slots = {"figure": {"number"} | ({"money"} if record.unit == "yuan" else set()), "none": set()}[record.kind]
    missing = [column for column in ("line", "column", "unit") if getattr(record, column) is None]
    return next(iter([*missing, *sorted(slots - set(pattern.groupindex))]), None)
