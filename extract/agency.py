"""Who reports: the agency's name as the page prints it, from the title, the prose or the signature.

Belongs here: telling a name from other words, and choosing between several. Doesn't belong here:
joining one agency's names across years (``dbt``), or the rest of the header (``extract.header``).
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from extract.catalogue.model import Catalogue

#: Beginnings of phrases that aren't names: pronouns, prepositions, and words for everybody.
_NOT_A_NAME = re.compile(
    r"^(?:我|本|该|全|各|在|由|向|对|为|按|经|党中央|国务院办公厅政府信息|关于|根据|中华人民共和国政府信息)"
)
#: What stands before a name in a sentence that announces the report.
_ANNOUNCED = re.compile(r"^(?:现将|现发布|现公布|特编制|特公布|编制|公布|发布|关于)")
_REPORT = r"(?:政府|政务)信息公开"
_YEAR = r"(?:19|20)\d{2}年?度?"
#: Words that follow the subject of a report's first sentence.
_VERBS = (
    "紧紧|按照|认真|坚持|深入|以|严格|全面|积极|高度|始终|切实|依法|继续|进一步|根据|"
    "围绕|紧扣|贯彻|扎实|不断|持续|着力|大力|坚决|主动|结合"
)


class AgencyFinder:
    """Finds the name of the reporting agency by the catalogue's endings of names."""

    def __init__(self, catalogue: Catalogue) -> None:
        endings = {ending.kind: [] for ending in catalogue.agency_endings}
        for ending in catalogue.agency_endings:
            endings[ending.kind].append(ending.ending)
        self._all = tuple(e for words in endings.values() for e in words)
        self._organs = tuple(endings["government"] + endings["organ"])
        self._governments = tuple(endings["government"])
        organ = "|".join(sorted(map(re.escape, self._organs), key=len, reverse=True))
        self._prose = [
            re.compile(rf"编制了?([\u4e00-\u9fff]{{2,40}}?){_YEAR}{_REPORT}"),
            re.compile(rf"现将([\u4e00-\u9fff]{{2,40}}?){_YEAR}"),
        ]
        self._first_sentence = re.compile(rf"^{_YEAR}?[,以来]*([\u4e00-\u9fff]{{2,30}}?(?:{organ}))(?=,|{_VERBS})")
        self._publisher = re.compile(r"(?:发布机构|发布单位|信息来源|公开机构)[:：]\s*([\u4e00-\u9fff]{3,40})")

    def is_name(self, text: str | None, *, organs_only: bool = False) -> bool:
        """Whether a text reads as the name of an agency, and is more than an ending by itself."""
        if not text or len(text) < 3 or text in self._all or _NOT_A_NAME.match(text):
            return False
        return bool(re.fullmatch(r"[\u4e00-\u9fff()·]+", text)) and text.endswith(
            self._organs if organs_only else self._all
        )

    def find(self, titled: Sequence[str | None], lines: Sequence[str]) -> str | None:
        """The agency's name as printed, or None.

        Args:
            titled: names in or around the title, the best first.
            lines: the document's lines without white space, in simplified script.

        """
        named = (_ANNOUNCED.sub("", name) if name else None for name in titled)
        candidates = [name for name in (*named, *self._from_prose(lines), self.signature(lines)) if self.is_name(name)]
        candidates += [name for name in (self._subject(lines), self._published_by(lines)) if self.is_name(name)]
        if not candidates:
            return None
        return self._fuller(candidates[0] or "", [name or "" for name in candidates])

    def _fuller(self, name: str, candidates: Sequence[str]) -> str:
        """A bare place name in the title (阆中市) gives way to that place's government, where printed."""
        if name.endswith(self._organs):
            return name
        return next((c for c in candidates if c != name and c in {name + g for g in self._governments}), name)

    def _from_prose(self, lines: Sequence[str]) -> list[str | None]:
        text = "\n".join(lines[:80])
        return [match[1] if (match := pattern.search(text)) else None for pattern in self._prose]

    def signature(self, lines: Sequence[str]) -> str | None:
        """The name on the line above the date that ends the report."""
        last = lines[-15:]
        for name, following in pairwise(last):
            if re.match(r"20\d{2}年", following) and self.is_name(name, organs_only=True):
                return name
        return None

    def _subject(self, lines: Sequence[str]) -> str | None:
        matches = (self._first_sentence.match(line) for line in lines[:40])
        return next((match[1] for match in matches if match and self.is_name(match[1])), None)

    def _published_by(self, lines: Sequence[str]) -> str | None:
        match = self._publisher.search("\n".join(lines[:20]))
        return match[1] if match else None
