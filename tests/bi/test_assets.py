"""Superset's assets: as ``bi.assets`` writes them, on columns that are there, with metrics that can't be misread."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from bi.assets.__main__ import texts
from bi.assets.datasets import DATASETS, OWN, QUERIES, WHOLE, metrics_of_dbt, query
from bi.assets.pages import DASHBOARDS
from bi.load import ASSETS, NOTICE_PLACE, NOTICES, contents, kind_of
from dagster_project.settings import DBT_DIRECTORY
from tests.bi.cookbook_numbers import cookbook

CHARTS = [placed.chart for dashboard in DASHBOARDS for row in dashboard.rows for placed in row]


@pytest.fixture(scope="module")
def samples(sample_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        yield connection


def asset(name: str) -> Any:
    return yaml.safe_load((ASSETS / name).read_text(encoding="utf-8"))


def test_files_are_what_the_generator_writes(samples: duckdb.DuckDBPyConnection) -> None:
    found = {path.relative_to(ASSETS).as_posix(): path.read_text(encoding="utf-8") for path in ASSETS.rglob("*.yaml")}
    assert found == texts(samples), "run `make bi-assets`"


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.file)
def test_columns_and_metrics_of_charts_are_there(chart: Any, samples: duckdb.DuckDBPyConnection) -> None:
    """Every column, metric and condition that a chart names works on the warehouse of the samples."""
    dataset = next(dataset for dataset in DATASETS if dataset.name == chart.dataset)
    expressions = {metric.name: metric.expression for metric in dataset.metrics}
    params = chart.params
    listed = [params.get(key) or [] for key in ("groupby", "all_columns", "groupbyRows", "groupbyColumns")]
    columns = [column for group in listed for column in group]
    columns += [params[key] for key in ("x_axis", "entity") if params.get(key)]
    columns += [condition["subject"] for condition in params.get("adhoc_filters", [])]
    metrics = [*(params.get("metrics") or []), *(params.get("metrics_b") or [])]
    metrics += [params[key] for key in ("metric", "timeseries_limit_metric") if params.get(key)]
    # a metric that isn't defined is a KeyError here
    wanted = [f'"{column}"' for column in columns] + [expressions[metric] for metric in metrics]
    groups = f"group by {', '.join(columns)}" if metrics and columns else ""
    samples.execute(f"select {', '.join(wanted)} from ({query(chart.dataset)}) {groups}").fetchall()


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.file)
def test_charts_say_what_they_show(chart: Any) -> None:
    """Title in both languages; a metric of reports, or rows of which each is one; a unit in title, axis or labels."""
    title = chart.title
    assert any("\u4e00" <= letter <= "\u9fff" for letter in title)
    assert any("a" <= letter <= "z" for letter in title)
    text = str(dict(chart.params))
    counts_reports = "reports" in text or "reports" in title or "报告" in title
    assert counts_reports or "a row）" in title
    labels = {metric.name: metric.label for dataset in DATASETS for metric in dataset.metrics}
    named = " ".join(labels.get(name, "") for name in chart.params.get("metrics", []))
    units = f"{title} {chart.params.get('y_axis_title', '')} {named}"
    assert any(unit in units for unit in ("件", "份", "个", "次", "占")), units


def test_uuids_are_unique_and_every_chart_stands_once() -> None:
    found = [yaml.safe_load(path.read_text(encoding="utf-8")).get("uuid") for path in ASSETS.rglob("*.yaml")]
    uuids = [uuid for uuid in found if uuid]
    assert len(uuids) == len(set(uuids))
    placed = [
        member["meta"]["uuid"]
        for dashboard in DASHBOARDS
        for member in asset(f"dashboards/{dashboard.file}.yaml")["position"].values()
        if isinstance(member, dict) and member.get("type") == "CHART"
    ]
    assert sorted(placed) == sorted(chart.uuid for chart in CHARTS)


@pytest.mark.parametrize("dataset", ["province_figures", "province_rates"])
def test_scopes_are_never_added(dataset: str, samples: duckdb.DuckDBPyConnection) -> None:
    """Over reports of both scopes each metric is NULL; within one it isn't."""
    metrics = {m.name: m.expression for d in DATASETS if d.name == dataset for m in d.metrics if m.name != "form_order"}
    own, expressions = query(dataset), ", ".join(metrics.values())
    both = f"select * from ({own}) union all select * replace ('{WHOLE}' as scope) from ({own})"
    assert set(samples.execute(f"select {expressions} from ({both})").fetchall()[0]) == {None}
    within = samples.execute(f"select {expressions} from ({both}) where scope = '{OWN}'").fetchall()[0]
    assert sum(value is not None for value in within) > len(metrics) / 2


