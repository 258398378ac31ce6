"""What prose states of the form's figures, and what it doesn't."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import Catalogue
from extract.catalogue.model import ProsePhrase
from extract.documents import ProseFigure
from extract.phrases import names_digit
from extract.prose import ProseLine, ProseReader

YEAR = 2023
#: Processor time for a hostile document: many times what it takes, so that a slow machine doesn't fail the test.
MOST_SECONDS = 5


@pytest.fixture(scope="module")
def prose(catalogue: Catalogue) -> ProseReader:
    return ProseReader(catalogue)


def read(prose: ProseReader, *texts: str, scope: str | None = None, year: int | None = YEAR) -> list[ProseFigure]:
    lines = [ProseLine(text, text, number) for number, text in enumerate(texts, start=1)]
    return prose.read("r", lines, report_year=year, reporting_scope=scope)  # ty: ignore[invalid-argument-type]


def cells(figures: list[ProseFigure]) -> dict[str, int]:
    """The values of the total column (or of the only one) by line."""
    return {figure.line: int(figure.value) for figure in figures}


FIGURES: list[tuple[str, dict[str, int]]] = [
    ("全年收到申请 9 件。", {"new_received": 9}),
    ("2023年我局共收到依申请信息公开26件,均已办理。", {"new_received": 26}),
    ("本年度共收到政府信息公开申请三件。", {"new_received": 3}),
    ("全年受理依申请公开政府信息十二条,无上年度结转。", {"new_received": 12, "carried_in": 0}),
    ("新收政府信息公开申请数量0件。", {"new_received": 0}),
    ("2023年,我办受理依申请信息56条。", {"new_received": 56}),
    ("2023年度,我局收到政府信息公开申请2,104件。", {"new_received": 2104}),
    ("我局收到了2件公民、法人和其他组织提出的政府信息公开申请。", {"new_received": 2}),
    ("2023年1月1日至12月31日,共收到政府信息公开申请34件。", {"new_received": 34}),
    ("我局未收到依申请公开的受理件。", {"new_received": 0}),
    ("2023年,我局未收到政府信息公开申请。", {"new_received": 0}),
    ("本年度没有收到公民、法人或其他组织提出的政府信息公开申请,也无其他情况。", {"new_received": 0}),
    ("今年以来我乡未收到政府信息公开申请。", {"new_received": 0}),
    ("全年无政府信息公开申请。", {"new_received": 0}),
    ("全年受理政府信息公开申请为0。", {"new_received": 0}),
    (
        "共收到政府信息公开申请36件,其中新收34件,上年结转2件。",
        {"new_received": 34, "carried_in": 2},
    ),
    (
        "2023年新收政府信息公开申请数量412件,上年结转政府信息公开申请数量3件。其中,予以公开203件,部分公开31件,"
        "不予公开8件,无法提供60件,其他处理25件,结转下年度继续办理17件。",
        {
            "new_received": 412,
            "carried_in": 3,
            "granted": 203,
            "partially_granted": 31,
            "other_all": 25,
            "carried_forward": 17,
        },
    ),
    ("共收到政府信息公开申请36件(含上年结转2件)。", {"carried_in": 2}),
    (
        "收到依申请公开0件,公开0件,不予公开0件,因依申请公开引起行政复议0件。",
        {"new_received": 0, "administrative_review": 0},
    ),
    (
        "收到政府信息公开申请2件,按时办结2件,予以公开2件,未引发信息公开行政复议或行政诉讼。",
        {"new_received": 2, "granted": 2, "administrative_review": 0},
    ),
    ("2024年依申请公开信息50条,其中:按规定予以公开信息8条,部分公开信息14条,不予公开信息5条。", {}),
    (
        "2023年依申请公开信息50条,其中:按规定予以公开信息8条,部分公开信息14条,不予公开信息5条。",
        {"granted": 8, "partially_granted": 14},
    ),
    ("答复政府信息公开申请80件(含上年度结转申请8件)。", {"processed": 80, "carried_in": 8}),
    (
        "受理政府信息公开申请85件,数量较去年同期回落12%;答复政府信息公开申请80件。",
        {"new_received": 85, "processed": 80},
    ),
    ("收到申请5件,另有2件申请按照《条例》顺延到下年度答复。", {"new_received": 5, "carried_forward": 2}),
    ("办结的申请中,同意公开答复9件,转下一年度办理答复的有1件。", {"granted": 9, "carried_forward": 1}),
    (
        "无法提供的申请10件(本机关不掌握相关政府信息8件,补正后申请内容仍不明确2件)。",
        {"unavailable_not_held": 8, "unavailable_still_unclear": 2},
    ),
    (
        "不予处理的申请:重复申请3件,信访举报投诉类申请2件。",
        {"rejected_duplicate": 3, "rejected_petition_complaint": 2},
    ),
    ("因政府信息公开申请行政复议4件,提起行政诉讼2件。", {"administrative_review": 4}),
    ("有1件涉及政府信息公开工作的行政复议。", {"administrative_review": 1}),
    ("无因政府信息公开引起的行政复议或行政诉讼。", {"administrative_review": 0}),
    ("未发生因政府信息公开工作被申请行政复议、提起行政诉讼的情况。", {"administrative_review": 0}),
    ("因政府信息公开产生的行政复议和行政诉讼均为0件。", {"administrative_review": 0}),
    (
        "政府信息公开行政诉讼中,未经复议直接起诉2件,复议后起诉1件。",
        {"litigation_direct": 2, "litigation_after_review": 1},
    ),
    ("全年收取政府信息公开信息处理费 1,200.50 元。", {"information_processing_fee": 1200}),
    ("本年度没有收取信息处理费,无其他需要报告的事项。", {"information_processing_fee": 0}),
    ("发出收费通知1件,信息处理费实际收取金额0元。", {"information_processing_fee": 0}),
    ("2023年,我局未发生政府信息公开收费事项。", {"information_processing_fee": 0}),
    ("2023年度,县水务局政府信息公开未发生收费情况。", {"information_processing_fee": 0}),
    ("全年行政事业性收费3.5万元。", {"administrative_fees": 35000}),
    ("全年共制发行政规范性文件61件,废止规范性文件2件。", {"normative_document": 2}),
    (
        "2023年作出行政许可决定35件,行政处罚决定4件。",
        {"administrative_licensing": 35, "administrative_punishment": 4},
    ),
    (
        "行政许可0宗、行政处罚12宗、行政强制1宗。",
        {"administrative_licensing": 0, "administrative_punishment": 12, "administrative_compulsion": 1},
    ),
]


@pytest.mark.parametrize(("text", "expected"), FIGURES)
def test_figures(prose: ProseReader, text: str, expected: dict[str, int]) -> None:
    assert cells(read(prose, text)) == expected


NO_FIGURES = [
    # other years, parts of a year, sums over years
    "2022年共收到政府信息公开申请5件。",
    "2022年,我局认真办理。共收到政府信息公开申请5件。",
    "去年收到政府信息公开申请5件。",
    "上半年收到政府信息公开申请5件。",
    "12月收到政府信息公开申请5件。",
    "截至目前,共收到政府信息公开申请5件。",
    "2022-2023年收到政府信息公开申请5件。",
    "按照《2022年政务公开工作要点》,下一年度收到政府信息公开申请5件。",
    "《条例》施行以来,累计收到政府信息公开申请5件。",
    "2022年未转结政府信息公开申请。",
    "收到政府信息公开申请较上年增加5件,同比增长20%。",
    "与上年相比,收到申请5件。",
    # other organs
    "全市共收到政府信息公开申请500件。",
    "各部门收到政府信息公开申请500件。",
    "所属单位未收到政府信息公开申请。",
    # a part, or more than the cell
    "通过网站收到政府信息公开申请20件,通过信函收到申请14件。",
    "其中收到土地类政府信息公开申请20件。",
    "共收到政府信息公开申请36件(含上年度转入)。",
    "收到涉及征地拆迁的政府信息公开申请12件。",
    "未收到法人或者其他组织的政府信息公开申请。",
    "没有依申请公开的政府信息。",
    "不予公开的申请3件,主动予以公开信息90条。",
    # other matters
    "全年主动公开信息37条,受理网络问政182件,办理政协提案3件。",
    "全年未收到行政许可申请,收到行政许可申请0件。",
    "收到群众投诉5件,收到领导信箱来信6件。",
    "全年办理行政复议案件50件,做好政府信息公开工作。",
    "受理政府信息公开类行政复议20件。",
    "加强信息公开工作,全年发生行政复议12件。",
    "收到政府信息公开申请和咨询35件。",
    "收到政府信息公开申请26件次。",
    "主动公开信息,予以公开300条,不予公开0条,收到各类申请若干。",
    "窗口受理情况:行政许可350件,行政处罚2件。",
    "以县政府名义制发规范性文件3件。",
    "政府信息公开行政复议无被纠错情况,行政诉讼无败诉。",
    "存在因政府信息公开未按期答复被申请行政复议的情况。",
    "主动公开行政许可信息140件、行政处罚信息1件。",
    "公开各类信息300条,其中行政许可50件,行政处罚20件。",
    "行政许可事项20项,行政处罚300项。",
    "发布行政规范性文件13件,解读规范性文件3件。",
    "按照《政府信息公开信息处理费管理办法》的规定,每件收取信息处理费100元。",
    "应收取信息处理费500元。",
    # no certain number
    "收到政府信息公开申请30余件。",
    "收到政府信息公开申请约30件。",
    "收到政府信息公开申请几十件。",
    "收到政府信息公开申请35件以上。",
    "共收到政府信息公开申请3件,收到政府信息公开申请5件。",
    "因政府信息公开引起的行政诉讼2件。",
]


@pytest.mark.parametrize("text", NO_FIGURES)
def test_no_figures(prose: ProseReader, text: str) -> None:
    assert read(prose, text) == []


@pytest.mark.parametrize(
    ("text", "scope", "value"),
    [
        ("全区受理政府信息公开申请21件。", "whole_jurisdiction", 21),
        ("全市各级行政机关新收政府信息公开申请21件。", "whole_jurisdiction", 21),
        ("全区受理政府信息公开申请21件。", "own_organ", None),
        ("我局受理政府信息公开申请21件。", "whole_jurisdiction", None),
        ("区住建局收到政府信息公开申请21件。", "whole_jurisdiction", None),
        ("我区共受理政府信息公开申请21件。", None, 21),
        ("我区共受理政府信息公开申请21件。", "own_organ", None),
        ("按照全市统一部署,我局收到政府信息公开申请21件。", "own_organ", 21),
    ],
)
def test_scope(prose: ProseReader, text: str, scope: str | None, value: int | None) -> None:
    assert cells(read(prose, text, scope=scope)).get("new_received") == value


def test_the_year_where_the_report_names_it(prose: ProseReader) -> None:
    assert cells(read(prose, "2021年,我局收到政府信息公开申请3件。", year=None)) == {"new_received": 3}
    assert read(prose, "2021年收到申请3件。", "2022年收到申请4件。", year=None) == []


def test_whole_figure(prose: ProseReader) -> None:
    """Section by heading, unit, the clause as printed, its line and sentence."""
    figures = read(
        prose,
        "开头。",
        "一、总体情况",
        "2023年,我局做好工作,全年收到政府信息公开申请 7 件,均已答复。",
        "六、其他需要报告的事项",
        "本年度收取信息处理费0.02万元。",
    )
    assert figures == [
        ProseFigure("r", 1, "new_received", "total", Decimal(7), "count", "全年收到政府信息公开申请 7 件", 3, 3),
        ProseFigure(
            "r", 6, "information_processing_fee", "amount", Decimal(200), "yuan", "本年度收取信息处理费0.02万元", 5, 5
        ),
    ]


def test_reviews_under_their_heading(prose: ProseReader) -> None:
    """Section 4 is about reviews over government information, so a bare 复议 is one; elsewhere it isn't."""
    heading = "四、因政府信息公开工作被申请行政复议提起行政诉讼情况"
    assert cells(read(prose, heading, "2023 年,我单位出现复议 3 件。")) == {"administrative_review": 3}
    assert read(prose, "2023 年,我单位出现复议 3 件。") == []


