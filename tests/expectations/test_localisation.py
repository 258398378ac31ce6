"""Wrong cells are found again: generated reports, a real one, and tables small enough to try everything."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from itertools import combinations, product
from pathlib import Path
from random import Random

import duckdb
import numpy as np
import polars as pl
import pytest

from dagster_project.settings import Settings
from expectations.localisation import Limits, cells_on_form, enforced_terms, localise
from expectations.localisation.search import search
from expectations.localisation.solver import MOST_CELLS_TRIED, Solver
from expectations.localisation.system import System
from extract import Catalogue, Document, Report, ReportReader
from extract.frames import cells_frame as staging_cells
from tests.benchmarks.localisation import LINES_OF_ONE_IDENTITY, cases, cells_frame, located, verdicts
from tests.conftest import shared
from tests.report_writer import ReportWriter

REPORTS = 999
Key = tuple[str, str]


@pytest.fixture(scope="module")
def terms(catalogue: Catalogue) -> pl.DataFrame:
    return enforced_terms(catalogue)


def applications(terms: pl.DataFrame) -> System:
    """The identities of section 3, one line for 其他处理 left out."""
    system = System.of_terms(terms.filter(pl.col("section") == 3))
    on_form = np.array([line != "other_all" for line, _ in system.keys])
    [(_, own)] = system.components(on_form)
    return own


def one_review(terms: pl.DataFrame) -> System:
    """The identity of one procedure: five cells."""
    return System.of_terms(terms.filter(pl.col("scope") == "litigation_direct"))


def frame(cells: Mapping[Key, int | Decimal | None], report: str = "r") -> pl.DataFrame:
    rows = [(report, *key, value if value is None else Decimal(value)) for key, value in cells.items()]
    schema = {"report_id": pl.String, "line": pl.String, "column": pl.String, "printed_value": pl.Decimal(24, 6)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def review(line: str, *figures: int | Decimal | None) -> dict[Key, int | Decimal | None]:
    columns = ("upheld", "corrected", "other", "pending", "total")
    return {(line, column): figure for column, figure in zip(columns, figures, strict=True)}


def explanations_of(found: pl.DataFrame) -> dict[int, dict[Key, tuple[int, int | None]]]:
    explanations: dict[int, dict[Key, tuple[int, int | None]]] = defaultdict(dict)
    for row in found.iter_rows(named=True):
        explanations[row["explanation_no"]][row["line"], row["column"]] = (row["proposed_least"], row["proposed_most"])
    return explanations


# -- generated reports ------------------------------------------------------------------------------


def test_one_wrong_cell_in_two_identities_is_the_only_explanation(writer: ReportWriter, terms: pl.DataFrame) -> None:
    generated = list(cases(writer, REPORTS, (1,)))
    said = verdicts(generated, located(writer, generated), terms)
    in_two = [case.name for case in generated if not any(line in LINES_OF_ONE_IDENTITY for line, _ in case.wrong)]
    assert len(in_two) > 800
    assert {said[name] for name in in_two} == {"unique"}
    assert {said[case.name] for case in generated} <= {"unique", "first", "tied"}


def test_two_wrong_cells_are_among_the_explanations(writer: ReportWriter, terms: pl.DataFrame) -> None:
    generated = list(cases(writer, REPORTS, (2,)))
    explanations = located(writer, generated)
    sizes: dict[str, int] = defaultdict(int)
    first = explanations.unique(["report_id", "part_no"])
    for report, size in first.select("report_id", "cells_in_explanation").iter_rows():
        sizes[report] += size
    said = verdicts(generated, explanations, terms)
    pairs = [said[case.name] for case in generated if sizes[case.name] == 2]
    assert len(pairs) > 900
    assert sum(verdict in ("unique", "first", "tied") for verdict in pairs) >= 0.95 * len(pairs)


@pytest.mark.parametrize("seed", range(3))
def test_order_of_the_rows_says_nothing(
    catalogue: Catalogue, writer: ReportWriter, terms: pl.DataFrame, seed: int
) -> None:
    """A database hands out rows in any order; two builds give the same explanations, word for word."""
    cells = cells_frame(catalogue, cases(writer, 60))
    others, figures = (rows.sample(fraction=1, shuffle=True, seed=seed) for rows in (terms, cells))
    assert localise(others, figures).equals(localise(terms, cells))


def test_untouched_reports_have_no_explanation(writer: ReportWriter, terms: pl.DataFrame) -> None:
    figures = {key: int(text) for key, text in writer.balanced("2021", Random(1)).items()}
    cells = {key: value for key, value in figures.items() if writer.catalogue.section_of_line(key[0]) in (3, 4)}
    assert localise(terms, frame(cells)).is_empty()
    assert localise(terms, frame({})).is_empty()


@pytest.mark.parametrize("seed", range(12))
def test_solver_and_algebra_agree(terms: pl.DataFrame, writer: ReportWriter, seed: int) -> None:
    system, random = applications(terms), Random(seed)
    figures = writer.balanced("2021", random)
    values = np.array([int(figures[key]) for key in system.keys])
    for cell in random.sample(range(len(values)), 2 + seed % 3):
        values[cell] += random.randint(1, 12)
    by_algebra = search(system, values, least=1, most=4, cap=1000)
    by_solver = Solver(system, values, np.ones(len(values), dtype=bool)).explanations(1000, 10_000)
    assert by_algebra is not None
    assert set(by_algebra.explanations) == set(by_solver.explanations)
    by_choice = Solver(system, values, np.ones(len(values), dtype=bool)).explanations(1000, 10_000, least=4)
    if len(by_algebra.explanations[0].changes) == 4:
        assert set(by_choice.explanations) == set(by_algebra.explanations)


@pytest.mark.parametrize("seed", range(6))
def test_trying_and_choosing_agree(terms: pl.DataFrame, writer: ReportWriter, seed: int) -> None:
    """Tables with blanks, by the two ways of the solver."""
    system, random = applications(terms), Random(seed)
    figures = writer.balanced("2021", random)
    values = np.array([int(figures[key]) for key in system.keys])
    known = np.array([value > 0 or random.random() < 0.8 for value in values])
    for cell in random.sample(np.flatnonzero(known).tolist(), 1 + seed % 2):
        values[cell] += random.randint(1, 12)
    by_trying = Solver(system, values, known).explanations(1000, 10_000)
    by_choosing = Solver(system, values, known).explanations(1000, 10_000, least=MOST_CELLS_TRIED + 1)
    assert by_trying.search == "complete"
    assert set(by_choosing.explanations) <= set(by_trying.explanations)
    if by_choosing.search == "complete":
        assert set(by_choosing.explanations) == set(by_trying.explanations)


# -- everything tried -------------------------------------------------------------------------------


def tried(system: System, figures: list[int | None], most: int) -> set[frozenset[int]]:
    """The smallest sets of cells that mend a small table, by trying every figure up to ``most``."""
    printed = [cell for cell, figure in enumerate(figures) if figure is not None]
    must = {cell for cell in printed if (figures[cell] or 0) < 0}
    for size in range(len(printed) + 1):
        found = set()
        for cells in combinations(printed, size):
            free = [cell for cell, figure in enumerate(figures) if figure is None or cell in cells]
            for values in product(range(most + 1), repeat=len(free)):
                table = np.array([figure or 0 for figure in figures])
                table[free] = values
                if must <= set(cells) and not (system.matrix @ table).any():
                    found.add(frozenset(cells))
                    break
        if found:
            return found
    return set()


@pytest.mark.parametrize("seed", range(60))
def test_small_tables_as_if_everything_were_tried(terms: pl.DataFrame, seed: int) -> None:
    """One procedure with blanks and negative figures."""
    random, system = Random(seed), one_review(terms)
    figures = [random.choice((None, -1, 0, 1, 2, 3)) for _ in system.keys]
    known = np.array([[figure is not None for figure in figures]])
    values = np.array([[float(figure or 0) for figure in figures]])
    found = localise(terms, frame(dict(zip(system.keys, figures, strict=True))))
    explained = {frozenset(system.keys.index(key) for key in changes) for changes in explanations_of(found).values()}
    assert explained == (tried(system, figures, 12) if system.failing(values, known).any() else set())


@pytest.mark.parametrize("seed", range(20))
def test_tables_of_two_identities_as_if_everything_were_tried(terms: pl.DataFrame, seed: int) -> None:
    """Two lines and their sums: a table in small, with blanks."""
    random = Random(seed)
    rows = [
        ("left", "a", "x", -1), ("left", "a", "y", -1), ("left", "a", "t", 1), ("right", "b", "x", -1),
        ("right", "b", "y", -1), ("right", "b", "t", 1), ("down", "a", "x", 1), ("down", "b", "x", -1),
    ]  # fmt: skip
    lines, columns = {"a": 1, "b": 2}, {"x": 1, "y": 2, "t": 3}
    small = pl.DataFrame(
        [(name, "s", 3, 0, sign, line, column, lines[line], columns[column]) for name, line, column, sign in rows],
        schema=terms.schema,
        orient="row",
    )
    system = System.of_terms(small)
    figures = [random.choice((None, 0, 1, 2, 4, 5)) for _ in system.keys]
    known = np.array([[figure is not None for figure in figures]])
    values = np.array([[float(figure or 0) for figure in figures]])
    findings = localise(small, frame(dict(zip(system.keys, figures, strict=True))))
    by_part: dict[int, set[frozenset[Key]]] = defaultdict(set)
    for no, changes in explanations_of(findings).items():
        part = findings.filter(pl.col("explanation_no") == no)["part_no"][0]
        by_part[part].add(frozenset(changes))
    explained = {frozenset[Key]().union(*choice) for choice in product(*by_part.values())} if by_part else set()
    wanted = tried(system, figures, 10) if system.failing(values, known).any() else set()
    assert explained == {frozenset(system.keys[cell] for cell in cells) for cells in wanted}


# -- what the rows say ------------------------------------------------------------------------------


def test_hongze_2023(reader: ReportReader, terms: pl.DataFrame) -> None:
    """A review total of 0 beside 10 + 1 can only be 11; after review 5 and a total of 0 leave two explanations."""
    paths = sorted(shared("reports").glob("huai_an_hongze_2023.*"))
    assert len(paths) == 3
    for path in paths:
        report = reader.read(Document(f"file:///{path.name}", path.read_bytes()))
        assert isinstance(report, Report)
        cells = cells_on_form(reader.catalogue, staging_cells([report]), {report.report_id: report.form})
        found = localise(terms, cells)
        assert found.select("part_no", "explanation_no", "line", "column", "printed", "proposed", "is_tie").rows() == [
            (1, 1, "administrative_review", "total", 0, 11, False),
            (2, 2, "litigation_after_review", "upheld", 5, 0, True),
            (2, 3, "litigation_after_review", "total", 0, 5, True),
        ]
        assert found["evidence_rank"].to_list() == [1, 1, 1]
        assert found["explanations_for_part"].to_list() == [1, 2, 2]
        assert found["explanations_for_report"].to_list() == [3, 3, 3]
        assert set(found["search"]) == {"complete"}


def test_evidence_puts_the_stated_figure_first(terms: pl.DataFrame) -> None:
    cells = frame(review("administrative_review", 3, 4, 0, 0, 9))
    assert localise(terms, cells)["evidence_rank"].to_list() == [1, 1, 1, 1, 1]
    witnesses = pl.DataFrame(
        {"report_id": "r", "line": "administrative_review", "column": ["total", "corrected"], "witness": "prose"}
    ).with_columns(pl.Series("value", [Decimal(7), Decimal(4)]))
    found = localise(terms, cells, witnesses)
    assert found.row(0, named=True)["column"] == "total"
    assert found.row(0, named=True)["evidence"] == "prose_agrees"
    assert found["evidence_rank"].to_list() == [1, 2, 2, 2, 5]
    assert found.row(4, named=True)["evidence"] == "prose_contradicts"


def test_values_that_are_not_unique_are_ranges(terms: pl.DataFrame) -> None:
    found = localise(terms, frame(review("administrative_review", 7, None, 0, 0, 5)))
    assert explanations_of(found) == {
        1: {("administrative_review", "upheld"): (0, 5)},
        2: {("administrative_review", "total"): (7, None)},
    }
    assert found["proposed"].to_list() == [None, None]


def test_figures_that_no_count_can_be_change(terms: pl.DataFrame) -> None:
    found = localise(terms, frame(review("administrative_review", Decimal("2.5"), 1, 0, 0, 3)))
    assert explanations_of(found) == {1: {("administrative_review", "upheld"): (2, 2)}}
    found = localise(terms, frame(review("administrative_review", -2, 1, 0, 0, 3)))
    assert found.select("column", "proposed", "evidence").rows() == [("upheld", 2, "sign")]


def test_far_too_large_figures_are_left_alone(terms: pl.DataFrame) -> None:
    assert localise(terms, frame(review("administrative_review", 10**15, 1, 0, 0, 3))).is_empty()
    assert localise(terms, frame(review("administrative_review", 10**9, None, 0, 0, 3))).is_empty()
    assert len(localise(terms, frame(review("administrative_review", 10**9, 1, 0, 0, 3)))) == 2


def test_a_cap_that_is_reached_is_said(terms: pl.DataFrame, writer: ReportWriter) -> None:
    generated = list(cases(writer, 40, (3,)))
    cells = cells_frame(writer.catalogue, generated)
    tied = localise(terms, cells).filter((pl.col("section") == 3) & (pl.col("explanations_for_part") > 1))
    report = tied["report_id"][0]
    capped = localise(terms, cells.filter(pl.col("report_id") == report), limits=Limits(cap=1))
    assert "cap_reached" in set(capped.filter(pl.col("section") == 3)["search"])


def test_independent_faults_are_parts(terms: pl.DataFrame, writer: ReportWriter) -> None:
    figures = {key: int(text) for key, text in writer.balanced("2021", Random(7), least=1).items()}
    cells = {key: value for key, value in figures.items() if writer.catalogue.section_of_line(key[0]) in (3, 4)}
    wrong = [("granted", "natural_person"), ("rejected_duplicate", "research_institution"), ("carried_in", "total")]
    for number, key in enumerate(wrong):
        cells[key] += 10 ** (number + 1)
    found = localise(terms, frame(cells))
    assert [(row[0], (row[1], row[2])) for row in found.select("part_no", "line", "column").iter_rows()] == [
        (1, wrong[2]),
        (2, wrong[0]),
        (3, wrong[1]),
    ]
    assert [int(row["proposed"]) for row in found.iter_rows(named=True)] == [figures[wrong[n]] for n in (2, 0, 1)]


# -- the same as the warehouse ----------------------------------------------------------------------


def test_terms_and_cells_are_those_of_the_warehouse(
    sample_warehouse: Path, catalogue: Catalogue, terms: pl.DataFrame
) -> None:
    with duckdb.connect(str(Settings((), sample_warehouse).build_database), read_only=True) as connection:
        in_warehouse = connection.sql("from intermediate.int_localisation_terms").pl()
        staging = connection.sql("from staging.cells").pl()
        forms = dict(connection.sql("select report_id, form from staging.reports").fetchall())
        wanted = connection.sql(
            'select distinct report_id, line, "column", printed_value '
            "from intermediate.int_applicable_lines inner join intermediate.int_identity_scopes using (line) "
            'left join intermediate.int_figures using (report_id, line, "column") '
            "where is_enforced and not is_across_years"
        ).pl()
    assert set(in_warehouse.select(terms.columns).iter_rows()) == set(terms.iter_rows())
    cells = cells_on_form(catalogue, staging, forms)
    assert set(cells.select(wanted.columns).iter_rows()) == set(wanted.iter_rows())
