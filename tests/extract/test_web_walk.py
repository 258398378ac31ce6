"""Pages: what is taken at once is what a walk through each element gives.

Belongs here: paragraphs, cells and rows taken whole, elements that aren't shown. Doesn't belong here: known tables
(``test_templates``), or what cells mean.
"""

from collections.abc import Collection, Iterator
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from extract.layouts.stream import PrintedCell
from extract.layouts.web_elements import spanning_cells, unplain_elements
from extract.layouts.web_walk import Walk
from tests import web_writer
from tests.conftest import shared
from tests.extract.test_shapes import CELL_WRITERS, PRINTED, damaged
from tests.report_writer import ReportWriter, Written

#: What elements of a page begin with, some of them unseen or void, and texts between them. No table is without text:
#: a cell that holds such a one is empty, or holds nothing.
BEGINNINGS = (
    "<p>", "<p style='Display: NONE'>", "<div>", "<div hidden>", "<span>", "<span style='visibility:hidden'>", "<b>",
    "<a href=x>", "<li>", "<ul>", "<h1>", "<s>", "<sup>", "<br>", "<input value=7>", "<input type=hidden value=8>",
    "<img>", "<pre>", "<table><tr><td>己", "<tr>", "<td>", "<td colspan=2>", "<th hidden>", "<script>", "<textarea>", "<title>",
    "<button>", "<center>", "<o:p>", "<svg>", "<template>", "<meta name=Author content=丁>", "<!-- x -->", "<del>",
)  # fmt: skip
ENDS = ("</p>", "</div>", "</span>", "</b>", "</a>", "</li>", "</s>", "</td>", "</tr>", "</table>", "</pre>", "</svg>")
TEXTS = ("甲", "乙 丙", "12", " ", "\n", "  3 ", "&nbsp;", "\u3000", "a\n b", "display:none", "戊" * 301)


class _All(Collection[int]):
    """The elements of a page, of which any may be unseen: each is gone into."""

    def __contains__(self, element: object) -> bool:
        return True

    def __iter__(self) -> Iterator[int]:
        return iter(())

    def __len__(self) -> int:
        return 1


def taken_at_once_and_one_by_one(page: str, *, shows_hidden: bool) -> tuple[list[PrintedCell], list[PrintedCell]]:
    """The cells of a page in both ways, and whether something on it is hidden."""
    markup = page.encode("utf-8", "replace")
    root = LexborHTMLParser(markup).root
    assert root is not None
    lowered = markup.lower()
    found = []
    for unplain in (unplain_elements(lowered, root), _All()):
        walk = Walk(root, (), spanning_cells(lowered, root), unplain, shows_hidden=shows_hidden)
        walk.read()
        found.append([*walk.cells, PrintedCell(f"{walk.has_hidden} {walk.has_table}", 0, "none", is_closed=True)])
    return found[0], found[1]


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from((*BEGINNINGS, *ENDS, *TEXTS)), max_size=40), st.booleans())
@example(["<table><tr><td>", "<meta name=Author content=丁>", "</td><td>", "12", "</td></tr></table>"], False)
def test_any_elements(pieces: list[str], shows_hidden: bool) -> None:
    at_once, one_by_one = taken_at_once_and_one_by_one("".join(pieces), shows_hidden=shows_hidden)
    assert at_once == one_by_one


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_damaged_reports(writer: ReportWriter, seed: int) -> None:
    random = Random(seed)
    figures = {key: random.choice(PRINTED) for key in writer.keys("2021")}
    lines_up, nested = random.random() < 0.7, random.random() < 0.3
    page = web_writer.page(
        writer.blocks(Written(figures)), cell=random.choice(CELL_WRITERS), nested=nested, spans_line_up=lines_up
    )
    at_once, one_by_one = taken_at_once_and_one_by_one(damaged(page, random).decode(), shows_hidden=False)
    assert at_once == one_by_one


@pytest.mark.parametrize("hidden", ["<p hidden>x</p>", "<div style='display:none'><p>x</p></div>", "<s>x</s>"])
def test_what_is_hidden_changes_nothing_around_it(writer: ReportWriter, hidden: str) -> None:
    page = web_writer.page(writer.blocks(Written(dict.fromkeys(writer.keys("2021"), "3")))).decode()
    other = page.replace("</body>", f"{hidden}</body>")
    shown, beside = (taken_at_once_and_one_by_one(text, shows_hidden=False)[0][:-1] for text in (page, other))
    assert shown == beside


def test_real_pages() -> None:
    for path in sorted(shared("reports").glob("*.html")):
        at_once, one_by_one = taken_at_once_and_one_by_one(path.read_text(), shows_hidden=False)
        assert at_once == one_by_one
