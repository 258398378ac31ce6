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

#: Kinds of organs, as most divisions have them; the more usual ones first.
_ORGANS = """
人民政府办公室 教育局 公安局 民政局 司法局 财政局 自然资源局 水利局 卫生健康局 审计局 统计局 医疗保障局 发展和改革委员会 科学技术局
工业和信息化局 民族宗教事务局 人力资源和社会保障局 生态环境局 住房和城乡建设局 交通运输局 农业农村局 商务局 文化和旅游局 退役军人事务局
应急管理局 国有资产监督管理委员会 市场监督管理局 体育局 信访局 林业局 城市管理局 乡村振兴局 政务服务管理局 地方金融监督管理局 税务局 气象局
人民防空办公室 烟草专卖局 公路管理局 住房公积金管理中心 疾病预防控制局 行政审批局 园林绿化局 水务局 房产管理局 粮食和物资储备局 能源局
海洋渔业局 文物局 广播电视局 档案局 机关事务管理局 投资促进局 大数据管理局 知识产权局 药品监督管理局 地震局 外事办公室 综合行政执法局
畜牧兽医局 城乡规划局 邮政管理局 农业机械服务中心 就业服务中心 不动产登记中心 社会保险事业管理局 公共资源交易中心 移民安置局 国防动员办公室
民族事务委员会 金融工作局
"""
ORGANS = tuple(_ORGANS.split())
YEARS = range(2021, 2026)
LAYOUTS = (pipe_row, pipe_per_line, spaced, markdown)
#: So many files lie in one folder.
FILES_OF_A_FOLDER = 1000


def agencies() -> Iterator[str]:
    """Names of organs, division by division; of divisions that have no namesake, so that a name tells its place."""
    alone = [division.name for division in divisions(SEEDS_DIRECTORY) if len(division.name) > 2]
    yield from (division + organ for organ, division in product(ORGANS, alone))


def agencies_and_years(count: int) -> list[tuple[str, int]]:
    """Who publishes each of so many reports, and of which year.

    Raises:
        ValueError: there are fewer agencies.

    """
    published = list(islice(product(agencies(), YEARS), count))
    if len(published) < count:
        message = f"there are agencies for {len(published)} reports, not for {count}"
        raise ValueError(message)
    return published


def write_corpus(writer: ReportWriter, folder: Path, count: int) -> None:
    """So many reports as text files; each agency publishes one for each year."""
    for number, (agency, year) in enumerate(agencies_and_years(count)):
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
