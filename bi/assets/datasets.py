"""The datasets: their queries lie beside this module, their metrics here.

Belongs here: metrics that can't be misread: each is NULL where it would add reports of two scopes, or two measures;
names of the datasets' own columns. Doesn't belong here: rates of its own, they are those of dbt's metrics, numerator
and denominator; what measures, lines and codes are called, which dbt, the catalogue and ``code_labels`` say.
"""

from pathlib import Path

import yaml

from bi.assets.model import SHARE, Dataset, Metric
from dagster_project.code_labels import code_labels
from dagster_project.settings import DBT_DIRECTORY, SEEDS_DIRECTORY
from extract import load_catalogue

QUERIES = Path(__file__).parent / "queries"
METRICS = DBT_DIRECTORY / "models" / "marts" / "report_rates_metrics.yml"


def named(column: str, code: str | None) -> str:
    """What a code is called on the dashboards."""
    return " ".join(code_labels(column)[code])


def _in_words(table: str, column: str) -> str:
    """A column's codes as people read them, in SQL; what is missing is called as the last of them, the unknown."""
    *known, last = code_labels(column)
    cases = " ".join(f"when '{code}' then '{named(column, code)}'" for code in known)
    return f"case {table}.{column} {cases} else '{named(column, last)}' end"


OWN, WHOLE = (named("reporting_scope", code) for code in ("own_organ", "whole_jurisdiction"))
LATE = named("timeliness", "late")
#: What stands in braces in the queries.
WORDS = {
    **{f"{table}_scope": _in_words(table, "reporting_scope") for table in ("figures", "rates", "reports")},
    "agency": (
        "coalesce(agencies.agency_name, '未载明 unknown') || coalesce('（' || agencies.province_name || '）', '')"
    ),
    "quality": _in_words("reports", "quality_status"),
    "timeliness": _in_words("timeliness", "timeliness"),
}
LABELS = {
    "year": "年度 Year",
    "province": "省份 Province",
    "scope": "范围 Scope",
    "agency": "机关 Agency",
    "label": "指标 Metric",
    "unit": "单位 Unit",
    "title": "标题 Title",
    "source_uri": "来源 Source",
    "published_on": "公布日期 Published",
    "quality": "勾稽 Identities",
    "form": "格式 Form",
    "timeliness": "时效 Timeliness",
    "place": "位置 Where",
    "left_value": "左边 Left",
    "right_value": "右边 Right",
    "difference": "相差 Difference",
    "effect": "效力 Effect",
    "formula_zh": "公式 Formula",
    "source_lines": "原文行 Lines",
    "source_line": "原文行 Line",
    "line_label": "行 Line of the form",
    "column_label": "列 Column",
    "raw_text": "原文 Printed text",
    "printed": "原数 Printed",
    "proposed": "推断 Proposed",
    "certainty": "把握 Certainty",
    "evidence": "依据 Evidence",
    "finished_at": "发布时间 Published (UTC)",
    "documents": "文件 Documents",
    "documents_new": "新增 New",
    "documents_changed": "变动 Changed",
    "reports": "报告 Reports",
    "identities_passed": "成立 Pass",
    "identities_failed": "不成立 Fail",
}
ONE_SCOPE = "min(scope) = max(scope)"
REPORTS = "计入报告数（份） Reports"


def metrics_of_dbt(kind: str) -> list[tuple[str, str]]:
    """Each metric of a kind, ``simple`` or ``ratio``, that dbt defines, with its label in both languages."""
    metrics = yaml.safe_load(METRICS.read_text(encoding="utf-8"))["metrics"]
    wanted = [metric for metric in metrics if metric["type"] == kind]
    labels = {metric["name"]: metric["label"].split(" / ") for metric in wanted}
    return [(name, f"{chinese} {english}") for name, (english, chinese) in labels.items()]


def _counted_in_cases(label: str) -> str:
    """A label with its unit, after the Chinese."""
    chinese, english = label.split(" ", 1)
    return f"{chinese}（件） {english}"


_LINES = {line.line: f"{line.label_zh} {line.label_en}" for line in load_catalogue(SEEDS_DIRECTORY).lines}
#: The lines of the form that count decisions of one kind.
DECISIONS = {
    f"{line}_decisions": _LINES[line]
    for line in ("administrative_licensing", "administrative_punishment", "administrative_compulsion")
}
#: Measures and rates that stand beside each other in one table or chart, a metric each.
SIDE_BY_SIDE = {
    measure: _counted_in_cases(label)
    for measure, label in [*metrics_of_dbt("simple"), *DECISIONS.items()]
    if measure in {"new_received", "processed", "denied", *DECISIONS, "administrative_review", "litigation"}
}
RATES = {
    rate: label
    for rate, label in metrics_of_dbt("ratio")
    if rate
    in {
        *("granted_rate", "denied_rate", "not_held_rate"),
        *("review_rate", "litigation_rate", "review_correction_rate", "litigation_correction_rate"),
    }
}


