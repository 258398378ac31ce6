"""What pages say of themselves: agency, year, dates, scope."""

import re
import unicodedata
from datetime import date
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extract import Catalogue
from extract.agency import AgencyFinder
from extract.header import read_header
from extract.titles import METADATA, compact_lines, find_titles, normal_text, read_page

#: Processor time for a hostile document: many times what it takes, so that a slow machine doesn't fail the test.
MOST_SECONDS = 5
TITLE = "青石县水务局2023年政府信息公开工作年度报告"


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
        (["2023年,我办按要求做好公开工作。", "一、总体情况", "各社区设立了公开栏。"], None, 2023),
        (["规章"], None, None),
        (["2020年政府信息公开工作报告", "南山街街道办事处"], "南山街街道办事处", 2020),
        (["青石县水务局2020年政务公开年报"], "青石县水务局", 2020),
        (["青石县水务局信息公开年度报告", "统计期限为2020.1.1-2020.12.31"], "青石县水务局", 2020),
        (["青石县人民政府2019年 政府信息公开工作年度报告"], "青石县人民政府", 2019),
        (["青石县水务局", "政府信息公开工作年度报告", "(2019年度)"], "青石县水务局", 2019),
        (["青石县水务局", "2019年度政府信息公开", "工作年度报告"], "青石县水务局", 2019),
        (["青石市外事办公室政府信息公开工作2022年度报告"], "青石市外事办公室", 2022),
        (["2021年度石县民政局政府信息公开工作年度报告"], "石县民政局", 2021),
        (["青石县残联2020年政府信息公开工作年度报告"], "青石县残联", 2020),
        (["青石县人民政府信息公开工作年度报告", "2020年,我县公开工作有序开展。"], "青石县人民政府", 2020),
        (
            ["关于2022年度政府信息公开情况的报告", "一、总体情况", "2022年,青石区房屋征收办公室认真落实。"],
            "青石区房屋征收办公室",
            2022,
        ),
        (["根据《条例》要求,由青石县农业农村局编制。数据从2021年1月1日起到12月31日止。"], "青石县农业农村局", 2021),
        (["现向社会公布《青石县林业局2024年政府信息公开工作年度报告》,请监督。"], "青石县林业局", 2024),
        (["一、总体情况", "(一)主动公开情况。2021年,县统计局积极公开信息。"], "县统计局", 2021),
        (["市委市政府高度重视公开工作。2021年,市委市政府全面部署。"], None, 2021),
        (["按照《青石县人民政府办公室关于做好2021年度政府信息公开工作年度报告编制工作的通知》要求公开。"], None, 2021),
        (["统计期限自202111日起至20211230日止。"], None, 2021),
        (["统计期限为20201月1日起至202012月31日。"], None, 2020),
        (["我局编制了2021年政府信息公开年度报告。统计期限自2020年1月1日起至2020年12月31日止。"], None, 2021),
        (["统计期限自2022年1月1日起至2023年12月31日止。"], None, None),
        (["××县人民政府2020年政府信息公开工作年度报告"], None, 2020),
        (["某县人民政府2020年政府信息公开工作年度报告"], None, 2020),
        (["现将****政府2020年度政府信息公开情况报告如下。"], None, 2020),
    ],
)
def test_agency_and_year(agencies: AgencyFinder, lines: list[str], agency: str | None, year: int | None) -> None:
    header = read_header(lines, agencies)
    assert (header.agency_name, header.report_year) == (agency, year)


@pytest.mark.parametrize(
    "name",
    [
        "湖南镇",
        "北京街道办事处",
        "郊区统计局",
        "民主镇",
        "廿三里街道",
        "泾镇",
        "全椒县人民政府",
        "本溪市水务局",
        "向阳镇",
        "对山乡",
        "经济技术开发区管委会",
        "民政局",
        "县退役军人事务局",
        "市场监督管理局",
        "青石市自然资源和规划局徐山区分局",
    ],
)
def test_names_that_look_like_other_words(agencies: AgencyFinder, name: str) -> None:
    header = read_header([f"{name}2020年政府信息公开工作年度报告"], agencies)
    assert (header.agency_name, header.report_year) == (name, 2020)


