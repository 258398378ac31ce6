"""What pages say of themselves: agency, year, dates, scope."""

from datetime import date

import pytest

from extract import Catalogue
from extract.agency import AgencyFinder
from extract.header import read_header


@pytest.fixture(scope="module")
def agencies(catalogue: Catalogue) -> AgencyFinder:
    return AgencyFinder(catalogue)


@pytest.mark.parametrize(
    ("lines", "agency", "year"),
    [
        (["青石镇人民政府2021年政府信息公开工作年度报告"], "青石镇人民政府", 2021),
        (["2022年青石县水务局政府信息公开工作年度报告"], "青石县水务局", 2022),
        (["青石县水务局政府信息公开工作年度报告(2019年度)"], "青石县水务局", 2019),
        (["团山乡2020年政府信息公开工作年度报告"], "团山乡", 2020),
        (["2024 年青石市科委政府信息公开工作", "年度报告"], "青石市科委", 2024),
        (["青石区人民政府", "2023年政府信息公开工作年度报告"], "青石区人民政府", 2023),
        (["有效性: 有效", "青石县人民政府办公室2023年度政府信息公开工作年度报告"], "青石县人民政府办公室", 2023),
        (["Page 8 - 青石区信访局2022年政府信息公开工作年度报告"], "青石区信访局", 2022),
        (["我局2021年政府信息公开工作年度报告"], None, 2021),
        (["****政府2021年政府信息公开工作年度报告"], None, 2021),
        (
            ["青石市2020年政府信息公开工作年度报告", "特编制青石市人民政府2020年度政府信息公开年度报告。"],
            "青石市人民政府",
            2020,
        ),
        (["一、总体情况", "2021年,青石州商务局按照部署开展工作。"], "青石州商务局", 2021),
        (["2023年,高新区党工委管委会的正确领导下,我办做好公开工作。"], None, 2023),
        (["现将青石县政务服务管理局2021年度政府信息公开情况报告如下:"], "青石县政务服务管理局", 2021),
        (["统计期限自20221月1日起至202212月31日止。"], None, 2022),
        (["六、其他需要报告的事项", "无", "青石州商务局", "2022年1月20日"], "青石州商务局", None),
        (["现公布青石县水务局2021年政府信息公开工作年度报告"], "青石县水务局", 2021),
        (["青石县水务局2021年政府信息公开工作年度报告 发布日期:2022-01-20"], "青石县水务局", 2021),
        (["根据《条例》(2019年修订)编制本报告。", "2022年,青石县水务局按照要求开展工作。"], "青石县水务局", 2022),
        (["您现在的位置: 首页 政务公开 青石县水务局2023年政府信息公开工作年度报告"], "青石县水务局", 2023),
        (["二〇二三年青石县水务局政府信息公开工作年度报告"], "青石县水务局", 2023),
        (["青石县水务局2022年度政府信息公开工作情况的报告"], "青石县水务局", 2022),
        (
            [
                "青石县水务局2022年政府信息公开工作年度报告",
                "青石县水务局2023年政府信息公开工作年度报告",
                "统计期限为2023年1月1日至2023年12月31日。",
            ],
            "青石县水务局",
            2023,
        ),
        (["根据2022年1月1日起施行的办法编制。", "统计期限自2023年1月1日起至2023年12月31日止。"], None, 2023),
        (["规章"], None, None),
    ],
)
def test_agency_and_year(agencies: AgencyFinder, lines: list[str], agency: str | None, year: int | None) -> None:
    header = read_header(lines, agencies)
    assert (header.agency_name, header.report_year) == (agency, year)


def test_dates_and_index_number(agencies: AgencyFinder) -> None:
    lines = [
        "索引号: 13566001/2024-07705 主题分类: 综合",
        "成文日期: 2024-01-22",
        "青石县水务局2023年政府信息公开工作年度报告",
        "2024-01-26 10时25分浏览次数:",
        "无",
    ]
    header = read_header(lines, agencies)
    assert header.index_number == "13566001/2024-07705"
    assert (header.published_on, header.signed_on) == (date(2024, 1, 26), date(2024, 1, 22))


@pytest.mark.parametrize(
    ("line", "published_on"),
    [
        ("发布时间:2021-02-09 15:54", date(2021, 2, 9)),
        ("【发布日期】2021年2月9日", date(2021, 2, 9)),
        ("来源:本站 时间：2021/2/9", date(2021, 2, 9)),
        ("统计时间:2021-02-09", None),
        ("2021-02-09 15:54 浏览次数:3", date(2021, 2, 9)),
        ("信箱 20210209", None),
        ("2019年4月3日修订的条例施行以来,公开工作逐步规范。", None),
    ],
)
def test_publication_date(agencies: AgencyFinder, line: str, published_on: date | None) -> None:
    lines = ["青石县水务局2020年政府信息公开工作年度报告", line]
    assert read_header(lines, agencies).published_on == published_on


@pytest.mark.parametrize(
    ("line", "signed_on"),
    [
        ("2022年1月20日", date(2022, 1, 20)),
        ("二〇二三年一月十八日", date(2023, 1, 18)),
        ("二○二二年十二月二十日", date(2022, 12, 20)),
        ("2022年13月20日", None),
    ],
)
def test_signature_date(agencies: AgencyFinder, line: str, signed_on: date | None) -> None:
    assert read_header(["无", "青石县水务局", line], agencies).signed_on == signed_on


@pytest.mark.parametrize(
    ("line", "scope"),
    [
        ("2020年,全市共受理依申请公开件14件。", "whole_jurisdiction"),
        ("本年度,我局未收到依申请公开的申请。", "own_organ"),
        ("全年共收到依申请公开35件。", None),
        ("按照全市统一部署,认真办理公民依申请公开事项。", None),
        ("本单位全年收到政府信息公开申请9件。", "own_organ"),
    ],
)
def test_reporting_scope(agencies: AgencyFinder, line: str, scope: str | None) -> None:
    assert read_header([line], agencies).reporting_scope == scope
