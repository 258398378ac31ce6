"""The four dashboards: which charts stand where, under which titles.

Belongs here: questions and their places. Doesn't belong here: how a kind of chart looks (``bi.assets.charts``), what a
metric is (``bi.assets.datasets``).
"""

from bi.assets.charts import by_year, china, counted, crossed, listed, of_one_report, only
from bi.assets.datasets import OWN
from bi.assets.model import SHARE, Dashboard, Filter, Placed

FIGURES, RATES = "province_figures", "province_rates"
OUTCOMES = ("granted", "partially_granted", "denied", "unavailable", "rejected", "other")
GROUNDS = (
    "denied_state_secret",
    "denied_prohibited_by_law",
    "denied_security_stability",
    "denied_third_party_rights",
    "denied_internal_affairs",
    "denied_process_information",
    "denied_enforcement_file",
    "denied_administrative_inquiry",
)
DECISIONS = {
    "administrative_licensing_decisions": "行政许可 Licensing decisions",
    "administrative_punishment_decisions": "行政处罚 Penalties",
    "administrative_compulsion_decisions": "行政强制 Compulsory measures",
}
APPLICATIONS, CASES, DECIDED = "件 applications", "件 cases", "件 decisions"
KEY = ("label", "unit")

SCOPE_RULE = (
    "**范围 Scope**：本机关与全辖区数字重叠，筛选器始终只取其一，从不相加。"
    "Own-organ and whole-jurisdiction figures overlap: the filter always holds exactly one of them, and they are never "
    "added. 各省数字 Provinces: 本机关 = 省内各级各机关报告之和 the organs of all levels in the province; "
    "全辖区 = 省政府一份报告 the one report of the provincial government."
)


def place_filters(dataset: str, *, with_scope: bool = True) -> tuple[Filter, ...]:
    """Year, province and, where figures are summed, scope."""
    filters = (Filter("year", "年度 Year", dataset), Filter("province", "省份 Province", dataset))
    return (Filter("scope", "范围 Scope", dataset, only=OWN), *filters) if with_scope else filters


OVERVIEW = Dashboard(
    "overview",
    "总览 Overview",
    f"政府信息公开申请：收到、办理结果、不予公开理由。Applications, outcomes, grounds of denial. {SCOPE_RULE}",
    place_filters(FIGURES),
    (
        (
            Placed(
                china(
                    "overview_map",
                    "不予公开率（占办结%，报告数见右表） Denied share of processed",
                    RATES,
                    "denied_rate",
                    SHARE,
                ),
                6,
                520,
            ),
            Placed(
                counted(
                    "overview_provinces",
                    "各省不予公开 Denied by province（件 applications；占办结 share of processed）",
                    RATES,
                    ("province",),
                    ("denied_rate", "numerator_total", "denominator_total", "reports_counted"),
                    where=(only("rate", "denied_rate"),),
                    formats={"denied_rate": SHARE},
                ),
                6,
                520,
            ),
        ),
        (
            Placed(
                by_year(
                    "overview_received",
                    "本年新收申请 Applications newly received",
                    FIGURES,
                    ("new_received",),
                    unit=APPLICATIONS,
                    reports="new_received_reports",
                ),
                6,
                400,
            ),
            Placed(
                by_year(
                    "overview_outcomes",
                    "办理结果 Outcomes of applications",
                    FIGURES,
                    ("count",),
                    unit=APPLICATIONS,
                    reports="processed_reports",
                    where=(only("measure", *OUTCOMES),),
                    groups=("label",),
                ),
                6,
                400,
            ),
        ),
        (
            Placed(
                counted(
                    "overview_outcome_shares",
                    "办理结果占比 Outcomes, share of processed（件 applications）",
                    RATES,
                    ("label",),
                    ("numerator_total", "share", "reports_counted"),
                    where=(only("rate", *(f"{outcome}_rate" for outcome in OUTCOMES)),),
                    formats={"share": SHARE},
                    order="form_order",
                    descending=False,
                ),
                6,
                360,
            ),
            Placed(
                by_year(
                    "overview_rates",
                    "予以公开率与不予公开率 Granted and denied, share of processed",
                    RATES,
                    ("granted_rate", "denied_rate"),
                    unit="占办结 share",
                    reports="denied_rate_reports",
                    is_share=True,
                ),
                6,
                360,
            ),
        ),
        (
            Placed(
                counted(
                    "overview_grounds",
                    "不予公开的理由 Grounds of denial（件 applications；占办结 share of processed）",
                    RATES,
                    ("label",),
                    ("numerator_total", "share", "reports_counted"),
                    where=(only("rate", *(f"{ground}_rate" for ground in GROUNDS)),),
                    formats={"share": ".2%"},
                ),
                6,
                420,
            ),
            Placed(
                by_year(
                    "overview_grounds_years",
                    "各年不予公开的理由 Grounds of denial by year",
                    FIGURES,
                    ("count",),
                    unit=APPLICATIONS,
                    reports="denied_reports",
                    where=(only("measure", *GROUNDS),),
                    groups=("label",),
                ),
                6,
                420,
            ),
        ),
    ),
)

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