@pytest.mark.parametrize("words", ["市委市政府", "首页市", "区政府部门", "乡镇街道", "我镇", "本级", "全县", "各乡镇"])
def test_words_that_look_like_names(agencies: AgencyFinder, words: str) -> None:
    assert read_header([f"{words}2020年政府信息公开工作年度报告"], agencies).agency_name is None


MENU = [
    "网站首页",
    "政府信息公开指南",
    "政府信息公开年报",
    "依申请公开",
    "县政府",
    "县教育局",
    "2025年12月30日 星期二",
] * 40
REPORT = [
    "根据《中华人民共和国政府信息公开条例》编制本报告。统计期限自2023年1月1日起至2023年12月31日止。",
    "一、总体情况",
    "2023年,我局公开工作有序开展。",
]
LAST_SECTION = ["六、其他需要报告的事项", "无"]
FOOT = [*MENU[:20], "2025年12月30日"]


@pytest.mark.parametrize(
    ("metadata", "above", "title", "below", "agency"),
    [
        (
            ["title: 青石县水务局2023年政府信息公开工作年度报告_青石县人民政府", "SiteName: 青石县人民政府"],
            ["青石县林业局2023年政府信息公开工作年度报告", "青石县水务局2022年政府信息公开工作年度报告"],
            "青石县水务局2023年政府信息公开工作年度报告",
            [],
            "青石县水务局",
        ),
        (["SiteName: 青石县水务局"], [], "2023年政府信息公开工作年度报告", [], "青石县水务局"),
        (["SiteName: 青石县人民政府"], [], "2023年政府信息公开工作年度报告", [], None),
        (["SiteName: 青石县人民政府"], [], "水务局2023年政府信息公开工作年度报告", [], "水务局"),
        (
            ["SiteName: 青石县人民政府"],
            [],
            "水务局2023年政府信息公开工作年度报告",
            ["青石县水务局", "2024年1月12日"],
            "青石县水务局",
        ),
        (
            [],
            ["当前位置:首页 > 政务公开 > 青石县水务局 > 年报"],
            "我局2023年政府信息公开工作年度报告",
            [],
            "青石县水务局",
        ),
        ([], ["发布机构 青石县人民政府 公开日期 2024-01-17"], "我局2023年政府信息公开工作年度报告", [], None),
        ([], ["发布机构 青石县水务局 公开日期 2024-01-17"], "我局2023年政府信息公开工作年度报告", [], "青石县水务局"),
        (
            [],
            [],
            "2023年政府信息公开工作年度报告",
            ["如有疑问,请与青石县水务局办公室联系(地址:一路)。"],
            "青石县水务局",
        ),
    ],
)
def test_agency_among_menus(
    agencies: AgencyFinder, metadata: list[str], above: list[str], title: str, below: list[str], agency: str | None
) -> None:
    header = read_header([*metadata, *MENU, *above, title, *REPORT, *LAST_SECTION, *below, *FOOT], agencies)
    assert (header.title, header.agency_name, header.report_year) == (title, agency, 2023)


def test_dates_among_menus(agencies: AgencyFinder) -> None:
    """Neither the clocks of the page nor dates of other papers are taken."""
    title = "青石县水务局2023年政府信息公开工作年度报告"
    dates = ["2021/8/16 上午9:31:36", "采集时间:2025-12-30T21:37:37", "更新时间:2025-12-30"]
    header = read_header([*MENU, title, *dates, *REPORT, *LAST_SECTION, *FOOT], agencies)
    assert (header.published_on, header.signed_on) == (None, None)
    header = read_header(["PubDate: 2024-01-20 10:00", *MENU, title, *dates, *REPORT, *LAST_SECTION, *FOOT], agencies)
    assert header.published_on == date(2024, 1, 20)
    header = read_header([*MENU, "发布时间:2025-01-01", *MENU, title, "发布日期: 2024-1-9 15:54", *REPORT], agencies)
    assert header.published_on == date(2024, 1, 9)


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
        ("发布时间:2021-2-9 15:54", date(2021, 2, 9)),
        ("发布时间:2021-02-0915:54", date(2021, 2, 9)),
        ("公开日期 2021 年 2 月 9 日", date(2021, 2, 9)),
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
        ("全区各级行政机关新收政府信息公开申请20件。", "whole_jurisdiction"),
        ("全县共受理依申请公开20件。我局收到依申请公开2件。", None),
    ],
)
def test_reporting_scope(agencies: AgencyFinder, line: str, scope: str | None) -> None:
    assert read_header([line], agencies).reporting_scope == scope


