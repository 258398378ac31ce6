"""The dashboard: applications, their outcomes and grounds of denial, by year and province."""

from bi.assets.charts import by_year, china, counted, only
from bi.assets.model import SHARE, Dashboard, Placed
from bi.assets.pages.shared import APPLICATIONS, FIGURES, RATES, SCOPE_RULE, place_filters

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
