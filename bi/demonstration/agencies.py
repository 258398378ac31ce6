"""Who reports in the demonstration: invented organs of real divisions, so that a map can be drawn.

Belongs here: the choice of divisions and the names. Doesn't belong here: what the organs report.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

#: What stands in every name, so that nobody takes an organ or its figures for real.
INVENTED = "虚构"
#: Divisions whose organs don't report under the Regulations.
OUTSIDE = frozenset({"71", "81", "82"})

GOVERNMENT = "人民政府"
#: Organs of their own beside the government, by level of the division.
ORGANS = {
    "province": ("公安厅", "自然资源厅", "市场监督管理局", "生态环境厅"),
    "prefecture": ("公安局", "住房和城乡建设局", "教育局"),
    "county": ("自然资源局", "交通运输局"),
}
#: How a report calls the whole jurisdiction where its name doesn't end in one of these.
WHOLE = {"province": "全省", "prefecture": "全市", "county": "全县"}
KINDS = "省市区县州"
#: How many applications an organ gets in a usual year.
SIZES = {"province": 240, "prefecture": 90, "county": 30}
PREFECTURES, COUNTIES = 2, 1


class Division(NamedTuple):
    """A division by its code of GB/T 2260; ``level`` is province, prefecture or county."""

    code: str
    name: str
    level: str


@dataclass(frozen=True)
class Agency:
    """An invented organ; ``is_government`` ones speak for the whole jurisdiction."""

    name: str
    region_code: str
    level: str
    is_government: bool

    @property
    def speaker(self) -> str:
        """Whose applications the report's prose counts."""
        if not self.is_government:
            return f"我{self.name[-1]}"
        kind = self.name.partition(INVENTED)[0][-1]
        return f"全{kind}" if kind in KINDS else WHOLE[self.level]

    @property
    def size(self) -> int:
        """Applications of a usual year."""
        return SIZES[self.level] * (12 if self.is_government else 1)


def agencies(seeds: Path) -> Iterator[Agency]:
    """All organs: of each province, of some of its prefectures and counties."""
    for code, name, level in _chosen(divisions(seeds)):
        yield Agency(f"{name}{INVENTED}{GOVERNMENT}", code, level, is_government=True)
        for organ in ORGANS[level]:
            yield Agency(f"{name}{INVENTED}{organ}", code, level, is_government=False)


def divisions(seeds: Path) -> list[Division]:
    """All divisions of today; a name that several have or had is left out: nobody could place it."""
    with (seeds / "regions.csv").open(encoding="utf-8") as file:
        every = [row for row in csv.DictReader(file) if row["level"] in ORGANS]
    codes: dict[str, set[str]] = {}
    for row in every:
        codes.setdefault(row["region_name"], set()).add(row["region_code"])
    rows = [row for row in every if not row["valid_to"] and row["region_code"][:2] not in OUTSIDE]
    alone = [row for row in rows if len(codes[row["region_name"]]) == 1]
    return [Division(row["region_code"], row["region_name"], row["level"]) for row in alone]


def _chosen(every: list[Division]) -> Iterator[Division]:
    wanted = {"province": 1, "prefecture": PREFECTURES, "county": COUNTIES}
    for province in sorted({division.code[:2] for division in every}):
        for level, number in wanted.items():
            members = [one for one in every if one.code[:2] == province and one.level == level]
            yield from members[:number]