def test_broken_lines(prose: ProseReader) -> None:
    """A sentence over three lines and a page mark; its clause begins on the second line."""
    figures = read(
        prose,
        "一、总体情况",
        "    2023年,我单位认真办理群众关心的各类公开事项,全年共收到",
        "- 4 -",
        "政府信息公开申请 20 件,上年结转政府信息公开申请 1 件,其余事项均无变化,结转下年度办理",
        "的有 2 件。",
    )
    assert cells(figures) == {"new_received": 20, "carried_in": 1, "carried_forward": 2}
    assert [figure.source_line for figure in figures] == [2, 4, 4]
    assert figures[0].raw_text == "全年共收到政府信息公开申请 20 件"


def test_lines_of_their_own_are_not_joined(prose: ProseReader) -> None:
    assert read(prose, "依申请公开收到申请", "9 件") == []


def test_script_and_noise(prose: ProseReader) -> None:
    """The clause is kept as printed, in traditional script and with pinyin."""
    printed = "本年度,我局收到政府信息公開(kāi)申請(qǐng)7件,均已答復(fù)。"
    line = ProseLine("本年度,我局收到政府信息公开申请7件,均已答复。", printed, 9)
    (figure,) = prose.read("r", [line], report_year=YEAR)
    assert (figure.raw_text, figure.source_line) == ("我局收到政府信息公開(kāi)申請(qǐng)7件", 9)


