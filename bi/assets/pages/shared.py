"""What several dashboards share: datasets by name, units, the rule of scopes, filters.

Belongs here: nothing of one page alone.
"""

from bi.assets.datasets import OWN
from bi.assets.model import Filter

FIGURES, RATES = "province_figures", "province_rates"
#: Units as axes name them.
APPLICATIONS, CASES, DECIDED = "件 applications", "件 cases", "件 decisions"

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
