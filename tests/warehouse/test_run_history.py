"""The history of builds: what is noted of each, what it is compared with, and which drops stop publishing."""

import csv
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from dagster_project.build import BuildError
from dagster_project.sample_gold import score_samples
from dagster_project.settings import SAMPLE_GOLD, SAMPLE_REPORTS, Settings
from dagster_project.stages import STAGES
from expectations import history_rules
from expectations.history_rules import FEWEST_REPORTS
from expectations.validation import validate
from extract import Catalogue, Document, Rejection, Report, ReportReader
from tests.builds import build

#: Reports whose dropped cells leave figures without a column: fewer gold figures than numbers printed.
WITH_DROPPED_CELLS = {"shuangbai_government_service_bureau_2021.txt"}
UNIT = {"万元": 10_000}


def gold() -> dict[str, list[Decimal]]:
    """The gold figures of each sample, in the order of the form."""
    found: dict[str, list[Decimal]] = {}
    with SAMPLE_GOLD.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["document"], []).append(Decimal(row["value"]))
    return found


def printed_numbers(path: Path) -> Iterator[Decimal]:
    """The numbers between the headings of section 2 and section 5 that stand alone in a cell, without any reader."""
    text = path.read_text(encoding="utf-8")
    tables = text[text.index("二、") : text.index("五、")]
    for cell in re.split(r"[|\n]|\s{2,}|\t| ", tables):
        if found := re.fullmatch(r"([增减-]?)(\d[\d.]*)(万元|元)?(?:\(.*\))?", cell.strip()):
            yield Decimal(found[2]) * UNIT.get(found[3], 1) * (-1 if found[1] in ("减", "-") else 1)


@pytest.mark.parametrize("name", sorted(set(gold()) - WITH_DROPPED_CELLS))
def test_gold_is_what_the_tables_print(name: str) -> None:
    """In its order, nothing else between: but for fees, which stand in 10,000 yuan where the cell doesn't say so."""
    numbers = list(printed_numbers(SAMPLE_REPORTS / name))
    expected = iter(gold()[name])
    wanted = next(expected, None)
    passed_over = 0
    for number in numbers:
        if wanted is not None and wanted in (number, number * 10_000):
            wanted = next(expected, None)
        else:
            passed_over += 1
    assert wanted is None
    assert passed_over <= 1, numbers


class WorseReader(ReportReader):
    """Reads no figure above 9 of any table."""

    def read(self, document: Document) -> Report | Rejection:
        outcome = super().read(document)
        if isinstance(outcome, Report):
            return replace(outcome, cells=tuple(c for c in outcome.cells if c.value is None or c.value < 10))
        return outcome


def test_stages_of_each_build(two_builds: Path) -> None:
    """How long the publishing took is known to the next build."""
    stages = rows(two_builds, "select run_number, stage from quality.run_stages order by run_number, started_at")
    first = [stage for number, stage in stages if number == 1]
    assert set(first) == set(STAGES.values())
    assert first[-1] == "publishing"
    assert [stage for number, stage in stages if number == 2] == first[:-1]
    assert rows(two_builds, "select count(*) from quality.run_stages where seconds < 0") == [(0,)]


def test_log_of_builds(two_builds: Path) -> None:
    lines = [json.loads(line) for line in Settings((), two_builds).log.read_text(encoding="utf-8").splitlines()]
    read = [line for line in lines if line["event"] == "documents read"]
    assert [line["documents_read"] for line in read] == [len(list(SAMPLE_REPORTS.iterdir())), 2]
    stages = [line["stage"] for line in lines if line["event"] == "stage ended"]
    assert sorted(stages) == sorted([*STAGES.values()] * 2)
    assert [line["level"] for line in lines if line["event"] == "build ended"] == ["info", "info"]
    assert all(line["timestamp"].endswith("Z") for line in lines)


def test_score_counts_what_is_missing_and_what_is_wrong(reader: ReportReader, tmp_path: Path) -> None:
    whole = score_samples(reader, SAMPLE_REPORTS, SAMPLE_GOLD)
    assert whole is not None
    assert (whole.read, whole.wrong) == (whole.figures, 0)
    changed = tmp_path / "cells.csv"
    lines = SAMPLE_GOLD.read_text(encoding="utf-8").splitlines()
    changed.write_text("\n".join(lines[:1] + lines[3:]) + "\n", encoding="utf-8")
    less = score_samples(reader, SAMPLE_REPORTS, changed)
    assert less is not None
    assert (less.figures, less.read, less.wrong) == (whole.figures - 2, whole.read - 2, 2)
    assert less.fingerprint != whole.fingerprint
    assert score_samples(reader, SAMPLE_REPORTS, tmp_path / "none.csv") is None


