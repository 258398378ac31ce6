"""``make bi-test``: Chromium drives ``make bi``, looks at every dashboard, and takes the pictures in ``docs/``.

It fails on an error of a chart, a request to elsewhere, and a number that isn't the cookbook's. Not collected by
pytest: it needs Superset's environment, Debian's Chromium and some minutes.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import yaml
from playwright.sync_api import BrowserContext

from bi.look import CHROMIUM, browser, log_in, open_dashboard, picture
from dagster_project.code_labels import code_labels
from tests.bi.cookbook_numbers import Answers, Cookbook, by, differences, series, summed

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "bi" / "superset"
PORT = 8189
OWN, WHOLE = (" ".join(code_labels("reporting_scope")[code]) for code in ("own_organ", "whole_jurisdiction"))
SHOWN = re.compile(r"(http://\S+?)/dashboard/list/\s+user (\S+)\s+password (\S+)")


@contextmanager
def served(warehouse: Path) -> Generator[tuple[str, str, str], None, None]:
    """``make bi`` over a warehouse: address, user and password as it prints them; stopped as by Ctrl-C."""
    command = ["make", "bi", f"WAREHOUSE={warehouse}", f"PORT={PORT}"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    printed = ""
    try:
        for line in process.stdout or ():
            printed += line
            if found := SHOWN.search(printed):
                yield found[1], found[2], found[3]
                break
        else:
            raise AssertionError(f"make bi ended: {printed}")
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)


class Pages:
    """Every dashboard, opened and checked; ``faults`` is what was wrong, ``stood`` the charts that gave answers."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self._context = context
        self._address = address
        self.faults: list[str] = []
        self.stood: set[tuple[str, str]] = set()

    def look(self, slug: str, image: Path | None = None, **filters: Sequence[str]) -> Answers:
        """Open a dashboard under filters; what its charts answered."""
        charts = self._charts(slug)
        page = self._context.new_page()
        seen = open_dashboard(page, self._address, slug, len(charts), filters)
        self.faults += [f"{slug}: {fault}" for fault in seen.errors]
        self.faults += [f"{slug} asked for {address}" for address in sorted(set(seen.outside))]
        self.faults += [
            f"{slug}: {file} wasn't asked for" for number, file in charts.items() if not seen.answers.get(number)
        ]
        self.stood |= {(slug, file) for number, file in charts.items() if seen.answers.get(number)}
        if image:
            picture(page, image)
        page.close()
        return {file: [_rows(answer) for answer in seen.answers.get(number, [])] for number, file in charts.items()}

    def _charts(self, slug: str) -> dict[int, str]:
        """File names of the dashboard's charts by Superset's numbers."""
        answer = self._context.request.get(f"{self._address}/api/v1/dashboard/{slug}/charts").json()
        titles = {
            yaml.safe_load(path.read_text(encoding="utf-8"))["slice_name"]: path.stem
            for path in (ASSETS / "charts").glob("*.yaml")
        }
        return {chart["id"]: titles[chart["slice_name"]] for chart in answer["result"]}


