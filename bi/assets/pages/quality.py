"""The dashboard: coverage, identities, located errors, freshness."""

from bi.assets.charts import by_year, counted, listed, only
from bi.assets.model import SHARE, Dashboard, Placed
from bi.assets.pages.shared import place_filters

QUALITY = Dashboard(
    "quality",
    "数据质量 Data quality",
    "覆盖、勾稽、差错、时效。此页只数报告与核对次数，不加总报告中的数字。中央机关及无法判定省份的报告不计入各省。"
    "Coverage, identities, located errors, freshness. This page counts reports and checks, and adds no figures of "
    "reports. Central organs and reports of unknown place are in no province.",
    place_filters("identity_results", with_scope=False),
    (
        (
            Placed(
                by_year(
                    "quality_coverage_years",
                    "有无报告的机关 Agencies with and without a report",
                    "coverage",
                    ("reporting", "missing"),
                    unit="个 agencies",
                    reports="reports_counted",
                ),
                6,
                380,
            ),
            Placed(
                counted(
                    "quality_coverage",
                    "各省覆盖率 Coverage by province（个 agencies）",
                    "coverage",
                    ("province",),
                    ("coverage_share", "seen", "reports_counted", "unread", "without_scope"),
                    formats={"coverage_share": SHARE},
                    descending=False,
                ),
                6,
                380,
            ),
        ),
        (
            Placed(
                counted(
                    "quality_identities",
                    "勾稽关系 Identities（次 checks）",
                    "identity_results",
                    ("label", "effect"),
                    ("failed", "assessed", "failed_share", "reports_failing", "reports_counted"),
                    formats={"failed_share": ".2%"},
                ),
                7,
                400,
            ),
            Placed(
                by_year(
                    "quality_failures_years",
                    "各年不成立 Failures by year",
                    "identity_results",
                    ("failures",),
                    unit="次 failures",
                    reports="reports_counted",
                    where=(only("status", "fail"),),
                    groups=("label",),
                ),
                5,
                400,
            ),
        ),
        (
            Placed(
                counted(
                    "quality_errors",
                    "定位的差错 Located errors（个 cells）",
                    "located_errors",
                    ("line_label",),
                    ("cells", "certain", "reports_counted"),
                ),
                6,
                380,
            ),
            Placed(
                listed(
                    "quality_errors_list",
                    "可疑单元格 Suspect cells（件；一行一个 a cell a row）",
                    "located_errors",
                    ("agency", "year", "line_label", "column_label", "raw_text", "proposed", "source_line"),
                    order=(("agency", True), ("year", True)),
                ),
                6,
                380,
            ),
        ),
        (
            Placed(
                by_year(
                    "quality_timeliness",
                    "公布时效 Timeliness of publication",
                    "reports",
                    ("published",),
                    unit="份 reports",
                    reports="reports_counted",
                    groups=("timeliness",),
                ),
                6,
                380,
            ),
            Placed(
                counted(
                    "quality_freshness",
                    "各年最近公布 Latest publication by year（份 reports）",
                    "reports",
                    ("year",),
                    ("latest", "late", "reports_counted"),
                ),
                6,
                380,
            ),
        ),
        (
            Placed(
                listed(
                    "quality_publishes",
                    "数据仓库发布记录 Publishes of the warehouse（份 documents, reports）",
                    "runs",
                    ("finished_at", "documents", "documents_new", "documents_changed", "reports", "identities_failed"),
                    order=(("finished_at", False),),
                    rows=10,
                ),
                12,
                240,
            ),
        ),
    ),
)