def test_metadata_is_not_prose(prose: ProseReader) -> None:
    assert read(prose, "Description: 全年收到政府信息公开申请7件。") == []


def test_natural_persons(prose: ProseReader) -> None:
    figures = read(prose, "全年收到政府信息公开申请34件,其中自然人申请32件。")
    assert [(f.line, f.column, f.value) for f in figures] == [
        ("new_received", "total", 34),
        ("new_received", "natural_person", 32),
    ]


def test_two_values_are_both_kept(prose: ProseReader) -> None:
    figures = read(prose, "全年收到政府信息公开申请17件。", "本年度共收到政府信息公开申请95件。")
    assert [int(figure.value) for figure in figures] == [17, 95]


class EveryPhraseReader(ProseReader):
    """Looks for every phrase in every sentence."""

    def _telling(self, text: str, starts: Sequence[int]) -> dict[int, set[int]]:
        return {number: set(range(len(self._phrases))) for number in range(len(starts))}


def test_phrases_stand_only_where_their_words_do(catalogue: Catalogue, prose: ProseReader) -> None:
    """What is passed over because it lacks the phrases' words holds no figure."""
    every_phrase = EveryPhraseReader(catalogue)
    for text in (*(text for text, _ in FIGURES), *NO_FIGURES):
        assert read(prose, text) == read(every_phrase, text)


