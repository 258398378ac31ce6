"""Templates: stretches taken out of a document before it is read give the cells that reading gives.

Belongs here: pages and texts whose tables were met before, in all kinds of places. Doesn't belong here: what is read of
these cells (``test_shapes``).
"""

from collections.abc import Callable, Iterable, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.layouts import plain_text, web_page
from extract.layouts.stream import PrintedCell, Refused
from extract.layouts.templates import STAND_IN, CondensedCells
from extract.source_text import decode, simplified
from tests import web_writer
from tests.conftest import shared
from tests.report_writer import SCRIPTS, ReportWriter, Written
from tests.text_layouts import LAYOUTS

TABLE = (
    "<table border=1><tr><td>信息内容</td><td>本年制发件数</td></tr>"
    "<tr><td><p><span>规章</span></p></td><td><p><span>{}</span></p></td></tr>"
    "<tr><td>1</td><td>2</td><td>3</td></tr></table>"
)

#: Places of a known table, each with one thing that parsing might make more of.
PLACES = (
    "<p>二、</p>{}<p>三、</p>",
    "<div style='display:none'>{}</div><p>x</p>",
    "<table><tr><td>左栏</td><td><p>甲</p>{}<p>乙</p></td></tr></table>",
    "<table><tr>{}<td>1</td></tr></table>",
    "<p>甲<b>乙 {}<p>丙",
    "<p>甲</p> \n {}{}",
    "<pre><p>甲</p>{}</pre>",
    "<select><option>甲</option>{}</select>",
    "<script>var t = '>{}';</script><p>x</p>",
    "<!-- > {} --><p>x</p>",
    "<textarea>>{}</textarea>",
    "<a title='> {}'>甲</a>",
    "<svg><p>甲</p>{}</svg>",
    "<template><p>甲</p>{}</template>",
    "<ul><li>甲</li><li><p>乙</p>{}</li></ul>",
    "<p>a data-known-table</p>{}",
    "<p>\0</p>{}",
    "<h1>x</h1><s>{}</s>",
    "<table><tr><td>{}",
    "<p>" + "乙" * 400 + "</p>{}<p>x</p>",
)
#: The same table, changed so that something else is printed.
CHANGES: Sequence[tuple[str, str]] = (
    ("<td>信息", "<td hidden>信息"),
    ("<span>规章", "<span style='display:none'>规章"),
    ("规章</span>", "<s>规章</s></span>"),
    ("</tr>", "</tr><!-- x -->"),
    ("<tr>", "<form><tr>"),
    ("<tr>", "x<tr>"),
    ("<span>{}", "<span>1</span><span>{}"),
    ("<span>{}", "<span>1</span> <span>{}"),
    ("{}</span>", "{}</span></p><p>{}"),
    ("<td><p>", "<td colspan=2><p>"),
    ("{}", "&nbsp;{}"),
    ("{}", "{},{}"),
    ("</table>", "<tr><td>{}</td></tr></table>"),
    ("</td></tr></table>", "</table>"),
    ("<table border=1>", "<table border=1 style='display: none'>"),
)


def read_in_full(cells: Iterable[PrintedCell]) -> list[PrintedCell]:
    return cells.in_full() if isinstance(cells, CondensedCells) else list(cells)


def page_read_each_time(page: bytes) -> list[PrintedCell]:
    """The cells of a page all of whose tables are parsed."""
    return list(web_page.page_cells(decode(page) or ""))


def text_read_each_time(text: str) -> list[PrintedCell]:
    return list(plain_text._cells_in_full(text))


def test_a_table_met_twice_is_known() -> None:
    pages = [f"<p>甲</p>{TABLE.format(number)}<p>乙</p>".encode() for number in (3, 17, 0, 5)]
    found = [web_page.cells(page) for page in pages]
    assert [isinstance(cells, CondensedCells) for cells in found] == [False, False, True, True]
    assert [cell.text.startswith(STAND_IN) for cell in found[3]] == [False, True, False]
    assert [read_in_full(list_of) for list_of in map(web_page.cells, pages)] == list(map(page_read_each_time, pages))


@pytest.mark.parametrize("end", ["", " |", "|", " "])
def test_a_table_of_a_text_met_twice_is_known(end: str) -> None:
    """Also by Python before 3.11.5, whose possessive groups go on behind what they don't match."""
    row = " | {} | {} | {}" + end
    lines = f"信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数\n规章{row}\n行政规范性文件{row}\n"
    texts = [f"二、主动公开\n{lines.format(*[number] * 6)}三、收到和处理\n" for number in (3, 17, 0, 5)]
    found = [plain_text.text_cells(text) for text in texts]
    assert all(isinstance(cells, CondensedCells) for cells in found[2:])
    assert [read_in_full(plain_text.text_cells(text)) for text in texts] == list(map(text_read_each_time, texts))


