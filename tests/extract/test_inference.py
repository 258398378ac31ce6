"""What the identities leave one possibility for, and nothing else."""

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract import Document, Report, ReportReader
from extract.documents import Cell
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import LAYOUTS, PrintedRow

SEED = st.integers(0, 2**32)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def read(reader: ReportReader, text: str) -> Report:
    outcome = reader.read(Document("file:///report.txt", text.encode()))
    assert isinstance(outcome, Report), outcome
    return outcome


def inferred(report: Report) -> dict[tuple[str | None, str | None], Cell]:
    return {(cell.line, cell.column): cell for cell in report.cells if cell.inferred_value is not None}


def without(figures: Mapping[tuple[str, str], str], *keys: tuple[str, str]) -> dict[tuple[str, str], str]:
    return {key: "" if key in keys else text for key, text in figures.items()}


def dropping_layout(rows: list[PrintedRow]) -> str:
    """A cell a line; empty cells are lost."""
    return LAYOUTS["pipe_per_line"]([[cell for cell in row if cell != ""] for row in rows])


def test_blank_total_is_inferred_beside_the_print(reader: ReportReader, writer: ReportWriter) -> None:
    figures = writer.balanced("2021", Random(1))
    report = read(reader, writer.text(Written(without(figures, ("granted", "total"))), LAYOUTS["fenced_row"]))
    (cell,) = inferred(report).values()
    assert (cell.line, cell.column, cell.value, cell.reading) == ("granted", "total", None, "blank")
    assert str(cell.inferred_value) == figures["granted", "total"]
    assert cell.inference is not None
    assert set(cell.inference.split("; ")) <= {"applicants_sum", "outcomes_sum"}


def test_two_unknowns_in_each_identity_stay_unknown(reader: ReportReader, writer: ReportWriter) -> None:
    figures = writer.balanced("2021", Random(2), least=1)
    lost = [(line, column) for line in ("granted", "rejected_duplicate") for column in ("natural_person", "total")]
    report = read(reader, writer.text(Written(without(figures, *lost)), LAYOUTS["fenced_row"]))
    assert inferred(report) == {}


def test_nothing_is_inferred_from_figures_that_contradict(reader: ReportReader, writer: ReportWriter) -> None:
    figures = writer.balanced("2021", Random(3)) | {("new_received", "total"): "99999"}
    report = read(reader, writer.text(Written(without(figures, ("granted", "total"))), LAYOUTS["fenced_row"]))
    assert inferred(report) == {}


def test_figures_are_placed_where_one_placement_balances(reader: ReportReader, writer: ReportWriter) -> None:
    """Only natural persons applied: a row of two figures can only be theirs and the total."""
    people = {"natural_person", "total"}
    balanced = writer.balanced("2021", Random(4), least=1)
    figures = {
        key: text if key[1] in people or key[0] not in writer.applications else "0" for key, text in balanced.items()
    }
    for line in {line for line, _ in figures} & writer.applications:
        figures[line, "total"] = figures[line, "natural_person"]
    lost = [key for key in figures if key[0] == "granted" and key[1] not in people]
    report = read(reader, writer.text(Written(without(figures, *lost)), dropping_layout))
    placed = {key: cell for key, cell in inferred(report).items() if key[0] == "granted"}
    assert {column for _, column in placed} == people
    for cell in placed.values():
        figure = figures[cell.line or "", cell.column or ""]
        assert (str(cell.inferred_value), cell.value, cell.raw_text) == (figure, None, figure)
        assert cell.inference


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("layout", ["fenced_row", "dropped"])
@given(seed=SEED, share=st.sampled_from([0.02, 0.1, 0.5]))
@FEW
def test_what_is_inferred_is_what_stood_there(
    reader: ReportReader, writer: ReportWriter, form: str, layout: str, seed: int, share: float
) -> None:
    random = Random(seed)
    figures = writer.balanced(form, random)
    printed = {key: "" if random.random() < share else text for key, text in figures.items()}
    report = read(
        reader, writer.text(Written(printed, form), dropping_layout if layout == "dropped" else LAYOUTS[layout])
    )
    wrong = {
        key: (cell.inferred_value, figures.get(key))  # type: ignore[arg-type]
        for key, cell in inferred(report).items()
        if str(cell.inferred_value) != figures.get(key)  # type: ignore[arg-type]
    }
    assert wrong == {}
    assert {key: value for key, value in read_values(report).items() if printed[key] != value} == {}


def read_values(report: Report) -> dict[tuple[str, str], str]:
    """The figures read from section 3 and 4, as printed."""
    return {
        (cell.line or "", cell.column or ""): str(cell.value)
        for cell in report.cells
        if cell.value is not None and cell.section > 2
    }