ENFORCEMENT = Dashboard(
    "enforcement",
    "执法与救济 Enforcement",
    f"行政许可、处罚、强制，及复议诉讼。Licences, penalties, compulsory measures, reviews and lawsuits. {SCOPE_RULE}",
    place_filters(FIGURES),
    (
        tuple(
            Placed(
                by_year(
                    f"enforcement_{measure.split('_')[1]}",
                    title,
                    FIGURES,
                    (measure,),
                    unit=DECIDED,
                    reports=f"{measure}_reports",
                ),
                4,
                360,
            )
            for measure, title in DECISIONS.items()
        ),
        (
            Placed(
                counted(
                    "enforcement_provinces",
                    "各省执法决定 Decisions by province（件 decisions；各列后为报告数 reports after each）",
                    FIGURES,
                    ("province",),
                    tuple(name for measure in DECISIONS for name in (measure, f"{measure}_reports")),
                ),
                12,
                420,
            ),
        ),
        (
            Placed(
                by_year(
                    "enforcement_reviews",
                    "行政复议及结果 Administrative reviews by result",
                    FIGURES,
                    ("count",),
                    unit=CASES,
                    reports="administrative_review_reports",
                    where=(
                        only(
                            "measure",
                            *(f"administrative_review_{r}" for r in ("upheld", "corrected", "other", "pending")),
                        ),
                    ),
                    groups=("label",),
                ),
                6,
                400,
            ),
            Placed(
                by_year(
                    "enforcement_lawsuits",
                    "行政诉讼 Lawsuits：直接起诉与复议后起诉 direct and after review",
                    FIGURES,
                    ("count",),
                    unit=CASES,
                    reports="litigation_reports",
                    where=(only("measure", "litigation_direct", "litigation_after_review"),),
                    groups=("label",),
                ),
                6,
                400,
            ),
        ),
        (
            Placed(
                by_year(
                    "enforcement_challenged",
                    "复议率、诉讼率 Reviews and lawsuits, share of processed",
                    RATES,
                    ("review_rate", "litigation_rate"),
                    unit="占办结 share",
                    reports="review_rate_reports",
                    is_share=True,
                ),
                6,
                360,
            ),
            Placed(
                by_year(
                    "enforcement_corrected",
                    "纠正率 Corrected, share of concluded",
                    RATES,
                    ("review_correction_rate", "litigation_correction_rate"),
                    unit="占审结 share",
                    reports="review_correction_rate_reports",
                    is_share=True,
                ),
                6,
                360,
            ),
        ),
    ),
)

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

DASHBOARDS = (OVERVIEW, AGENCY, ENFORCEMENT, QUALITY)