@pytest.mark.parametrize("place", PLACES)
def test_tables_in_all_kinds_of_places(place: str) -> None:
    for number in ("7", "12", "0", "345"):
        web_page.cells(f"<p>甲</p>{TABLE.format(number)}".encode())
        page = place.replace("{}", TABLE.format(number)).encode()
        if decode(page) is None:
            with pytest.raises(Refused):
                web_page.cells(page)
        else:
            assert read_in_full(web_page.cells(page)) == page_read_each_time(page)


@pytest.mark.parametrize(("printed", "other"), CHANGES)
def test_tables_that_print_something_else(printed: str, other: str) -> None:
    assert printed in TABLE
    for number in ("7", "12", "0", "345", "8"):
        page = f"<p>甲</p>{TABLE.replace(printed, other, 1).replace('{}', number)}<p>乙</p>".encode()
        assert read_in_full(web_page.cells(page)) == page_read_each_time(page)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_pages_of_one_template(writer: ReportWriter, seed: int) -> None:
    random = Random(seed)
    cell = random.choice((web_writer.plain, web_writer.pieces, web_writer.paragraphs, web_writer.word_markup))
    nested, lines_up, hidden = (random.random() < 0.5 for _ in range(3))
    for _ in range(4):
        blocks = writer.blocks(Written(dict.fromkeys(writer.keys("2021"), "1") | _some_figures(writer, random)))
        page = web_writer.page(blocks, cell=cell, nested=nested, spans_line_up=lines_up)
        if hidden:
            page = page.replace(b"</body>", b"<p style='display:none'>x</p></body>")
        assert read_in_full(web_page.cells(page)) == page_read_each_time(page)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(sorted(LAYOUTS)), st.sampled_from(sorted(SCRIPTS)))
def test_texts_of_one_template(writer: ReportWriter, seed: int, layout: str, script: str) -> None:
    random = Random(seed)
    for _ in range(4):
        written = Written(dict.fromkeys(writer.keys("2021"), "1") | _some_figures(writer, random))
        text = SCRIPTS[script](writer.text(written, LAYOUTS[layout]))
        assert read_in_full(plain_text.text_cells(text)) == text_read_each_time(text)


def _some_figures(writer: ReportWriter, random: Random) -> dict[tuple[str, str], str]:
    keys = list(writer.keys("2021"))
    return {key: random.choice(("0", "3", "17", "2048", "007")) for key in random.sample(keys, 50)}


@pytest.mark.parametrize("script", ["traditional", "traditional_pinyin", "simplified"])
def test_scripts_are_told_with_stand_ins_as_without(writer: ReportWriter, script: str) -> None:
    """Of all lines and letters, those of known tables among them."""
    for number in ("1", "20", "300", "4"):
        text = SCRIPTS[script](writer.text(Written(dict.fromkeys(writer.keys("2021"), number)), LAYOUTS["pipe_row"]))
        found = plain_text.text_cells(text)
        condensed, own_script = simplified(found if isinstance(found, CondensedCells) else list(found))
        expected, its_script = simplified(text_read_each_time(text))
        assert own_script == its_script == script
        assert read_in_full(condensed) == list(expected)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("三、", "---\n三、"),
        lambda text: text.replace("三、", "# 三、"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\n\n" + text + "\n",
        lambda text: text.replace("三、", "三、|"),
        lambda text: text.partition("\n")[2],
    ],
)
def test_texts_around_known_tables(writer: ReportWriter, change: Callable[[str], str]) -> None:
    for number in ("1", "20", "300", "4"):
        text = writer.text(Written(dict.fromkeys(writer.keys("2021"), number)), LAYOUTS["pipe_per_line"])
        plain_text.text_cells(text)
        changed = change(text)
        assert read_in_full(plain_text.text_cells(changed)) == text_read_each_time(plain_text._bounded(changed))


def test_real_documents() -> None:
    for path in sorted(shared("reports").iterdir()):
        content = path.read_bytes()
        if path.suffix == ".html":
            assert [read_in_full(web_page.cells(content)) for _ in range(4)] == [page_read_each_time(content)] * 4
