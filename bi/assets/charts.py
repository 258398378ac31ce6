"""Kinds of charts, each with the settings that make it readable: numbers whole, units on the axes, both languages.

Belongs here: the form data of a kind. Doesn't belong here: what a chart shows (``bi.assets.pages``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bi.assets.model import COUNT, SHARE, Chart

#: A legend of many entries, turned like pages, and one of few that stands in two lines.
SCROLLING = {"legendType": "scroll", "legendOrientation": "bottom"}
LISTED = {"legendType": "plain", "legendOrientation": "bottom", "legendMargin": 48}


def only(column: str, *values: str) -> dict[str, Any]:
    """A condition on a column of the dataset."""
    return {
        "clause": "WHERE",
        "expressionType": "SIMPLE",
        "subject": column,
        "operator": "IN",
        "comparator": list(values),
        "filterOptionName": f"only_{column}",
    }


def by_year(
    file: str,
    title: str,
    dataset: str,
    metrics: Sequence[str],
    *,
    unit: str,
    reports: str,
    where: Sequence[Mapping[str, Any]] = (),
    groups: Sequence[str] = (),
    is_share: bool = False,
) -> Chart:
    """Bars (lines for shares) by year on the left axis; the reports that they rest on as a line on the right one."""
    number_format = SHARE if is_share else COUNT
    params = {
        "x_axis": "year",
        "x_axis_sort": "year",
        "x_axis_sort_asc": True,
        "xAxisForceCategorical": True,
        "metrics": list(metrics),
        "groupby": list(groups),
        "adhoc_filters": list(where),
        "metrics_b": [reports],
        "groupby_b": [],
        "adhoc_filters_b": list(where) if not groups else [],
        "seriesType": "line" if is_share else "bar",
        "seriesTypeB": "line",
        "stack": None if is_share or not groups else "Stack",
        "yAxisIndex": 0,
        "yAxisIndexB": 1,
        "markerEnabled": is_share,
        "markerEnabledB": True,
        "y_axis_format": number_format,
        "y_axis_format_secondary": COUNT,
        "y_axis_bounds": [0, None],
        "y_axis_bounds_secondary": [0, None],
        "truncateYAxis": False,
        "y_axis_title": unit,
        "y_axis_title_margin": 75,
        "y_axis_title_position": "Left",
        # named in the legend: the title would lie outside of the chart
        "yAxisTitleSecondary": "",
        "show_legend": True,
        **(SCROLLING if groups else LISTED),
        "rich_tooltip": True,
        "truncate_metric": True,
        "truncate_metric_b": True,
        "color_scheme": "supersetColors",
        "row_limit": 1000,
        "row_limit_b": 1000,
    }
    return Chart(file, title, dataset, "mixed_timeseries", params)


def of_one_report(
    file: str, title: str, dataset: str, metric: str, *, unit: str, where: Sequence[Mapping[str, Any]], kind: str
) -> Chart:
    """Figures by year that rest on a single report each, scopes apart; ``kind`` is bar or line."""
    params = {
        "x_axis": "year",
        "x_axis_sort_asc": True,
        "xAxisForceCategorical": True,
        "metrics": [metric],
        "groupby": ["label", "scope"],
        "adhoc_filters": list(where),
        "stack": None,
        "markerEnabled": True,
        "y_axis_format": SHARE if kind == "line" else COUNT,
        "y_axis_bounds": [0, None],
        "y_axis_title": unit,
        "y_axis_title_margin": 75,
        "y_axis_title_position": "Left",
        "show_legend": True,
        **SCROLLING,
        "rich_tooltip": True,
        "truncate_metric": True,
        "color_scheme": "supersetColors",
        "row_limit": 1000,
    }
    return Chart(file, title, dataset, f"echarts_timeseries_{kind}", params)


def counted(
    file: str,
    title: str,
    dataset: str,
    groups: Sequence[str],
    metrics: Sequence[str],
    *,
    where: Sequence[Mapping[str, Any]] = (),
    formats: Mapping[str, str] | None = None,
    order: str | None = None,
    descending: bool = True,
) -> Chart:
    """A table of metrics by groups, with bars behind the numbers; ``order`` names the metric that it is sorted by."""
    params = {
        "query_mode": "aggregate",
        "groupby": list(groups),
        "metrics": list(metrics),
        "all_columns": [],
        "percent_metrics": [],
        "adhoc_filters": list(where),
        "timeseries_limit_metric": order or metrics[0],
        "order_desc": descending,
        "row_limit": 1000,
        "server_page_length": 10,
        "show_cell_bars": True,
        "color_pn": False,
        "align_pn": False,
        "column_config": {
            metric: {"d3NumberFormat": (formats or {}).get(metric, COUNT), "horizontalAlign": "right"}
            for metric in metrics
        },
    }
    return Chart(file, title, dataset, "table", params)


def listed(
    file: str,
    title: str,
    dataset: str,
    columns: Sequence[str],
    *,
    where: Sequence[Mapping[str, Any]] = (),
    order: Sequence[tuple[str, bool]] = (),
    rows: int = 500,
) -> Chart:
    """A table of rows as they are; ``order`` is columns with whether they ascend."""
    params = {
        "query_mode": "raw",
        "all_columns": list(columns),
        "groupby": [],
        "metrics": [],
        "percent_metrics": [],
        "adhoc_filters": list(where),
        "order_by_cols": [f'["{column}", {str(ascends).lower()}]' for column, ascends in order],
        "row_limit": rows,
        "server_page_length": 10,
        "page_length": 0,
        "show_cell_bars": False,
        "allow_render_html": False,
        "column_config": {},
    }
    return Chart(file, title, dataset, "table", params)


def crossed(file: str, title: str, dataset: str, rows: Sequence[str], columns: Sequence[str], metric: str) -> Chart:
    """A table of one metric by rows and columns, without totals: these would add what must not be added."""
    params = {
        "groupbyRows": list(rows),
        "groupbyColumns": list(columns),
        "metrics": [metric],
        "metricsLayout": "COLUMNS",
        "aggregateFunction": "First",
        "rowTotals": False,
        "colTotals": False,
        "rowSubTotals": False,
        "colSubTotals": False,
        "rowOrder": "key_a_to_z",
        "colOrder": "key_a_to_z",
        "valueFormat": COUNT,
        "adhoc_filters": [],
        "row_limit": 10000,
        "transposePivot": False,
    }
    return Chart(file, title, dataset, "pivot_table_v2", params)


def china(file: str, title: str, dataset: str, metric: str, number_format: str) -> Chart:
    """A map of the provinces by their ISO codes; the shapes come with Superset."""
    params = {
        "select_country": "china",
        "entity": "iso_code",
        "metric": metric,
        "adhoc_filters": [],
        "number_format": number_format,
        "linear_color_scheme": "superset_seq_1",
        "row_limit": 1000,
    }
    return Chart(file, title, dataset, "country_map", params)
