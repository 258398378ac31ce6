"""Every cell of sections 3 and 4 counts: adding 1 to it breaks exactly the identities that contain it."""

from pathlib import Path

import duckdb
import pytest

from extract import Catalogue
from tests.builds import build
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import LAYOUTS

Cell = tuple[str, str]


def fully_printed(writer: ReportWriter) -> dict[Cell, str]:
    """A report of the 2021 form in which everything adds up, and hardly a figure is 0."""
    catalogue = writer.catalogue
    columns = catalogue.column_sets["applications"][None]
    figures = dict.fromkeys(writer.keys("2021"), 1)
    outcomes = [line.line for line in catalogue.lines if line.dimension == "outcome" and line.line != "other_all"]
    figures |= {("processed", column): len(outcomes) for column in columns}
    figures |= {("new_received", column): len(outcomes) for column in columns}
    for line in catalogue.lines_of_section(3):
        if line.line != "other_all":
            figures[line.line, "total"] = sum(figures[line.line, column] for column in columns[:-1])
    for line in catalogue.lines_of_section(4):
        figures[line.line, "total"] = 4
    return {key: str(value) for key, value in figures.items()}


def identities_of(catalogue: Catalogue, cell: Cell) -> set[tuple[str, str]]:
    """The identities and scopes that contain a cell, straight from the catalogue's terms."""
    line, column = cell
    section = catalogue.section_of_line(line)
    axis = {
        identity.identity: identity
        for identity in catalogue.identities
        if identity.is_enforced and identity.section == section
    }
    return {
        (term.identity, line if axis[term.identity].scope_axis == "line" else column)
        for term in catalogue.identity_terms
        if term.identity in axis and (term.line in (None, line) and term.column in (None, column))
    }


@pytest.fixture(scope="module")
def mutated(tmp_path_factory: pytest.TempPathFactory, writer: ReportWriter) -> tuple[Path, list[Cell]]:
    """One report as it should be, and one for each cell with 1 added; all built at once."""
    folder = tmp_path_factory.mktemp("mutated")
    reports = folder / "reports"
    reports.mkdir()
    figures = fully_printed(writer)
    cells = [cell for cell in figures if writer.catalogue.section_of_line(cell[0]) in (3, 4)]
    layout = LAYOUTS["pipe_row"]
    (reports / "untouched.txt").write_text(writer.text(Written(figures), layout), encoding="utf-8")
    for number, cell in enumerate(cells):
        changed = figures | {cell: str(int(figures[cell]) + 1)}
        (reports / f"{number:03d}.txt").write_text(writer.text(Written(changed), layout), encoding="utf-8")
    return build(reports, folder / "mutated.duckdb"), cells


def test_every_cell_of_sections_3_and_4(mutated: tuple[Path, list[Cell]], catalogue: Catalogue) -> None:
    warehouse, cells = mutated
    assert len(cells) == 25 * 7 + 3 * 5
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        failing = connection.execute(
            "select parse_filename(source_uri, true), list((identity, scope)) filter (where status = 'fail') "
            "from quality.identity_results join staging.reports using (report_id) group by all"
        ).fetchall()
    found = {name: set(identities or []) for name, identities in failing}
    wanted = {f"{number:03d}": identities_of(catalogue, cell) for number, cell in enumerate(cells)}
    assert found == wanted | {"untouched": set()}


def test_only_the_untouched_copy_is_consistent(mutated: tuple[Path, list[Cell]]) -> None:
    with duckdb.connect(str(mutated[0]), read_only=True) as connection:
        consistent = connection.execute(
            "select parse_filename(source_uri) from marts.dim_report where quality_status = 'consistent'"
        ).fetchall()
        others = connection.execute(
            "select distinct status from quality.identity_results where status not in ('pass', 'fail')"
        ).fetchall()
        current = connection.execute("select count(*) from marts.dim_report where is_current").fetchone()
    assert consistent == [("untouched.txt",)]
    assert others == []
    assert current == (1,)