@pytest.mark.parametrize("dashboard", ["overview", "enforcement"])
def test_scope_filter_always_has_exactly_one_value(dashboard: str) -> None:
    filters = asset(f"dashboards/{dashboard}.yaml")["metadata"]["native_filter_configuration"]
    scope = next(each for each in filters if each["targets"][0]["column"]["name"] == "scope")
    assert not scope["controlValues"]["multiSelect"]
    assert scope["controlValues"]["enableEmptyFilter"]
    assert scope["defaultDataMask"]["filterState"]["value"] == ["本机关 Own organ"]


def test_rates_are_the_cookbooks(samples: duckdb.DuckDBPyConnection) -> None:
    """Question 1 of the cookbook beside the metrics of the chart."""
    metrics = {m.name: m.expression for d in DATASETS if d.name == "province_rates" for m in d.metrics}
    names = ("numerator_total", "denominator_total", "denied_rate", "reports_counted")
    shown = samples.execute(
        f"select province, {', '.join(metrics[name] for name in names)} from ({query('province_rates')}) "
        "where rate = 'denied_rate' and scope like '本机关%' group by province"
    ).fetchall()
    rounded = {(row[0], row[1], row[2], row[3] and round(row[3], 3), row[4]) for row in shown}
    assert rounded == set(samples.execute(cookbook(1)).fetchall())


def test_rates_are_dbts() -> None:
    """No rate has a definition of its own: each that a chart names is a metric of dbt."""
    defined = {name for name, _ in metrics_of_dbt("ratio")}
    conditions = [c for chart in CHARTS for c in chart.params.get("adhoc_filters", []) if c["subject"] == "rate"]
    assert conditions
    assert {rate for condition in conditions for rate in condition["comparator"]} <= defined


def test_exposure_lists_what_the_dashboards_read() -> None:
    exposures = yaml.safe_load((DBT_DIRECTORY / "models" / "exposures.yml").read_text(encoding="utf-8"))["exposures"]
    listed = next(each for each in exposures if each["name"] == "dashboards")["depends_on"]
    queries = " ".join(path.read_text(encoding="utf-8") for path in QUERIES.glob("*.sql"))
    read = {word.rpartition(".")[2] for word in queries.split() if word.startswith(("marts.", "quality."))}
    models = {path.stem for path in (DBT_DIRECTORY / "models").rglob("*.sql")}
    assert sorted(listed) == sorted(f"ref('{name}')" for name in read & models)


def test_notice_says_what_the_warehouse_holds(sample_warehouse: Path, tmp_path: Path) -> None:
    assert kind_of(sample_warehouse) == "samples"
    invented = tmp_path / "invented.duckdb"
    with duckdb.connect(str(invented)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_report as select 'https://demonstration.invalid/1' as source_uri")
    loaded = contents(invented)
    assert "虚构" in NOTICES["invented"]
    for dashboard in DASHBOARDS:
        position = yaml.safe_load(loaded[f"dashboards/{dashboard.file}.yaml"])["position"]
        assert position["MARKDOWN-NOTICE"]["meta"]["code"] == NOTICES["invented"]
    assert not any(NOTICE_PLACE in text for text in loaded.values())
    address = yaml.safe_load(loaded["databases/gongkai.yaml"])["sqlalchemy_uri"]
    assert address == f"duckdb:///{invented}?access_mode=read_only"
