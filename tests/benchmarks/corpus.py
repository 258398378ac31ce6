"""A corpus as large as one likes: balanced reports of the organs of China's divisions, year after year.

Belongs here: who publishes what, and the files. The divisions are real, the figures are drawn by chance.
Doesn't belong here: the divisions (``bi.demonstration.agencies``), what a report looks like (``tests.report_writer``),
timing.
"""

from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path
from random import Random

from bi.demonstration.agencies import divisions
from dagster_project.settings import SEEDS_DIRECTORY
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import markdown, pipe_per_line, pipe_row, spaced

ORGANS = (
    "人民政府办公室", "教育局", "公安局", "民政局", "司法局", "财政局", "自然资源局", "水利局", "卫生健康局",
    "审计局", "统计局", "医疗保障局",
)  # fmt: skip
YEARS = (2021, 2022, 2023, 2024)
LAYOUTS = (pipe_row, pipe_per_line, spaced, markdown)
#: So many files lie in one folder.
FILES_OF_A_FOLDER = 1000


def agencies() -> Iterator[str]:
    """Names of organs, division by division; of divisions that have no namesake, so that a name tells its place."""
    alone = [division.name for division in divisions(SEEDS_DIRECTORY) if len(division.name) > 2]
    yield from (division + organ for organ, division in product(ORGANS, alone))


def write_corpus(writer: ReportWriter, folder: Path, count: int) -> None:
    """So many reports as text files; each agency publishes one for each year."""
    for number, (agency, year) in enumerate(islice(product(agencies(), YEARS), count)):
        place = folder / f"{number // FILES_OF_A_FOLDER:04d}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:07d}.txt").write_text(report(writer, agency, year, number), encoding="utf-8")


def report(writer: ReportWriter, agency: str, year: int, seed: int) -> str:
    """The text of one report; of the same seed always the same."""
    written = Written(
        figures=writer.balanced("2021", Random(seed)),
        title=f"{agency}{year}年政府信息公开工作年度报告",
        opening=(f"根据规定编制本报告,统计期限为{year}年1月1日至{year}年12月31日。",),
    )
    return writer.text(written, LAYOUTS[seed % len(LAYOUTS)])
