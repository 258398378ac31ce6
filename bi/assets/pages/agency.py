"""The dashboard: one agency across years, with its failing identities and sources."""

from bi.assets.charts import crossed, listed, of_one_report, only
from bi.assets.model import Dashboard, Filter, Placed
from bi.assets.pages.shared import APPLICATIONS

AGENCY = Dashboard(
    "agency",
    "机关 Agency",
    "一个机关的历年报告。每个数字来自一份报告，范围不同分列，从不相加。One agency across years: each figure is of one "
    "report; scopes stand side by side and are never added.",
    (Filter("agency", "机关 Agency", "agency_figures", is_single=True),),
    (
        (
            Placed(
                of_one_report(
                    "agency_flows",
                    "申请收办 Applications（每柱一份报告 a bar is of one report）",
                    "agency_figures",
                    "value",
                    unit=APPLICATIONS,
                    where=(only("measure", "new_received", "processed", "denied"),),
                    kind="bar",
                ),
                6,
                400,
            ),
            Placed(
                of_one_report(
                    "agency_rates",
                    "比率 Rates（每点一份报告 a point is of one report）",
                    "agency_rates",
                    "value",
                    unit="占比 share",
                    where=(only("rate", "granted_rate", "denied_rate", "not_held_rate", "carried_forward_share"),),
                    kind="line",
                ),
                6,
                400,
            ),
        ),
        (
            Placed(
                crossed(
                    "agency_figures",
                    "全部指标（件；金额为元） All measures（counts; money in yuan），一年一份报告 one report a year",
                    "agency_figures",
                    ("label",),
                    ("scope", "year"),
                    "value",
                ),
                12,
                520,
            ),
        ),
        (
            Placed(
                listed(
                    "agency_sources",
                    "报告与来源 Reports and sources（一行一份报告 a report a row）",
                    "reports",
                    ("year", "scope", "published_on", "timeliness", "quality", "title", "source_uri"),
                    order=(("year", True),),
                ),
                12,
                340,
            ),
        ),
        (
            Placed(
                listed(
                    "agency_failures",
                    "不成立的勾稽关系 Failing identities（件；一行一次 a failure a row）",
                    "identity_results",
                    (
                        "year",
                        "label",
                        "effect",
                        "formula_zh",
                        "place",
                        "left_value",
                        "right_value",
                        "source_lines",
                        "source_uri",
                    ),
                    where=(only("status", "fail"),),
                    order=(("year", True),),
                ),
                12,
                300,
            ),
        ),
        (
            Placed(
                listed(
                    "agency_errors",
                    "定位的差错 Located errors（件；一行一个单元格 a cell a row）",
                    "located_errors",
                    (
                        "year",
                        "line_label",
                        "column_label",
                        "raw_text",
                        "proposed",
                        "certainty",
                        "source_line",
                        "source_uri",
                    ),
                    order=(("year", True),),
                ),
                12,
                260,
            ),
        ),
    ),
)
