"""What a threat is, and the good report that some of them hide in.

Belongs here: the shape. Doesn't belong here: any threat.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple

from extract.catalogue.model import Catalogue
from tests import web_writer
from tests.grid import Block
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import LAYOUTS

#: What comes of a report that is read, and of a text that is none.
READ, NO_REPORT, TOO_LARGE = "read", "not_an_annual_report", "too_large"
UNREADABLE, UNSAFE, SCAN = "unreadable", "unsafe_input", "needs_ocr"
#: Just under the limit of a document.
BYTES = 52_000_000


class Good:
    """A report of the catalogue's labels, in the formats that threats hide in."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._writer = ReportWriter(catalogue)

    @cached_property
    def written(self) -> Written:
        return Written(dict.fromkeys(self._writer.keys("2021"), "3"))

    @cached_property
    def text(self) -> str:
        return self._writer.text(self.written, LAYOUTS["pipe_row"])

    @cached_property
    def blocks(self) -> list[Block]:
        return self._writer.blocks(self.written)

    @cached_property
    def page(self) -> str:
        return web_writer.page(self.blocks).decode()


class Threat(NamedTuple):
    """A hostile document: its suffix, its bytes, and what may come of it: ``read``, or a reason."""

    suffix: str
    content: Callable[[Good], bytes]
    outcomes: frozenset[str]


def threat(suffix: str, content: Callable[[Good], bytes | str], *outcomes: str) -> Threat:
    """A threat whose content may be given as text."""

    def encoded(good: Good) -> bytes:
        made = content(good)
        return made.encode("utf-8", "surrogatepass") if isinstance(made, str) else made

    return Threat(suffix, encoded, frozenset(outcomes))


def text_threats(
    suffix: str, outcome: str, texts: Iterable[tuple[str, Callable[[], bytes | str]]]
) -> dict[str, Threat]:
    """Threats of one suffix and outcome, without a good report in them."""
    return {name: threat(suffix, lambda _, make=make: make(), outcome) for name, make in texts}