def query(name: str) -> str:
    """The SQL of a dataset, its words filled in."""
    rates = ", ".join(
        f"('{rate}', '{label}', {place})" for place, (rate, label) in enumerate(metrics_of_dbt("ratio"), 1)
    )
    measures = ", ".join(measure for measure, _ in metrics_of_dbt("simple"))
    text = (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    return text.format(**WORDS, rates=rates, measures=measures).rstrip() + "\n"


def _where(column: str, value: str) -> str:
    return f"filter (where {column} = '{value}')"


def _of(guard: str, expression: str) -> str:
    return f"case when {guard} then {expression} end"


def _reports(label: str) -> str:
    """What the reports behind a metric are called where several metrics stand side by side."""
    return f"{label.partition('（')[0].partition(' ')[0]}报告数（份） Reports"


def _figures() -> list[Metric]:
    one = f"{ONE_SCOPE} and min(measure) = max(measure)"
    return [
        Metric("total", _of(one, "sum(figure)"), "数值 Figure"),
        Metric("count", _of(one, "sum(figure)"), "件"),
        Metric("reports_counted", _of(one, "sum(reports_known)"), REPORTS),
        Metric("form_order", "min(sort_order)", "表内顺序 Order on the form"),
        *(Metric(m, _of(ONE_SCOPE, f"sum(figure) {_where('measure', m)}"), label) for m, label in SIDE_BY_SIDE.items()),
        *(
            Metric(f"{m}_reports", _of(ONE_SCOPE, f"sum(reports_known) {_where('measure', m)}"), _reports(label))
            for m, label in SIDE_BY_SIDE.items()
        ),
    ]


def _rates() -> list[Metric]:
    one = f"{ONE_SCOPE} and min(rate) = max(rate)"
    share = "sum(numerator) {0} / nullif(sum(denominator) {0}, 0)"
    return [
        Metric("share", _of(one, share.format("")), "比率 Share", SHARE),
        Metric("numerator_total", _of(one, "sum(numerator)"), "分子（件） Numerator"),
        Metric("denominator_total", _of(one, "sum(denominator)"), "分母（件） Denominator"),
        Metric("reports_counted", _of(one, "sum(reports_known)"), REPORTS),
        Metric("form_order", "min(sort_order)", "顺序 Order"),
        *(Metric(r, _of(ONE_SCOPE, share.format(_where("rate", r))), label, SHARE) for r, label in RATES.items()),
        *(
            Metric(f"{r}_reports", _of(ONE_SCOPE, f"sum(reports_known) {_where('rate', r)}"), _reports(label))
            for r, label in RATES.items()
        ),
    ]


def _of_one_report(column: str) -> str:
    """A figure that is shown for a single report only."""
    return _of("count(distinct report_id) = 1", f"max({column})")


IDENTITIES = [
    Metric("failures", "count(*) filter (where status = 'fail')", "次"),
    Metric("failed", "count(*) filter (where status = 'fail')", "不成立（次） Failed"),
    Metric("assessed", "count(*) filter (where status in ('pass', 'fail'))", "已核对（次） Assessed"),
    Metric(
        "failed_share",
        "count(*) filter (where status = 'fail') / nullif(count(*) filter (where status in ('pass', 'fail')), 0)",
        "不成立比例 Failed share",
        ".2%",
    ),
    Metric("reports_failing", "count(distinct report_id) filter (where status = 'fail')", "不平报告 Reports failing"),
    Metric("reports_counted", "count(distinct report_id) filter (where status in ('pass', 'fail'))", REPORTS),
    Metric("form_order", "min(sort_order)", "顺序 Order"),
]
COVERAGE = [
    Metric("reporting", "sum(agencies_reporting)", "有报告机关（个） Agencies reporting"),
    Metric("missing", "sum(agencies_seen) - sum(agencies_reporting)", "缺报告机关（个） Agencies without"),
    Metric("seen", "sum(agencies_seen)", "已知机关（个） Agencies seen"),
    Metric("coverage_share", "sum(agencies_reporting) / nullif(sum(agencies_seen), 0)", "覆盖率 Coverage", SHARE),
    Metric("unread", "sum(reports) - sum(reports_read)", "未读出（份） Unread"),
    Metric("without_scope", "sum(reports_without_scope)", "未载明范围（份） No scope"),
    Metric("reports_counted", "sum(reports)", REPORTS),
]
PUBLICATIONS = [
    Metric("published", "count(distinct report_id)", "份"),
    Metric("reports_counted", "count(distinct report_id)", REPORTS),
    Metric("late", f"count(*) filter (where timeliness = '{LATE}')", "逾期（份） Late"),
    Metric("latest", "max(published_on)", "最近公布 Latest"),
]
LOCATED = [
    Metric("cells", "count(*)", "可疑单元格（个） Suspect cells"),
    Metric("certain", "count(*) filter (where certainty = '唯一 single')", "唯一解释（个） Single explanation"),
    Metric("reports_counted", "count(distinct report_id)", "涉及报告 Reports"),
]
AGENCY_FIGURES = [
    Metric("value", _of_one_report("figure"), "数值 Figure"),
    Metric("reports_counted", "count(distinct report_id)", REPORTS),
]
AGENCY_RATES = [
    Metric("value", _of_one_report("rate_value"), "比率 Share", SHARE),
    Metric("reports_counted", "count(distinct report_id)", REPORTS),
]

DATASETS = (
    Dataset("province_figures", _figures(), LABELS, "各省指标 Measures of provinces"),
    Dataset("province_rates", _rates(), LABELS, "各省比率 Rates of provinces"),
    Dataset("agency_figures", AGENCY_FIGURES, LABELS, "各机关指标 Measures of agencies"),
    Dataset("agency_rates", AGENCY_RATES, LABELS, "各机关比率 Rates of agencies"),
    Dataset("reports", PUBLICATIONS, LABELS, "现行报告 Current reports"),
    Dataset("identity_results", IDENTITIES, LABELS | {"label": "勾稽关系 Identity"}, "勾稽关系 Identities"),
    Dataset("located_errors", LOCATED, LABELS, "定位的差错 Located errors"),
    Dataset("coverage", COVERAGE, LABELS, "覆盖 Coverage"),
    Dataset("runs", [Metric("publishes", "count(*)", "发布（次） Publishes")], LABELS, "发布 Publishes"),
)
