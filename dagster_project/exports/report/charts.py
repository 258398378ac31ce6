"""The pictures of the page, as SVG that stands in it: Vega-Lite, drawn without a browser or a network.

Belongs here: what is drawn how. Doesn't belong here: what the figures are (``contents``).
"""

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import vl_convert
from markupsafe import Markup

from dagster_project.exports.report.contents import Row

#: Names that the page's own style has; the picture is measured with what the machine has.
FONT = (
    "system-ui, 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', "
    "'Source Han Sans SC', 'WenQuanYi Micro Hei', sans-serif"
)
GREY = "#8b95a3"
#: Readable on light and dark ground alike.
STATUSES = {
    "consistent": ("identities hold 勾稽关系成立", "#3f9f64"),
    "inconsistent": ("one fails 有不成立者", "#d9773b"),
    "not_assessable": ("not assessable 无法核对", GREY),
}
CATEGORIES = {
    "granted": ("granted 予以公开", "#3f9f64"),
    "partially_granted": ("partially granted 部分公开", "#8cbf5a"),
    "denied": ("denied 不予公开", "#cf4f46"),
    "unavailable": ("unable to provide 无法提供", "#d9943b"),
    "rejected": ("not processed 不予处理", "#8a6fc0"),
    "other": ("other 其他处理", "#4f8fc9"),
    None: ("not broken down 未分列", GREY),
}
SCOPES = {
    "own_organ": "own organ 本机关",
    "whole_jurisdiction": "whole jurisdiction 本行政区域",
    None: "not stated 未说明",
}
SCOPE_COLOURS = ["#4f8fc9", "#d9943b", GREY]
QUIET = {"labelColor": "currentColor", "titleColor": "currentColor"}
#: Letters of a line of a label.
LABEL_LETTERS = 34
LINES = "split(datum.label, '\\n')"


def reports_by_year(rows: Sequence[Row]) -> Markup:
    """Current reports by year, stacked by whether their identities hold."""
    values = [
        {"year": str(row["report_year"] or "?"), "status": STATUSES[row["quality_status"]][0], "n": row["reports"]}
        for row in rows
    ]
    return _svg(
        "years",
        values,
        mark={"type": "bar", "size": 34},
        width={"step": 64},
        height=200,
        encoding={
            "x": {"field": "year", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
            "y": {"field": "n", "type": "quantitative", "title": "reports 报告份数", "axis": {"tickMinStep": 1}},
            "color": _colour("status", STATUSES.values()),
        },
    )


def coverage_by_province(rows: Sequence[Row]) -> Markup:
    """Agencies seen by province, and how many of them have a report of the last year."""
    values = [
        {"province": row["region_name"], "kind": kind, "n": number}
        for row in rows
        for kind, number in (
            ("reporting 有报告", row["agencies_reporting"]),
            ("missing 缺报告", row["agencies_seen"] - row["agencies_reporting"]),
        )
    ]
    kinds = [("reporting 有报告", "#3f9f64"), ("missing 缺报告", GREY)]
    return _svg(
        "provinces",
        values,
        mark={"type": "bar"},
        width=520,
        height={"step": 24},
        encoding={
            "y": {"field": "province", "type": "nominal", "title": None, "sort": None},
            "x": {"field": "n", "type": "quantitative", "title": "agencies 机关数", "axis": {"tickMinStep": 1}},
            "color": _colour("kind", kinds),
            "order": {"field": "kind", "sort": "descending"},
        },
    )


def outcomes_by_year(rows: Sequence[Row]) -> Markup:
    """Shares of the outcomes by year, a panel for each reporting scope."""
    values = [
        {
            "year": str(row["report_year"]),
            "scope": _lines([SCOPES[row["reporting_scope"]]])[0],
            "category": CATEGORIES[row["outcome_category"]][0],
            "rank": list(CATEGORIES).index(row["outcome_category"]),
            "n": row["applications"],
        }
        for row in rows
    ]
    return _svg(
        "outcomes",
        values,
        mark={"type": "bar", "size": 30},
        width={"step": 40},
        height=230,
        encoding={
            "column": {
                "field": "scope",
                "type": "nominal",
                "title": None,
                "sort": _lines(SCOPES.values()),
                "header": {"labelExpr": LINES, "labelLineHeight": 14},
            },
            "x": {"field": "year", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
            "y": {
                "field": "n",
                "type": "quantitative",
                "stack": "normalize",
                "title": "share of applications 申请占比",
                "axis": {"format": "%"},
            },
            "color": _colour("category", CATEGORIES.values()),
            "order": {"field": "rank", "type": "quantitative"},
        },
    )


def denial_grounds(rows: Sequence[Row]) -> Markup:
    """Applications denied by ground, side by side for each reporting scope."""
    values = [
        {
            "ground": "\n".join([row["label_zh"], *textwrap.wrap(row["label_en"], LABEL_LETTERS)]),
            "scope": SCOPES[row["reporting_scope"]],
            "n": row["applications"],
        }
        for row in rows
    ]
    colours = list(zip(SCOPES.values(), SCOPE_COLOURS, strict=True))
    return _svg(
        "denials",
        values,
        mark={"type": "bar"},
        width=430,
        height={"step": 17},
        encoding={
            "y": {
                "field": "ground",
                "type": "nominal",
                "title": None,
                "sort": None,
                "scale": {"paddingInner": 0.25},
                "axis": {"labelExpr": LINES, "labelLimit": 320, "labelLineHeight": 13, "labelOffset": -12},
            },
            "yOffset": {"field": "scope", "type": "nominal", "sort": list(SCOPES.values())},
            "x": {"field": "n", "type": "quantitative", "title": "applications 申请数", "axis": {"tickMinStep": 1}},
            "color": _colour("scope", colours),
        },
    )


def _lines(labels: Iterable[str]) -> list[str]:
    """Labels with the Chinese below the English."""
    return [re.sub(r" (?=[^ -~])", "\n", label, count=1) for label in labels]


def _colour(field: str, pairs: Any) -> dict[str, Any]:
    names, colours = zip(*pairs, strict=True)
    return {
        "field": field,
        "type": "nominal",
        "title": None,
        "scale": {"domain": names, "range": colours},
        "legend": {"orient": "bottom", "columns": 3, "columnPadding": 24, "labelLimit": 260},
    }


def _svg(name: str, values: Sequence[Row], **chart: Any) -> Markup:
    """The drawing; empty where there is nothing to draw."""
    if not values:
        return Markup("")
    spec = {
        "data": {"values": list(values)},
        "background": None,
        # the reader's font may be wider than that which the labels are measured with
        "padding": {"left": 40, "right": 20, "top": 5, "bottom": 5},
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": QUIET | {"gridColor": GREY, "gridOpacity": 0.25, "domainColor": GREY, "titleFontWeight": 400},
            "legend": QUIET,
            "header": QUIET,
        },
        **chart,
    }
    drawn = vl_convert.vegalite_to_svg(spec)
    # several drawings stand in one page, and each names its parts from 0
    drawn = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", drawn)
    drawn = re.sub(r'<svg ([^>]*?)width="([\d.]+)" height="[^"]*"', r'<svg \1style="max-width:\2px"', drawn, count=1)
    return Markup(drawn)  # the library has escaped the labels
