"""The dashboard: licences, penalties, compulsory measures, reviews and lawsuits."""

from bi.assets.charts import by_year, counted, only
from bi.assets.datasets import DECISIONS
from bi.assets.model import Dashboard, Placed
from bi.assets.pages.shared import CASES, DECIDED, FIGURES, RATES, SCOPE_RULE, place_filters

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