def _rows(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    data = answer["data"]
    return data if isinstance(data, list) else []


def compared(pages: Pages, cookbook: Cookbook, images: Path, agency: str) -> list[str]:
    """Every dashboard against the cookbook, filter by filter."""
    name = agency.partition("（")[0]
    found: list[str] = []
    overview = pages.look("overview", images / "superset_overview.png")
    found += _provinces(overview, cookbook, "own_organ", None)
    found += differences(
        "overview_grounds_years",
        _totals(overview["overview_grounds_years"][0]),
        cookbook.denied_by_ground(cookbook.grounds()),
    )
    chosen = pages.look("overview", scope=[WHOLE], year=["2023"])
    found += _provinces(chosen, cookbook, "whole_jurisdiction", "2023")
    flows = pages.look("agency", images / "superset_agency.png", agency=[agency])
    expected = cookbook.agency(name)
    shown = series(flows["agency_flows"][0], ("08 不予公开", "04 总计"))
    rates = series(flows["agency_rates"][0], ("不予公开率",))
    found += differences("agency", {year: (*pair, *rates.get(year, (None,))) for year, pair in shown.items()}, expected)
    enforcement = pages.look("enforcement", images / "superset_enforcement.png")
    punished = "administrative_punishment_decisions"
    decisions = by(enforcement["enforcement_provinces"][0], "province", punished, f"{punished}_reports")
    for province, numbers in decisions.items():
        found += differences("enforcement_provinces", {province: numbers}, cookbook.punishments(province))
    quality = pages.look("quality", images / "superset_quality.png")
    for province, numbers in by(quality["quality_coverage"][0], "province", "seen", "coverage_share").items():
        found += differences("quality_coverage", {province: numbers}, cookbook.coverage(province))
    timely = series(quality["quality_timeliness"][0], ("按时", "逾期", "不详"))
    found += differences("quality_timeliness", timely, cookbook.timeliness())
    enforced = [row for row in quality["quality_identities"][0] if row["effect"].startswith("强制") and row["failed"]]
    failures = {row["label"].partition(" ")[0]: (row["failed"],) for row in enforced}
    return found + differences("quality_identities", failures, cookbook.failures())


def _provinces(answers: Answers, cookbook: Cookbook, scope: str, year: str | None) -> list[str]:
    columns = ("numerator_total", "denominator_total", "denied_rate", "reports_counted")
    expected = cookbook.denied_by_province(scope, year)
    shown = by(answers["overview_provinces"][0], "province", *columns)
    mapped = {row["country_id"]: row["metric"] for row in answers["overview_map"][0]}
    shares = sorted(round(share, 3) for share in mapped.values())
    on_map = (
        []
        if shares == sorted(numbers[2] for numbers in expected.values() if numbers[2] is not None)
        else [f"overview_map: {shares}"]
    )
    return differences("overview_provinces", shown, expected) + on_map


def _totals(rows: Sequence[Mapping[str, Any]]) -> dict[Any, tuple[float | None, ...]]:
    """Sums over the years of a chart's series, by the label of each."""
    points = [
        {"label": name.removeprefix("count, "), "figure": value}
        for row in rows
        for name, value in row.items()
        if name != "year"
    ]
    return summed(points, "label", "figure")


def publish(warehouse: Path) -> None:
    """A new publish, as a build makes it: another file in the place of the old, every licence counted twice."""
    new = warehouse.with_name("new.duckdb")
    shutil.copy(warehouse, new)
    with duckdb.connect(str(new)) as connection:
        connection.execute("update marts.agg_region_years set figure = figure * 2 where measure like '%licensing%'")
    new.replace(warehouse)


def shows_new_publish(pages: Pages, warehouse: Path) -> list[str]:
    """Whether the charts show what was published while they were open."""
    before, after = [], []
    for numbers in (before, after):
        rows = pages.look("enforcement")["enforcement_provinces"][0]
        numbers += [row["administrative_licensing_decisions"] for row in rows]
        publish(warehouse)
    return [] if sorted(after) == sorted(2 * number for number in before) else ["a new publish isn't shown"]


def failing_agency(warehouse: Path) -> str:
    """An agency with something to see: failing identities, located errors, reports of all years."""
    query = """
        select agency_name || '（' || province_name || '）'
        from quality.suspect_cells
        join marts.dim_report using (report_id)
        join marts.dim_agency using (agency_id, agency_name)
        join (select agency_id, count(*) as known from marts.dim_report group by agency_id) using (agency_id)
        where is_current
        group by agency_name, province_name
        order by count(distinct report_id) desc, max(known) desc, agency_name
        limit 1
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        row = connection.execute(query).fetchone()
    assert row, "no report of the warehouse fails an identity"
    return row[0]


def main() -> int:
    """The command: 0 if nothing is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--warehouse", type=Path, required=True)
    parser.add_argument("--images", type=Path, default=ROOT / "docs")
    arguments = parser.parse_args()
    if not CHROMIUM.exists():
        print(f"Skipped: no Chromium at {CHROMIUM} (apt-get install chromium), so no dashboard was looked at.")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        # the metadata store's own user has to get here too
        Path(folder).chmod(0o711)
        warehouse = Path(folder) / arguments.warehouse.name
        shutil.copy(arguments.warehouse, warehouse)
        with served(warehouse) as (address, user, password), browser() as opened:
            context = opened.new_context(locale="zh-CN")
            log_in(context.new_page(), address, user, password)
            pages = Pages(context, address)
            wrong = compared(pages, Cookbook(warehouse), arguments.images, failing_agency(warehouse))
            wrong += shows_new_publish(pages, warehouse)
    wrong += pages.faults
    charts, dashboards = len(pages.stood), len({slug for slug, _ in pages.stood})
    right = f"All {charts} charts of {dashboards} dashboards stand, numbers are the cookbook's, nothing was asked of elsewhere."
    print("\n".join(wrong) or right)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