@pytest.mark.parametrize("metadata", [[], [f"title: {TITLE}_青石县", "PubDate：2024-01-20"]])
def test_page_read_before(agencies: AgencyFinder, metadata: list[str]) -> None:
    """A page serves the header as its lines do, and stands for ``compact_lines`` and ``find_titles``."""
    lines = [*metadata, *MENU, "", f"1 | {TITLE}", " ", *REPORT, "青石县水务局", "二〇二四年一月二十日"]
    page = read_page(lines)
    assert read_header(page, agencies) == read_header(lines, agencies)
    assert page.all_lines == compact_lines(lines)
    assert page.all_titles == find_titles(compact_lines(lines))
    assert [title.text for title in page.titles] == [TITLE]


@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    TITLE,
                    "PubDate: 2024-01-20",
                    "SiteName: 政府信息公开",
                    "政府信息公开",
                    "工作年度报告",
                    "年报",
                    "首页",
                    "",
                ),
                *("2022年青石县政府信息公开年报", "Keywords: 公开", "报告", "一、总体情况", "全年公开信息3条。"),
            ]
        ),
        max_size=12,
    )
)
@example(["政府信息公开", "PubDate: 2024-01-20", "工作年度报告"])
def test_titles_beside_metadata(lines: list[str]) -> None:
    """They are those that the page has without its metadata, wherever these stand."""
    page = read_page(lines)
    own = [line for line in lines if not METADATA.fullmatch(line)]
    assert list(page.titles) == list(read_page(own).titles)


def test_compatibility_form() -> None:
    """Of every character as Unicode has it, though the common ones are replaced by hand."""
    characters = [chr(code) for code in range(0x10000) if chr(code) != "\n" and not 0xD800 <= code < 0xE000]
    forms = [re.sub(r"\s", " ", unicodedata.normalize("NFKC", character)) for character in characters]
    assert normal_text(characters).split("\n") == forms


def test_lines_keep_apart() -> None:
    assert compact_lines(["一\n二", "\u3000", "三\u2028四\x85", "か", "\u3099", "２０２３年 \t度"]) == [
        "一二",
        "三四",
        "か",
        "\u3099",
        "2023年度",
    ]


def test_titles_over_lines() -> None:
    lines = [
        "公开",
        "政务公",
        "开2023年度",
        "报告",
        "报",
        TITLE,
        "青石县水务局政府信息公开",
        "工作年度报告",
        "(2019年度)",
    ]
    assert [(title.text, title.first_line, title.next_line) for title in find_titles(lines)] == [
        ("政务公开2023年度报告", 1, 4),
        (TITLE, 5, 6),
        ("青石县水务局政府信息公开工作年度报告(2019年度)", 6, 9),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [TITLE] * 10_000,
        [f"青石县水务局20{number % 90 + 10}年政府信息公开工作年度报告" for number in range(10_000)],
        ["青石县水务局2023年政府信息公开", "工作年度报告"] * 5000,
        ["青石县水务局" * 6 + "2023年政府信息公开工作年度报告的"] * 10_000,
        ["2023年" * 40_000],
        ["20" * 45] * 10_000,
        ["我局收到" * 50_000],
        ["我局收到政府信息公开申请" * 5] * 10_000,
        ["由" * 59] * 10_000,
        ["请与联系" * 50_000],
        ["发布日期:2023-13-45"] * 10_000,
        ["title: " + TITLE] * 10_000,
        ["①㈠ﬁ" * 20_000] * 10,
        ["\ufdfa" * 100_000],
    ],
    ids=lambda lines: lines[0][:12],
)
def test_hostile_lines_take_no_time(agencies: AgencyFinder, lines: list[str]) -> None:
    begin = process_time()
    read_header(lines, agencies)
    assert process_time() - begin < MOST_SECONDS
