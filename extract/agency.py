"""Who reports: the agency's name as the page prints it, from the title, the prose, the signature or the site.

Belongs here: telling a name from other words, and choosing between several. Doesn't belong here:
joining one agency's names across years (``dbt``), or the rest of the header (``extract.header``).

A name is never put together from parts. Outside the title and the sentence that announces the report, a name
counts only where it fits what the page calls itself: 我局 is no 人民政府.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise

from extract.catalogue.model import Catalogue

#: The prose of a report is looked through to this line, counted from where the report begins.
PROSE_LINES = 80
#: … and these to so many letters.
PROSE_LETTERS = 100_000
#: A line longer than this isn't a trail of links.
LONGEST_TRAIL = 200

#: Beginnings of phrases that aren't names: pronouns, prepositions, words for everybody, words of menus.
_NOT_A_NAME = re.compile(
    r"我|该|各|在|由|按|关于|根据|党中央|某|首页|当前|您|欢迎|其他|所有|为(?:了|进|切|全|深|确|更|贯|加|做|认|落|推)"
    r"|全(?:国|省|市|县|区|镇|乡|街道|体|系统)|本(?:级|届|次|年|报|[局委办厅部院省市县区镇乡单机街])"
    r"|向(?:社会|公众|上级|[省市县区])|对(?:全|各|社会|于|外|[省市县区])|经(?:过|国务院|[省市县区州])"
    r"|国务院办公厅政府信息|中华人民共和国政府信息"
    r"|[省市州县区镇]?(?:党)?委(?:和|、)?(?:[省市州县区镇]|人民)?(?:人民)?政府"
    r"|[省市州县区]?(?:直|级|属)?(?:乡镇街道|镇街|乡镇|街镇|市县|县区|区县|县市区|市区县|部门|单位)"
    r"(?:人民政府|街道|办事处)?$"
)
_LETTERS = re.compile(r"[\u4e00-\u9fff()·]+")
#: Words that no name holds; 信息化 and 工作 do occur in names.
_NEVER_IN_A_NAME = re.compile("的|某|关于|根据|按照|情况|报告|通知|首页|位置|年报|年度|栏目|以来|要求|领导下")
#: Words of a sentence; in a title they don't belong to a name.
_DOING = re.compile("开展|推进|做好|加强|发布|公布|公开|印发|编制|工作$|政府$|[和与及暨]$")
#: Two letters are a name only where they are a township or county: no 乡镇, 城区, 我县.
_SHORT_PLACE = re.compile(r"[^我本该全各乡城村市县区省州集旧老新两建古小][镇乡县旗]|郊区")
#: What stands before a name in a sentence that announces the report.
_ANNOUNCED = re.compile(
    r"^(?:现将|现(?:予)?(?:发布|公布|公开|公示)|特编制|特(?:此)?公布|(?:现)?向社会(?:公布|公开)|编制|公布|发布|关于)+"
)
_REPORT = r"(?:政府|政务)?(?:信息|政务)公开"
_YEAR = r"(?:19|20)\d{2}年?度?"
_HAN = r"[\u4e00-\u9fff]"
_DATE = re.compile(r"20\d{2}年.{1,3}月.{1,3}日")
_NAME_AND_DATE = re.compile(rf"({_HAN}{{3,30}}){_DATE.pattern}")
_OFFICE = re.compile(r"(?:党政)?(?:综合)?办公室$")
_PLACES = "省市州盟县区旗镇乡"
_PLACE_AND_ORGAN = re.compile(rf"{_HAN}{{2,8}}[{_PLACES}]{_HAN}{{2,20}}")
_HAS_PLACE = re.compile(rf"(?<=..)(?:[{_PLACES}]|街道)")
#: A name masked by signs is no name, nor is what the mask leaves of it.
_UNMASKED = r"(?<![*×XxΧ□○●?_])"
#: Words that follow the subject of a report's first sentence.
_VERBS = (
    "紧紧|按照|认真|坚持|深入|以|严格|全面|积极|高度|始终|切实|依法|继续|进一步|根据|"
    "围绕|紧扣|贯彻|扎实|不断|持续|着力|大力|坚决|主动|结合|在|依据|聚焦|加强|严守|落实|遵循|有序"
)
_PUBLISHER = re.compile(
    r"(?:发布机构|发文机构|发布单位|发文机关|公开机构|公开主体|信息来源|文章来源|来源|单位)[】\]]?\s*[:：|]?\s*"
    r"([\u4e00-\u9fff]{2,40})(?![\u4e00-\u9fff])"
)
#: Where the page says that it stands under: 首页 > 公开 > 某局.
_TRAIL = re.compile(r"首页|当前位置|所在位置")
_TRAIL_STEPS = re.compile(r"[>›»→/\\|:：\s]+|-+(?=\S)")
_WEB_SITE = re.compile(r"(?:政府)?(?:门户)?(?:网站|官网|信息网)$|[-_|].*$")
_ORGAN_OR_PLACE = "局|委|厅|院|中心|办事处|街道|镇|乡|县|市|区|州|旗|省|单位|部门|机关"
#: Two patterns, since one letter at the beginning is quicker to look for than either of two.
_SELF = (
    re.compile(rf"我({_ORGAN_OR_PLACE}|办(?![理件公])|处|站|所|馆|社|校|队|支队|大队|公司|集团)"),
    re.compile(rf"本({_ORGAN_OR_PLACE})"),
)
#: How names end that a page calls by one word; 单位, 部门 and 机关 fit any organ.
_ENDINGS_OF_SELF = {
    "局": ("局",),
    "委": ("委", "委员会", "委办"),
    "办": ("办", "办公室", "办事处", "街道"),
    "处": ("处", "办事处", "街道"),
    "办事处": ("办事处", "街道"),
    "厅": ("厅",),
    "街道": ("街道", "街道办事处", "街道办"),
    "镇": ("镇", "镇人民政府", "镇政府"),
    "乡": ("乡", "乡人民政府", "乡政府"),
    "校": ("学校", "大学", "学院", "中学", "小学"),
    "队": ("队",),
}
_ANY_ORGAN = frozenset({"单位", "部门", "机关"})
_JURISDICTIONS = frozenset("县市区州旗省")


@dataclass
class Evidence:
    """Where a page may name its agency: what is iterable is read once, and only where nothing before it tells.

    ``titled`` are names in the title, the best first; ``beside`` the lines over and under it. ``lines`` are those of
    the report without white space, in simplified script, from where it begins; ``paragraphs`` the first of the same
    with broken lines joined; ``ending`` the last of them. ``around`` are the page's lines over and under the title,
    with white space, the nearest first; ``site`` what its metadata name.
    """

    titled: Iterable[str]
    beside: Iterable[str]
    lines: Sequence[str]
    paragraphs: Iterable[str]
    ending: Sequence[str]
    around: Iterable[str]
    site: Iterable[str]

    @cached_property
    def prose(self) -> str:
        """The first paragraphs, one a line."""
        return "\n".join(self.paragraphs)[:PROSE_LETTERS]

    @cached_property
    def own_words(self) -> frozenset[str]:
        """What the prose calls the agency: 局 of 我局. A bureau may speak of 我县, too, and stays a bureau."""
        text = "\n".join(self.lines)
        words = frozenset(word for pattern in _SELF for word in pattern.findall(text))
        organs = words - _JURISDICTIONS - {"镇", "乡"}
        return organs or (words - _JURISDICTIONS) or words


class AgencyFinder:
    """Finds the name of the reporting agency by the catalogue's endings of names."""

    def __init__(self, catalogue: Catalogue) -> None:
        endings = {ending.kind: [] for ending in catalogue.agency_endings}
        for ending in catalogue.agency_endings:
            endings[ending.kind].append(ending.ending)
        self._all = tuple(e for words in endings.values() for e in words)
        self._bare = frozenset(self._all)
        self._organs = tuple(endings["government"] + endings["organ"])
        self._governments = tuple(endings["government"])
        organ = "|".join(sorted(map(re.escape, self._organs), key=len, reverse=True))
        township = "|".join(re.escape(e) for e in endings["place"])
        first_letters = re.escape("".join(sorted({ending[0] for ending in self._all})))
        name, name_to_a_digit = (rf"《?{_UNMASKED}({_HAN}{{2,40}}{how})" for how in "?+")
        self._announced = [
            re.compile(rf"编制(?:完成|形成)?了?{name_to_a_digit}{_YEAR}{_REPORT}"),
            re.compile(rf"(?:公布|公开|发布){name_to_a_digit}{_YEAR}{_REPORT}"),
            re.compile(rf"现将{name_to_a_digit}{_YEAR}"),
        ]
        self._author = re.compile(rf"由{name}(?:负责)?(?:编制|根据|按照|依据|撰写|制作)")
        self._first_sentence = re.compile(
            rf"(?:\n|。|总体情况|概述){_YEAR}?(?:以来)?,?{_UNMASKED}"
            rf"({_HAN}{{2,30}}?(?=[{first_letters}])(?:{organ}|{township}))(?=,|{_VERBS})"
        )
        self._contact = re.compile(rf"(?:请与|请联系|与|联系){name}(?:联系|\()")
        self._group = re.compile(
            rf"(?:成立了?|调整了?|成员的|组建了?){name}(?:政府信息|政务信息|信息|政务)(?:与政务)?公开(?:工作)?领导小组"
        )

    def is_name(self, text: str | None, *, organs_only: bool = False) -> bool:
        """Whether a text reads as the name of an agency, and is more than an ending by itself."""
        if not text or text in self._bare or _NOT_A_NAME.match(text) or _NEVER_IN_A_NAME.search(text):
            return False
        if len(text) < 3:
            return bool(_SHORT_PLACE.fullmatch(text)) and not organs_only
        return bool(_LETTERS.fullmatch(text)) and text.endswith(self._organs if organs_only else self._all)

    def find(self, evidence: Evidence) -> str | None:
        """The agency's name as printed, or None: in full, where printed.

        A bare place gives way to its government, 民政局 to one with its place.
        """
        told, hinted = self._told(evidence), self._hinted(evidence)
        name = next(told, None)
        if name and not name.endswith(self._organs):
            governments = {name + ending for ending in self._governments}
            return next((other for other in told if other in governments), name)
        name = name or next(hinted, None)
        if name and name.endswith(self._organs) and _lacks_place(name):
            return next((o for o in chain(told, hinted) if o.endswith(name) and not _lacks_place(o)), name)
        return name

    def _told(self, evidence: Evidence) -> Iterator[str]:
        """Names in the title, in the report's sentences and its signature, the best first."""
        yield from self._sure(evidence.titled)
        for pattern in self._announced:
            yield from self._sure(self._by_pattern(evidence.prose, pattern))
        for names in (evidence.beside, self._by_pattern(evidence.prose, self._author)):
            yield from (name for name in names if self.is_name(name) and self._fits(name, evidence.own_words))
        names = (self.signature(evidence.ending), *self._subjects(evidence.prose))
        yield from (name for name in names if name and self._fits(name, evidence.own_words))

    def _hinted(self, evidence: Evidence) -> Iterator[str]:
        """Names around the report that may be its agency's."""
        prose = evidence.prose
        names = chain(self._by_pattern(prose, self._group), self._contacts(prose), self._of_the_page(evidence))
        yield from (name for name in names if self.is_name(name) and self._fits_well(name, evidence.own_words))

    def _sure(self, names: Iterable[str]) -> Iterator[str]:
        """Names out of a title, or the sentence that announces the report."""
        stripped = (_ANNOUNCED.sub("", name).removesuffix("关于") for name in names)
        return (name for name in stripped if self.is_name(name) or _has_place(name))

    def _fits(self, name: str, own_words: frozenset[str]) -> bool:
        return not own_words or any(self._fits_word(name, word) for word in own_words)

    def _fits_word(self, name: str, word: str) -> bool:
        if word in _ANY_ORGAN:
            return True
        if word in _JURISDICTIONS:
            return not name.endswith(("办公室", "办公厅", "政府办"))
        return name.endswith(_ENDINGS_OF_SELF.get(word, (word,)))

    def _fits_well(self, name: str, own_words: frozenset[str]) -> bool:
        """Whether a name found around the report is its agency's: by the report's own words, or no government.

        A government's site carries the reports of all its departments.
        """
        if own_words - _ANY_ORGAN:
            return self._fits(name, own_words - _ANY_ORGAN)
        return name.endswith(self._organs) and not name.endswith(self._governments)

    def _by_pattern(self, prose: str, pattern: re.Pattern[str]) -> Iterator[str]:
        return (match[1] for match in pattern.finditer(prose) if self.is_name(match[1]))

    def _contacts(self, prose: str) -> Iterator[str]:
        """Whom to ask about the report; the office within a bureau stands for the bureau."""
        for name in self._by_pattern(prose, self._contact):
            bureau = _OFFICE.sub("", name)
            yield from (bureau, name) if self.is_name(bureau, organs_only=True) else (name,)

    def signature(self, ending: Sequence[str]) -> str | None:
        """The name over the date that ends the report, or on one line with it."""
        for name, following in pairwise(ending):
            if _DATE.fullmatch(following) and self.is_name(name, organs_only=True):
                return name
        named = map(_NAME_AND_DATE.fullmatch, ending)
        return next((match[1] for match in named if match and self.is_name(match[1], organs_only=True)), None)

    def _subjects(self, prose: str) -> list[str]:
        names = [match[1] for match in self._first_sentence.finditer(f"\n{prose}")]
        return [name for name in names if self.is_name(name, organs_only=True)] + [
            name for name in names if name.endswith(("镇", "乡", "街道")) and self.is_name(name)
        ]

    def _of_the_page(self, evidence: Evidence) -> Iterable[str]:
        """Names in trails of links, beside 发布机构, and in metadata."""
        for text in evidence.around:
            if len(text) <= LONGEST_TRAIL and _TRAIL.search(text):
                yield from (step for step in reversed(_TRAIL_STEPS.split(text)) if self.is_name(step))
            yield from _PUBLISHER.findall(text)
        for text in evidence.site:
            yield _WEB_SITE.sub("", text)


def _has_place(name: str) -> bool:
    """Whether words in a title can only be a name, of whatever ending: 某县残联."""
    known = _NOT_A_NAME.match(name) or _NEVER_IN_A_NAME.search(name) or _DOING.search(name)
    return not known and bool(_PLACE_AND_ORGAN.fullmatch(name))


def _lacks_place(name: str) -> bool:
    """Whether a name says which organ but not whose: 民政局, 县退役军人事务局."""
    if name.startswith(("国家", "中国", "中共")):
        return False
    return name[0] in _PLACES or not _HAS_PLACE.search(name)
