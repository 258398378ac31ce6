"""The pictures of the page, as SVG that stands in it: Vega-Lite, drawn without a browser or a network.

Belongs here: what is drawn how. Doesn't belong here: what the figures are (``contents``), or what codes are called
(``code_labels``).
"""

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import vl_convert
from markupsafe import Markup

from dagster_project.code_labels import code_labels
from dagster_project.exports.report.contents import Row

#: Names that the page's own style has; the picture is measured with what the machine has.
FONT = (
    "system-ui, 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', "
    "'Source Han Sans SC', 'WenQuanYi Micro Hei', sans-serif"
)
GREY = "#8b95a3"
#: By code, in the order of drawing; readable on light and dark ground alike.
STATUS_COLOURS = {"consistent": "#3f9f64", "inconsistent": "#d9773b", "not_assessable": GREY}
OUTCOME_COLOURS = {
    "granted": "#3f9f64",
    "partially_granted": "#8cbf5a",
    "denied": "#cf4f46",
    "unavailable": "#d9943b",
    "rejected": "#8a6fc0",
    "other": "#4f8fc9",
    None: GREY,
}
SCOPE_COLOURS = {"own_organ": "#4f8fc9", "whole_jurisdiction": "#d9943b", None: GREY}
QUIET = {"labelColor": "currentColor", "titleColor": "currentColor"}
#: Letters of a line of a label.
LABEL_LETTERS = 34
LINES = "split(datum.label, '\\n')"


def reports_by_year(rows: Sequence[Row]) -> Markup:
    """Current reports by year, stacked by whether their identities hold."""
    statuses = _named("quality_status")
    values = [
        {"year": str(row["report_year"] or "?"), "status": statuses[row["quality_status"]], "n": row["reports"]}
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
            "color": _colour("status", statuses, STATUS_COLOURS),
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
    kinds = {"reporting 有报告": "#3f9f64", "missing 缺报告": GREY}
    return _svg(
        "provinces",
        values,
        mark={"type": "bar"},
        width=520,
        height={"step": 24},
        encoding={
            "y": {"field": "province", "type": "nominal", "title": None, "sort": None},
            "x": {"field": "n", "type": "quantitative", "title": "agencies 机关数", "axis": {"tickMinStep": 1}},
            "color": _colour("kind", {kind: kind for kind in kinds}, kinds),
            "order": {"field": "kind", "sort": "descending"},
        },
    )


def outcomes_by_year(rows: Sequence[Row]) -> Markup:
    """Shares of the outcomes by year, a panel for each reporting scope."""
    scopes = _named("reporting_scope", below=True)
    found = {row["outcome_category"]: f"{row['label_en']} {row['label_zh']}" for row in rows}
    categories = {code: found[code] for code in OUTCOME_COLOURS if code in found}
    values = [
        {
            "year": str(row["report_year"]),
            "scope": scopes[row["reporting_scope"]],
            "category": categories[row["outcome_category"]],
            "rank": list(OUTCOME_COLOURS).index(row["outcome_category"]),
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
                "sort": list(scopes.values()),
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
            "color": _colour("category", categories, OUTCOME_COLOURS),
            "order": {"field": "rank", "type": "quantitative"},
        },
    )


def denial_grounds(rows: Sequence[Row]) -> Markup:
    """Applications denied by ground, side by side for each reporting scope."""
    scopes = _named("reporting_scope")
    values = [
        {
            "ground": "\n".join([row["label_zh"], *textwrap.wrap(row["label_en"], LABEL_LETTERS)]),
            "scope": scopes[row["reporting_scope"]],
            "n": row["applications"],
        }
        for row in rows
    ]
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
            "yOffset": {"field": "scope", "type": "nominal", "sort": list(scopes.values())},
            "x": {"field": "n", "type": "quantitative", "title": "applications 申请数", "axis": {"tickMinStep": 1}},
            "color": _colour("scope", scopes, SCOPE_COLOURS),
        },
    )


def _named(column: str, *, below: bool = False) -> dict[str | None, str]:
    """Both names of each code of a column, the Chinese beside the English or below it."""
    between = "\n" if below else " "
    return {code: f"{label.english}{between}{label.chinese}" for code, label in code_labels(column).items()}


def _colour(field: str, names: Mapping[Any, str], colours: Mapping[Any, str]) -> dict[str, Any]:
    """The colours of named codes, with their legend."""
    return {
        "field": field,
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(names.values()), "range": [colours[code] for code in names]},
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