@pytest.fixture(scope="module")
def two_builds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, then one of them replaced, one taken away and one added."""
    folder = tmp_path_factory.mktemp("history")
    reports = Path(shutil.copytree(SAMPLE_REPORTS, folder / "reports"))
    warehouse = build(reports, folder / "w.duckdb")
    page = reports / "qingshi_water_bureau_2022.txt"
    page.write_text(page.read_text(encoding="utf-8") + "更正。\n", encoding="utf-8")
    (reports / "added.txt").write_text("不是报告", encoding="utf-8")
    return build(reports, warehouse)


def rows(warehouse: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_each_build_has_its_row(two_builds: Path) -> None:
    documents = len(list(SAMPLE_REPORTS.iterdir()))
    counts = "documents_new, documents_changed, documents_unchanged, documents, rejected_not_an_annual_report, reports"
    assert rows(
        two_builds,
        f"select run_number, baseline_run_number, {counts}, gold_recall, gold_wrong from quality.run_history order by 1",
    ) == [
        (1, None, documents, 0, 0, documents, 1, documents - 1, 1.0, 0),
        (2, 1, 1, 1, documents, documents + 2, 2, documents, 1.0, 0),
    ]
    assert rows(two_builds, "select count(*) from quality.run_history where finished_at < started_at") == [(0,)]
    statuses = "identities_passed + identities_failed + identities_not_assessable"
    ((noted, found),) = rows(
        two_builds,
        f"select {statuses}, (select count(*) from quality.identity_results) from quality.run_history where run_number = 2",
    )
    assert noted == found


def test_layouts_are_compared_on_the_same_reports(two_builds: Path) -> None:
    """The replaced page is a report of its own; what could not be assessed before is no comparison."""
    ((reports, compared, before, now, failing),) = rows(
        two_builds,
        "select sum(reports), sum(reports_compared), sum(failing_before), sum(failing_now), sum(reports_failing) "
        "from quality.run_layouts where run_number = 2",
    )
    assert compared < reports
    assert before == now == failing > 0


RULES = (history_rules.recall_does_not_fall(), history_rules.failure_rates_do_not_double())
LAYOUT = (
    "update quality.run_layouts set reports_compared = {}, failing_before = {}, failing_now = {} where run_number = 2"
)
HISTORY = "update quality.run_history set {} where run_number = 2"


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("recall_does_not_fall", HISTORY.format("gold_recall = 0.99")),
        ("recall_does_not_fall", HISTORY.format("gold_wrong = 1")),
        ("recall_does_not_fall", HISTORY.format("gold_recall = null, gold_fingerprint = null")),
        ("failure_rates_do_not_double", LAYOUT.format(FEWEST_REPORTS, 3, 6)),
        ("failure_rates_do_not_double", LAYOUT.format(FEWEST_REPORTS, 0, 3)),
        # other samples, none before, noise, fewer reports than tell anything
        (None, HISTORY.format("gold_recall = 0.9, gold_fingerprint = 'another'")),
        (None, HISTORY.format("gold_recall = 0.9, baseline_run_number = null")),
        (None, LAYOUT.format(FEWEST_REPORTS, 3, 5)),
        (None, LAYOUT.format(FEWEST_REPORTS, 0, 2)),
        (None, LAYOUT.format(FEWEST_REPORTS - 1, 3, 9)),
        # a run that was worse and is past
        (None, "update quality.run_history set gold_recall = 0.5 where run_number = 1"),
    ],
)
def test_drops_are_found_and_nothing_else(two_builds: Path, tmp_path: Path, rule: str | None, change: str) -> None:
    database = Path(shutil.copy(Settings((), two_builds).build_database, tmp_path / "build.duckdb"))
    with duckdb.connect(str(database)) as connection:
        connection.execute(change)
    findings = validate(database, RULES)
    assert [finding.error for finding in findings if finding.error] == []
    assert {finding.rule for finding in findings if not finding.success} == ({rule} if rule else set())


def test_a_drop_blocks_every_build_until_it_is_mended(two_builds: Path, tmp_path: Path) -> None:
    """The published warehouse is the measure: a blocked build isn't, so that trying again doesn't help."""
    warehouse = Path(shutil.copy(two_builds, tmp_path / "w.duckdb"))
    shutil.copytree(Settings((), two_builds).state, Settings((), warehouse).state)
    for database in (warehouse, Settings((), warehouse).build_database):
        with duckdb.connect(str(database)) as connection:
            connection.execute("update quality.run_history set gold_recall = 1.5")
    before = warehouse.read_bytes()
    for _ in range(2):
        with pytest.raises(BuildError, match="recall_does_not_fall"):
            build(two_builds.parent / "reports", warehouse)
        assert warehouse.read_bytes() == before
    history = rows(
        Settings((), warehouse).build_database,
        "select run_number, baseline_run_number from quality.run_history order by 1",
    )
    assert history == [(1, None), (2, 1), (3, 2), (4, 2)]


def test_history_outlives_the_building_file(two_builds: Path, tmp_path: Path) -> None:
    """A build beside a published warehouse, with nothing else left of it, goes on counting."""
    warehouse = Path(shutil.copy(two_builds, tmp_path / "w.duckdb"))
    build(two_builds.parent / "reports", warehouse)
    history = rows(warehouse, "select run_number, baseline_run_number from quality.run_history order by 1")
    assert history == [(1, None), (2, 1), (3, 2)]


def test_worse_reader_scores_less(catalogue: Catalogue) -> None:
    score = score_samples(WorseReader(catalogue), SAMPLE_REPORTS, SAMPLE_GOLD)
    assert score is not None
    assert 0 < score.read < score.figures
    assert score.wrong == 0
