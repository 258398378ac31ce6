"""The cookbook: its main numbers once more, in polars from ``staging.cells`` and ``staging.reports`` alone.

That every result beside a query is what the query gives is tested with the READMEs (``tests.test_repository``).
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from dagster_project.cookbook import COOKBOOK, queries
from tests.warehouse.printed import Printed, leaf_columns, seed

QUERIES = {question.split(".")[0]: query for question, query in queries(COOKBOOK.read_text(encoding="utf-8")).items()}
LAND, GULOU, COUNTY = "平江县自然资源局", "福州市鼓楼区住房和城乡建设局", "平江县人民政府"
PROVINCES = {
    LAND: "湖南省",
    "平江县公安局": "湖南省",
    COUNTY: "湖南省",
    GULOU: "福建省",
    "巴州商务局": "新疆维吾尔自治区",
}
#: Organs of the sample that have to publish by 31 January; governments and their offices have until 31 March.
DEPARTMENTS = (LAND, GULOU, "平江县公安局", "青石县水务局", "柳溪市林业局", "鼓楼区住房和城乡建设局")

Row = tuple[Any, ...]


@pytest.fixture(scope="module")
def printed(sample_warehouse: Path) -> Printed:
    return Printed(sample_warehouse)


def most_refusals(printed: Printed) -> list[Row]:
    sums: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0])
    for report in printed.by(scope="own_organ"):
        province = PROVINCES.get(report["agency_name"])
        denied, processed = printed.denied(report["report_id"]), printed.figure(report["report_id"], "processed")
        if province and denied is not None and processed is not None:
            sums[province] = [a + b for a, b in zip(sums[province], (denied, processed, 1), strict=True)]
    rows = [(p, int(d), int(n), round(d / n, 3) if n else None, int(r)) for p, (d, n, r) in sums.items()]
    return sorted(rows, key=lambda row: -1 if row[3] is None else row[3], reverse=True)


def grounds(printed: Printed) -> list[Row]:
    found = []
    for scope in ("own_organ", "whole_jurisdiction"):
        for line in printed.denials:
            total = sum(printed.figure(report["report_id"], line) or 0 for report in printed.by(scope=scope))
            found += [(scope, line, int(total))] if total else []
    return sorted(found, key=str)


def refusals_of_an_organ(printed: Printed) -> list[Row]:
    rows = []
    for report in printed.by(LAND):
        key = report["report_id"]
        denied, processed = printed.denied(key) or 0, printed.figure(key, "processed") or 0
        others = (printed.figure(key, "granted"), printed.figure(key, "unavailable_not_held"))
        rows.append((report["report_year"], denied, processed, round(denied / processed, 3), *others))
    return rows


def decisions(printed: Printed) -> list[Row]:
    rows = []
    for line in ("administrative_licensing", "administrative_punishment", "administrative_compulsion"):
        years = {
            report["report_year"]: printed.figure(report["report_id"], line, "decisions") for report in printed.by(LAND)
        }
        for year, this in years.items():
            before = years.get(year - 1)
            if before is not None and this is not None:
                rows.append((year, before, this, this - before, round((this - before) / before, 3)))
    return rows


def punishments(printed: Printed) -> list[Row]:
    sums: dict[int, list[float]] = defaultdict(list)
    for report in printed.by(scope="own_organ"):
        if str(report["agency_name"]).startswith("平江县"):
            figure = printed.figure(report["report_id"], "administrative_punishment", "decisions")
            sums[report["report_year"]].append(figure or 0)
    return [(year, sum(figures), len(figures), len(figures)) for year, figures in sorted(sums.items())]


def scopes(printed: Printed) -> list[Row]:
    rows: list[Row] = []
    of_2021 = [r for r in printed.by() if str(r["agency_name"]).startswith("平江县") and r["report_year"] == 2021]
    for measure in ("new_received", "processed", "denied"):
        figures: dict[str, list[float]] = defaultdict(list)
        for report in of_2021:
            key = report["report_id"]
            figure = printed.denied(key) if measure == "denied" else printed.figure(key, measure)
            figures[report["reporting_scope"]].append(figure or 0)
        rows.append((sum(figures["own_organ"]), len(figures["own_organ"]), sum(figures["whole_jurisdiction"])))
    return rows


def coverage(printed: Printed) -> list[Row]:
    seen = {row["agency_name"] for row in printed.by() if str(row["agency_name"]).startswith("平江县")}
    years = {row["report_year"] for row in printed.by() if row["agency_name"]}
    reporting = {y: sum(r["report_year"] == y for r in printed.by() if r["agency_name"] in seen) for y in sorted(years)}
    return [(year, len(seen), count, count, round(count / len(seen), 2)) for year, count in reporting.items()]


def late(printed: Printed) -> list[Row]:
    first = printed.copies.group_by("agency_name", "report_year").agg(pl.col("published_on").min())
    rows = []
    for agency, year, published in first.iter_rows():
        deadline = date(year + 1, 1, 31) if agency in DEPARTMENTS else date(year + 1, 3, 31)
        if published and published > deadline:
            rows.append((agency, year, published, deadline, (published - deadline).days))
    return rows


def broken(printed: Printed) -> list[Row]:
    """Lines whose leaves differ from their total, and the two sides of the outcomes, on pages that print all of them."""
    names = {row["report_id"]: (row["agency_name"], row["report_year"]) for row in printed.copies.to_dicts()}
    figures = {
        (report, line, column): figure
        for report, line, column, figure in printed.all_cells.select(
            "report_id", "line", "column", "figure"
        ).iter_rows()
    }
    lines = seed("catalogue_lines")
    outcomes = lines.filter((pl.col("dimension") == "outcome") & (pl.col("line") != "other_all"))["line"].to_list()
    rows = set()
    for report, line, _ in {key for key in figures if key[2] == "total"}:
        table = (
            "reviews"
            if line in ("administrative_review", "litigation_direct", "litigation_after_review")
            else "applications"
        )
        leaves = [figures.get((report, line, column)) for column in leaf_columns(table)]
        total = figures[report, line, "total"]
        if total is not None and None not in leaves and total != sum(filter(None, leaves)):
            rows.add((*names[report], line, total, sum(filter(None, leaves))))
        processed = [figures.get((report, outcome, "total")) for outcome in outcomes]
        if (
            line == "processed"
            and None not in processed
            and total is not None
            and total != sum(filter(None, processed))
        ):
            rows.add((*names[report], "total", total, sum(filter(None, processed))))
    return sorted(rows, key=str)


def carried(printed: Printed) -> list[Row]:
    rows: list[Row] = []
    agencies = sorted({str(report["agency_name"]) for report in printed.by() if report["agency_name"]})
    for agency in agencies:
        years = {report["report_year"]: report["report_id"] for report in printed.by(agency)}
        for year in list(years)[1:]:
            carried_in = printed.figure(years[year], "carried_in")
            before = printed.figure(years[year - 1], "carried_forward") if year - 1 in years else None
            status = "not_assessable" if before is None else "pass" if before == carried_in else "fail"
            rows.append((agency, year, carried_in, before, status))
    return rows


def backlog(printed: Printed) -> list[Row]:
    rows: list[Row] = []
    for report in printed.by():
        new, old, rest = (
            printed.figure(report["report_id"], line) for line in ("new_received", "carried_in", "carried_forward")
        )
        if rest and new is not None and old is not None:
            rows.append((report["agency_name"], report["report_year"], rest, new + old, round(rest / (new + old), 3)))
    return sorted(rows, key=lambda row: (-float(row[4]), str(row[0]), row[1]))[:5]


def applicants(printed: Printed) -> list[Row]:
    own = {report["report_id"] for report in printed.by(scope="own_organ")}
    received = printed.cells.filter((pl.col("line") == "new_received") & pl.col("report_id").is_in(list(own)))
    sums = {
        column: float(received.filter(pl.col("column") == column)["figure"].sum())
        for column in leaf_columns("applications")
    }
    rest = sum(printed.totals[report, "new_received"] or 0 for report in own) - sum(sums.values())
    return [(total,) for total in [*sums.values(), rest]]


def corrections(printed: Printed) -> list[Row]:
    former, latest = printed.copies.filter((pl.col("agency_name") == GULOU) & (pl.col("report_year") == 2022))[
        "report_id"
    ]
    keys = ["line", "column"]
    cells = printed.all_cells
    both = cells.filter(pl.col("report_id") == former).join(cells.filter(pl.col("report_id") == latest), on=keys)
    changed = both.filter(pl.col("figure") != pl.col("figure_right")).select(*keys, "figure", "figure_right")
    return sorted(changed.rows())


def unknown_and_zero(printed: Printed) -> list[Row]:
    def figures(report: str) -> dict[str, float | None]:
        lawsuits = [printed.figure(report, line) for line in ("litigation_direct", "litigation_after_review")]
        return {
            "administrative_review": printed.figure(report, "administrative_review"),
            "denied": printed.denied(report),
            "litigation": None if None in lawsuits else sum(filter(None, lawsuits)),
            "new_received": printed.figure(report, "new_received"),
        }

    by_report = [figures(report["report_id"]) for report in printed.by()]
    return [
        (
            measure,
            sum(of[measure] == 0 for of in by_report),
            sum((of[measure] or 0) > 0 for of in by_report),
            sum(of[measure] is None for of in by_report),
        )
        for measure in by_report[0]
    ]


#: Question, the columns of its result that are compared, how they are worked out; all columns where none are named.
ANSWERS: dict[str, tuple[str, Callable[[Printed], list[Row]]]] = {
    "1": ("province_name, denied, processed, denied_rate, reports", most_refusals),
    "4": ("*", refusals_of_an_organ),
    "5": ("report_year, year_before, this_year, change, change_share", decisions),
    "6": ("*", punishments),
    "10": ("own_organs, organs, whole_county", scopes),
    "13": ("*", coverage),
    "14": ("*", late),
    "18": ("agency_name, report_year, scope, left_side, right_side", broken),
    "19": ("*", carried),
    "22": ("*", backlog),
    "23": ("applications", applicants),
    "24": ('line, "column", printed, corrected', corrections),
    "28": ("*", unknown_and_zero),
}
#: Questions whose rows have an order of their own here.
SORTED = {"18"}


@pytest.mark.parametrize("question", ANSWERS)
def test_answers_without_the_marts(sample_warehouse: Path, printed: Printed, question: str) -> None:
    columns, work_out = ANSWERS[question]
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        answer = connection.sql(f"select {columns} from ({QUERIES[question]}) as answer").fetchall()
    expected = work_out(printed)
    assert expected
    assert (sorted(answer, key=str) if question in SORTED else answer) == expected


def test_grounds_without_the_marts(sample_warehouse: Path, printed: Printed) -> None:
    """Question 2 names grounds by their labels."""
    lines = dict(seed("catalogue_lines").select("label_zh", "line").iter_rows())
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        answer = connection.sql(f"select reporting_scope, label_zh, denied from ({QUERIES['2']})").fetchall()
    assert sorted([(scope, lines[label], denied) for scope, label, denied in answer], key=str) == grounds(printed)


def test_at_least_twenty_questions() -> None:
    assert len(QUERIES) >= 20