@pytest.mark.parametrize(
    ("pattern", "text", "value"),
    [
        (r"公开(?P<number>\d+)箱", "公开信息7件,公开7箱。", 7),
        (r"(?:信|(?:公)?报)(?P<number>\d+)箱", "公开了信7箱!", 7),
        (r"(?P<number>\d+)(?:箱|车)?", "公开;7", 7),
        (r"(?P<number>\d+)", "一。。二?公开7!", 7),
        (r"(?:甲(?:乙|丙))+(?P<number>\d+)", "公开甲乙甲丙7。", 7),
    ],
)
def test_words_of_any_phrase(catalogue: Catalogue, pattern: str, text: str, value: int) -> None:
    """A phrase is found whatever words it needs, or none."""
    phrase = ProsePhrase(
        phrase="own", kind="figure", pattern=pattern, line="new_received", column="total", unit="count"
    )
    reader = ProseReader(replace(catalogue, prose_phrases=(*catalogue.prose_phrases, phrase)))
    assert [int(figure.value) for figure in read(reader, text)] == [value]


def test_far_apart_sentences(prose: ProseReader) -> None:
    """Section, time and number of a sentence count those between, in which nothing stands."""
    figures = read(
        prose,
        "六、其他需要报告的事项",
        "天气很好。风和日丽!",
        "2022年,做好工作。努力工作。收到政府信息公开申请5件。收到政府信息公开申请6件。",
        "路途遥远。收到政府信息公开申请7件。",
    )
    assert [(f.section, f.value, f.source_line, f.sentence_number) for f in figures] == [(6, 7, 4, 9)]


def test_hostile_lines_are_left_alone(prose: ProseReader) -> None:
    assert (
        read(prose, "收到政府信息公开申请" * 100_000, "1" * 200_000, "收到政府信息公开申请" + "9" * 50 + "件。") == []
    )


@pytest.mark.parametrize(
    "line",
    [
        "收到政府信息公开申请3件," * 150 + "。",
        "收到申请3件," * 40 + "。",
        "行政许可3件," * 200 + "。",
        "收到政府信息公开申请" + "一" * 1900 + "件下年复议。",
        "收到政府信息公开申请3件《" * 100,
        "2022年去年本年" * 100 + "收到政府信息公开申请3件。",
        "2022年收到申请3件。" * 200,
    ],
)
def test_hostile_lines_take_no_time(prose: ProseReader, line: str) -> None:
    begin = process_time()
    read(prose, *[line] * (300_000 // len(line)))
    read(prose, line * (300_000 // len(line)))
    assert process_time() - begin < MOST_SECONDS


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_sentences_with_other_digits_are_read_as_new_ones(prose: ProseReader, catalogue: Catalogue, seed: int) -> None:
    """Also where a number gets longer, or becomes 0."""
    random = Random(seed)
    new = ProseReader(catalogue)
    new._are_digits_alike = False
    for text, _ in random.sample(FIGURES, 8):
        other = re.sub(r"\d+", lambda found: str(random.choice((0, 1, 10, 20, 307, found[0], 99))), text)
        assert read(prose, other) == read(new, other)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        (r"\d{1,3}(?:,\d{3})+", False),
        (r"(?:0|零)件", False),
        (r"[\u4e00-\u9fff]", False),
        ("3条", True),
        ("[1-5]", True),
    ],
)
def test_patterns_that_tell_digits_apart(pattern: str, names: bool) -> None:
    assert names_digit(re.compile(pattern)) is names
