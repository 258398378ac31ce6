"""The page for those who run nothing, and the page of the checks, in a real browser: no request, no script, no overlap."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright
from selectolax.lexbor import LexborHTMLParser
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.exports.report import read_contents, render, write_report
from dagster_project.exports.report.charts import denial_grounds
from expectations.rules import rules
from expectations.validation_page import read_contents as read_checks
from expectations.validation_page import render as render_checks
from extract import Catalogue
from tests.conftest import gongkai
from tests.exports.hostile import FORMULA, SCRIPT

CHROMIUM = Path("/usr/bin/chromium")
NOW = datetime(2026, 1, 31, tzinfo=UTC)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("no chromium on this machine: what browsers make of the pages is not tested")
    with sync_playwright() as playwright:
        # as root, Chromium doesn't start with its sandbox
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, path: Path) -> Generator[Page]:
    """The page in a browser; it fails when anything is asked for, said on the console, or asked of the reader."""
    page = browser.new_page(viewport={"width": 1100, "height": 800})
    requests: list[str] = []
    noises: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: noises.append(message.text))
    page.on("pageerror", lambda error: noises.append(str(error)))
    page.on("dialog", _dismissed(noises))
    page.goto(path.as_uri())
    yield page
    page.wait_for_timeout(200)
    assert requests == [path.as_uri()]
    assert noises == []
    page.close()


def _dismissed(noises: list[str]) -> Callable[[Dialog], None]:
    def dismiss(dialog: Dialog) -> None:
        noises.append(dialog.message)
        dialog.dismiss()

    return dismiss


@pytest.fixture(scope="module")
def report(sample_warehouse: Path, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(sample_warehouse, catalogue, path, NOW)
    return path


def test_report_in_a_browser(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        assert page.locator("svg").count() == 4
        assert page.evaluate("document.documentElement.scrollWidth") <= 1100
        said = page.inner_text("body")
    for words in (
        "Current reports 现行报告",
        "18",
        "不予公开的理由",
        "Grounds of denial",
        "申请收办平衡",
        "柳溪市林业局",
    ):
        assert words in said


#: Labels of a chart that lie over each other, or beyond the edge of the drawing.
OVERLAPS = """svg => {
    const frame = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll('text')].filter(t => t.textContent).map(t => [t.textContent, t.getBoundingClientRect()]);
    const out = boxes.filter(([, b]) => b.left < frame.left - 1 || b.right > frame.right + 1);
    const over = boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([, q]) =>
        p.left < q.right - 2 && q.left < p.right - 2 && p.top < q.bottom - 4 && q.top < p.bottom - 4).map(([b]) => a + ' / ' + b));
    return [...out.map(([a]) => a), ...over];
}"""


def test_labels_of_charts_are_apart_and_inside(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        for chart in page.locator("svg").all():
            assert chart.evaluate(OVERLAPS) == []


def test_hostile_names_do_nothing_in_the_report(
    browser: Browser, hostile_warehouse: Path, catalogue: Catalogue, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    write_report(hostile_warehouse, catalogue, path, NOW)
    with opened(browser, path) as page:
        assert page.locator("script, img, a").count() == 0
        said = page.inner_text("body")
        drawn = " ".join(page.locator("svg").all_text_contents())
    assert SCRIPT in said
    assert SCRIPT in drawn or FORMULA in drawn


def test_hostile_names_do_nothing_in_the_page_of_the_checks(
    browser: Browser, hostile_warehouse: Path, catalogue: Catalogue, tmp_path: Path
) -> None:
    contents = read_checks(hostile_warehouse, catalogue, rules(catalogue), [])
    path = tmp_path / "index.html"
    path.write_text(render_checks(contents, "w.duckdb", NOW), encoding="utf-8")
    with opened(browser, path) as page:
        assert page.locator("script, img").count() == 0
        assert SCRIPT in page.inner_text("body")


def test_report_asks_for_nothing_outside(report: Path) -> None:
    html = report.read_text(encoding="utf-8")
    tree = LexborHTMLParser(html)
    assert not tree.css("script, link, img, iframe, object, embed, form, [src], [srcset], image, use, foreignObject")
    assert "default-src 'none'" in html
    without_names = html.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xlink", "")
    assert "http:" not in without_names
    assert "https:" not in without_names
    assert "url(" not in without_names.replace("url(#", "")
    assert len(html) < 300_000


def test_parts_of_charts_have_names_of_their_own(report: Path) -> None:
    tree = LexborHTMLParser(report.read_text(encoding="utf-8"))
    names = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(names) == len(set(names))


def test_figures_are_those_of_the_warehouse(sample_warehouse: Path) -> None:
    contents = read_contents(sample_warehouse)
    assert (contents.totals["reports"], contents.totals["copies"], contents.totals["agencies"]) == (18, 19, 11)
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        (denied,) = connection.execute(
            "select sum(applications) from marts.fct_applications where outcome like 'denied%' and is_consistent"
        ).fetchone() or (0,)
    assert sum(row["applications"] for row in contents.denials) == denied
    assert sum(row["reports"] for row in contents.years) == 18
    assert {row["source_line"] for row in contents.located} == {37, 88, 319}


def test_report_of_an_empty_warehouse(sample_warehouse: Path, catalogue: Catalogue, tmp_path: Path) -> None:
    empty = tmp_path / "w.duckdb"
    empty.write_bytes(sample_warehouse.read_bytes())
    with duckdb.connect(str(empty)) as connection:
        for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            connection.execute(f'delete from "{schema}"."{table}"')
    html = render(read_contents(empty), catalogue, "w.duckdb", NOW)
    assert "The warehouse holds no reports yet" in html


def test_labels_are_text() -> None:
    row = {"label_zh": SCRIPT, "label_en": "<b>&\"'", "legal_basis": None, "reporting_scope": None, "applications": 1}
    drawn = denial_grounds([row])
    assert "<script" not in drawn
    assert "<b>" not in drawn


def test_command_says_where_the_report_is(sample_warehouse: Path, tmp_path: Path) -> None:
    output = tmp_path / "new" / "report.html"
    done = gongkai("report", "--output", output, "--warehouse", sample_warehouse)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"Report: {output}"
    assert output.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert list(output.parent.iterdir()) == [output]


def test_place_that_cannot_be_written_is_said(sample_warehouse: Path, tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["report", "--output", str(tmp_path), "--warehouse", str(sample_warehouse)])
    assert said.exit_code == 2
    assert said.output == f"gongkai: {tmp_path} can't be written: Is a directory\n"
