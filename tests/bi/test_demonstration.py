"""The invented reports: read like any other, balanced but for misprints, and marked as invented everywhere."""

import json
from pathlib import Path
from random import Random

import pytest

from bi.demonstration.__main__ import SHARD, YEARS, write
from bi.demonstration.agencies import INVENTED, agencies
from bi.demonstration.figures import History, misprint
from bi.demonstration.text import DemonstrationText
from bi.no_pixel import NOTHING, PIXEL, NoPixel
from dagster_project.settings import PROJECT_DIRECTORY, SEEDS_DIRECTORY
from extract import Catalogue, ReportReader
from extract.documents import Document, Report


def test_every_province_reports() -> None:
    found = list(agencies(SEEDS_DIRECTORY))
    assert len({agency.region_code[:2] for agency in found}) == 31
    assert len({agency.name for agency in found}) == len(found)
    assert all(INVENTED in agency.name for agency in found)


def test_reports_say_that_they_are_invented(tmp_path: Path) -> None:
    number = write(tmp_path, limit=3)
    reports = [json.loads(line) for line in (tmp_path / SHARD).read_text(encoding="utf-8").splitlines()]
    assert 0 < number == len(reports) <= 3 * len(YEARS)
    assert all(report["source_uri"].startswith("https://demonstration.invalid/") for report in reports)
    assert all("(虚构演示)" in report["content"].splitlines()[0] for report in reports)
    write(tmp_path / "again", limit=3)
    assert (tmp_path / "again" / SHARD).read_bytes() == (tmp_path / SHARD).read_bytes()


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_figures_are_read_as_they_were_drawn(form: str, catalogue: Catalogue, reader: ReportReader) -> None:
    agency = next(iter(agencies(SEEDS_DIRECTORY)))
    figures = History(catalogue, agency.size, Random(form)).year(form)
    text = DemonstrationText(catalogue).report(agency, int(form), form, figures, "2022-01-05")
    read = reader.read(Document("https://demonstration.invalid/1.md", text.encode(), "text/markdown"))
    assert isinstance(read, Report)
    values = {(cell.line, cell.column): cell.value for cell in read.cells if cell.value is not None}
    assert values == figures
    assert read.unmapped_rows == ()


def test_figures_balance_until_misprinted(catalogue: Catalogue) -> None:
    history = History(catalogue, 200, Random(1))
    before: dict[tuple[str, str], int] = {}
    for form in ("2019", "2019", "2021", "2021"):
        figures = history.year(form)
        assert min(figures.values()) >= 0
        for column in catalogue.column_sets["applications"][None]:
            received = figures["new_received", column] + figures["carried_in", column]
            assert received == figures["processed", column] + figures["carried_forward", column]
            if before:
                assert figures["carried_in", column] == before["carried_forward", column]
        before = figures
    wrong = dict(before)
    misprint(wrong, Random(2))
    assert wrong != before


def test_no_page_asks_for_the_pixel() -> None:
    """The address goes out of scripts, the length stays; other answers pass as they are."""

    def application(environ: dict[str, str], start_response: object) -> list[bytes]:
        assert environ.get("HTTP_ACCEPT_ENCODING") == ("identity" if environ["PATH_INFO"].endswith(".js") else "br")
        return [b"a" + PIXEL[:9], PIXEL[9:] + b"b"]

    def answer(path: str) -> bytes:
        return b"".join(NoPixel(application)({"PATH_INFO": path, "HTTP_ACCEPT_ENCODING": "br"}, print))

    assert answer("/static/assets/menu.js") == b"a" + NOTHING + b"b"
    assert answer("/api") == b"a" + PIXEL + b"b"
    assert len(NOTHING) == len(PIXEL)


def test_superset_reads_the_files_that_we_write() -> None:
    """One version of DuckDB in both environments: another can't open the files."""
    pin = next(
        line.split()[0]
        for line in (PROJECT_DIRECTORY / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if line.startswith("duckdb==")
    )
    pinned = (PROJECT_DIRECTORY / "bi" / "requirements-superset.txt").read_text(encoding="utf-8")
    assert f"\n{pin} " in pinned
    assert "--hash=sha256:" in pinned
