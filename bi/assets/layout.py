"""Dashboards as Superset exports them: where each chart stands, and the filters.

Belongs here: Superset's tree of rows and its filters' records. Doesn't belong here: what stands there.
"""

from typing import Any

from bi.assets.model import VERSION, Dashboard, Filter, identifier
from bi.load import NOTICE_PLACE

PIXELS = 8
GRID = ["ROOT_ID", "GRID_ID"]


def record(dashboard: Dashboard) -> dict[str, Any]:
    """The dashboard as Superset exports it."""
    return {
        "dashboard_title": f"公开 Gongkai · {dashboard.title}",
        "description": None,
        "css": "",
        "slug": dashboard.file,
        "certified_by": "",
        "certification_details": "",
        "published": True,
        "uuid": identifier("dashboard", dashboard.file),
        "position": _position(dashboard),
        "metadata": {
            # a scheme of the dashboard would colour the map by province
            "color_scheme": "",
            "cross_filters_enabled": False,
            "filter_bar_orientation": "HORIZONTAL",
            "refresh_frequency": 0,
            "timed_refresh_immune_slices": [],
            "expanded_slices": {},
            "label_colors": {},
            "native_filter_configuration": [_filter(dashboard.file, each) for each in dashboard.filters],
        },
        "version": VERSION,
    }


def _position(dashboard: Dashboard) -> dict[str, Any]:
    tree: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": dashboard.title}},
    }
    rows = []
    for name, text, height in (("NOTICE", NOTICE_PLACE, 64), ("GUIDE", dashboard.guide, 88)):
        key = f"MARKDOWN-{name}"
        meta = {"width": 12, "height": height // PIXELS, "code": text}
        _put_row(tree, name, {key: {"type": "MARKDOWN", "id": key, "children": [], "meta": meta}})
        rows.append(f"ROW-{name}")
    for number, row in enumerate(dashboard.rows, 1):
        charts = {}
        for placed in row:
            key = f"CHART-{placed.chart.file}"
            meta = {
                # any number: the import puts the real one in its place
                "chartId": len(tree) + len(charts),
                "uuid": placed.chart.uuid,
                "sliceName": placed.chart.title,
                "width": placed.width,
                "height": placed.height // PIXELS,
            }
            charts[key] = {"type": "CHART", "id": key, "children": [], "meta": meta}
        _put_row(tree, str(number), charts)
        rows.append(f"ROW-{number}")
    tree["GRID_ID"] = {"type": "GRID", "id": "GRID_ID", "children": rows, "parents": ["ROOT_ID"]}
    return tree


def _put_row(tree: dict[str, Any], name: str, members: dict[str, dict[str, Any]]) -> None:
    key = f"ROW-{name}"
    meta = {"background": "BACKGROUND_TRANSPARENT"}
    tree[key] = {"type": "ROW", "id": key, "children": list(members), "parents": GRID, "meta": meta}
    for member_key, member in members.items():
        tree[member_key] = {**member, "parents": [*GRID, key]}


def _filter(dashboard: str, each: Filter) -> dict[str, Any]:
    chosen: dict[str, Any] = {"extraFormData": {}, "filterState": {}, "ownState": {}}
    if each.only is not None:
        values = [each.only]
        chosen = {
            "extraFormData": {"filters": [{"col": each.column, "op": "IN", "val": values}]},
            "filterState": {"value": values, "label": each.only, "validateStatus": False},
            "ownState": {},
        }
    is_single = each.is_single or each.only is not None
    return {
        "id": f"NATIVE_FILTER-{dashboard}-{each.column}",
        "type": "NATIVE_FILTER",
        "name": each.label,
        "description": "",
        "filterType": "filter_select",
        # charts wait for the first value, as for any other
        "requiredFirst": each.is_single,
        "targets": [{"datasetUuid": identifier("dataset", each.dataset), "column": {"name": each.column}}],
        "controlValues": {
            "multiSelect": not is_single,
            # a value is required where figures of two must not be added
            "enableEmptyFilter": is_single,
            "defaultToFirstItem": each.is_single,
            "inverseSelection": False,
            "searchAllOptions": each.is_single,
            "sortAscending": True,
        },
        "defaultDataMask": chosen,
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
    }
