"""What the cookbook's own queries give for the filter of a chart, and what the chart's API answered.

Belongs here: the pairs to compare. Doesn't belong here: opening pages (``tests.bi.browser``). Runs in Superset's
environment, which has DuckDB and not the project's packages.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

COOKBOOK = Path(__file__).parents[2] / "docs" / "cookbook.md"
Rows = Sequence[dict[str, Any]]
#: Answers of a page's charts: rows by the chart's file, of each of its queries.
Answers = dict[str, list[Rows]]
Numbers = dict[Any, tuple[Any, ...]]


def cookbook(question: int) -> str:
    """The query of a question."""
    page = COOKBOOK.read_text(encoding="utf-8")
    found = re.search(rf"^## {question}\. .*?```sql\n(.*?)```", page, re.DOTALL | re.MULTILINE)
    assert found, f"the cookbook has no question {question}"
    return found[1]


class Cookbook:
    """The cookbook on one warehouse."""

    def __init__(self, warehouse: Path) -> None:
        self._warehouse = warehouse

    def rows(self, question: int, **changes: str) -> list[dict[str, Any]]:
        """Its rows; ``changes`` are filters in place of the cookbook's, as text: old and new."""
        query = cookbook(question)
        for old, new in zip(changes["old"].split("|"), changes["new"].split("|"), strict=True) if changes else ():
            assert old in query, (question, old)
            query = query.replace(old, new)
        with duckdb.connect(str(self._warehouse), read_only=True) as connection:
            relation = connection.sql(query)
            return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]

    def denied_by_province(self, scope: str = "own_organ", year: str | None = None) -> Numbers:
        """Question 1: denied, processed, their share and the reports."""
        condition = f"reporting_scope = '{scope}'" + (f" and report_year = {year}" if year else "")
        rows = self.rows(1, old="reporting_scope = 'own_organ'", new=condition)
        return {r["province_name"]: (r["denied"], r["processed"], r["denied_rate"], r["reports"]) for r in rows}

    def denied_by_ground(self, grounds: Mapping[str, str]) -> Numbers:
        """Question 6, of all provinces and another measure: applications denied, by ground; labels by measure."""
        # question 2 adds the leaves instead: where one is misprinted, that isn't the total that is printed
        old = "region_name = '平江县'|administrative_punishment_decisions"
        found = {}
        for measure, label in grounds.items():
            rows = self.rows(6, old=old, new=f"dim_region.admin_level = 'province'|{measure}")
            found[label] = (sum(row["decisions"] for row in rows),)
        return {label: numbers for label, numbers in found.items() if any(numbers)}

    def grounds(self) -> dict[str, str]:
        """The grounds of denial: labels by measure."""
        query = "select measure, label_zh || ' ' || label_en from marts.dim_measure where measure like 'denied\\_%' escape '\\'"
        with duckdb.connect(str(self._warehouse), read_only=True) as connection:
            return dict(connection.execute(query).fetchall())

    def agency(self, name: str) -> Numbers:
        """Question 4: one organ's applications denied and processed, and their share, by year."""
        rows = self.rows(4, old="平江县自然资源局", new=name)
        return {str(r["report_year"]): (r["denied"], r["processed"], r["denied_rate"]) for r in rows}

    def punishments(self, region: str) -> Numbers:
        """Question 6: decisions and reports of a region, all years."""
        rows = self.rows(6, old="平江县", new=region)
        return {region: (sum(r["decisions"] for r in rows), sum(r["reports_known"] for r in rows))}

    def coverage(self, region: str) -> Numbers:
        """Question 13: agencies seen and reporting, all years."""
        rows = self.rows(13, old="平江县", new=region)
        seen = sum(row["agencies_seen"] for row in rows)
        return {region: (seen, sum(row["agencies_reporting"] for row in rows) / seen)}

    def timeliness(self) -> Numbers:
        """Question 15: reports on time, late and unknown, by year."""
        return {str(r["report_year"]): (r["on_time"], r["late"], r["unknown"]) for r in self.rows(15)}

    def failures(self) -> Numbers:
        """Question 18: how often the enforced identities fail in current reports."""
        rows = [row for row in self.rows(18) if row["is_current"]]
        labels = {row["label_zh"] for row in rows}
        return {label: (sum(row["label_zh"] == label for row in rows),) for label in labels}


def by(rows: Rows, key: str, *columns: str) -> Numbers:
    """The columns of each row by its key."""
    return {row[key]: tuple(row[column] for column in columns) for row in rows}


def summed(rows: Rows, key: str, column: str) -> Numbers:
    """A column summed by its key; nothing where all are 0, as the cookbook leaves them out."""
    totals: dict[str, float] = {}
    for row in rows:
        totals[row[key]] = totals.get(row[key], 0) + (row[column] or 0)
    return {label: (total,) for label, total in totals.items() if total}


def series(rows: Rows, names: Sequence[str]) -> Numbers:
    """A chart's points by year: one number for each series whose name has one of ``names`` in it."""
    found: Numbers = {}
    for row in rows:
        found[str(row["year"])] = tuple(
            next((value for label, value in row.items() if name in label), None) for name in names
        )
    return found


def differences(chart: str, shown: Numbers, expected: Numbers) -> list[str]:
    """Where what a chart shows isn't what the cookbook says; shares are rounded there, to three places."""
    assert expected, f"the cookbook gives nothing to compare {chart} with"
    keys = sorted(shown.keys() | expected.keys())
    return [
        f"{chart}: {key} is {shown.get(key)}, the cookbook says {expected.get(key)}"
        for key in keys
        if not _equal(shown.get(key), expected.get(key))
    ]


def _equal(shown: tuple[Any, ...] | None, expected: tuple[Any, ...] | None) -> bool:
    if shown is None or expected is None or len(shown) != len(expected):
        return shown is expected
    return all(
        (a or 0) == (b or 0) or (a is not None and b is not None and isinstance(b, float) and abs(a - b) <= 0.00051)
        for a, b in zip(shown, expected, strict=True)
    )
