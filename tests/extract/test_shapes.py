"""Known shapes: what is filled in from them is what reading in the general way gives.

Belongs here: reports read by a reader that has met their like, beside one that hasn't. Doesn't belong here: what
reports say (``test_reader``, ``test_variations``).
"""

import re
from collections.abc import Callable, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import Catalogue, Document, Rejection, Report, ReportReader
from extract.figures import FigureReader
from extract.layouts.templates import Templates
from extract.shapes import Shapes
from tests import office_writers, web_writer
from tests.conftest import shared
from tests.report_writer import SCRIPTS, Figures, ReportWriter, Written
from tests.text_layouts import LAYOUTS, RAGGED

Write = Callable[[Written], bytes]

#: Cells as reports print them; the first ones are what most hold.
PRINTED = (
    "0",
    "0",
    "1",
    "2",
    "17",
    "1328",
    "11398889",
    "",
    "",
    "-",
    "无",
    "-3",
    "1.5",
    "007",
    "5元",
    "3件",
    "增3",
    "1,234",
)
PLAIN = 7
CELL_WRITERS = (web_writer.plain, web_writer.pieces, web_writer.paragraphs, web_writer.word_markup)


def suffix_and_writer(writer: ReportWriter, random: Random) -> tuple[str, Write]:
    """A format with a layout and a script, drawn by chance."""
    layout, script = RAGGED[random.choice(list(RAGGED))], SCRIPTS[random.choice(list(SCRIPTS))]
    cell, nested, lines_up = random.choice(CELL_WRITERS), random.random() < 0.3, random.random() < 0.7
    return random.choice(
        [
            (".txt", lambda written: script(writer.text(written, layout)).encode()),
            (".txt", lambda written: writer.text(written, LAYOUTS["pipe_per_line"]).encode()),
            (
                ".html",
                lambda written: web_writer.page(
                    writer.blocks(written), cell=cell, nested=nested, spans_line_up=lines_up
                ),
            ),
            (".docx", lambda written: office_writers.docx(writer.blocks(written))),
        ]
    )


def damaged(content: bytes, random: Random) -> bytes:
    """Lines of a text or page left out, doubled and put elsewhere, the same way for the same seed."""
    lines = content.split(b"\n")
    for _ in range(random.choice((0, 0, 1, 3))):
        at = random.randrange(len(lines))
        lines[at : at + 1] = random.choice(([], [lines[at]] * 2, [lines[at], b"- 4 -"], [random.choice(lines)]))
    return b"\n".join(lines)


def similar(writer: ReportWriter, form: str, random: Random) -> Sequence[Figures]:
    """Figures of four reports that differ in plain numbers only, but for a few cells of the last."""
    words = PRINTED[:PLAIN] if random.random() < 0.5 else PRINTED
    first = {key: random.choice(words) for key in writer.keys(form)}
    others = [
        {key: random.choice(PRINTED[:PLAIN]) if text.isdecimal() else text for key, text in first.items()}
        for _ in range(3)
    ]
    others[-1] |= {key: random.choice(PRINTED) for key in random.sample(list(first), 2)}
    return [first, *others]


def read(reader: ReportReader, suffix: str, content: bytes) -> Report | Rejection:
    return reader.read(Document(f"file:///report{suffix}", content))


@pytest.fixture(scope="module")
def met(catalogue: Catalogue) -> ReportReader:
    """A reader that keeps what it learns."""
    return ReportReader(catalogue)


@pytest.fixture(scope="module")
def read_generally(catalogue: Catalogue) -> Callable[[str, bytes], Report | Rejection]:
    """Reads a document by a reader that has met no other, and knows no template."""
    reader, figures = ReportReader(catalogue), FigureReader(catalogue)

    def outcome_of(suffix: str, content: bytes) -> Report | Rejection:
        reader._tables._shapes = Shapes(figures)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Templates, "at", lambda self, text, begin: None)
            return read(reader, suffix, content)

    return outcome_of


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_a_reader_that_met_such_reports_reads_them_alike(
    met: ReportReader, read_generally: Callable[[str, bytes], Report | Rejection], writer: ReportWriter, seed: int
) -> None:
    random = Random(seed)
    form = random.choice(("2019", "2021"))
    suffix, write = suffix_and_writer(writer, random)
    fee_unit, damage = random.choice(("(单位:万元)", "")), random.random()
    for figures in similar(writer, form, random):
        content = write(Written(figures, form, fee_unit=fee_unit))
        if suffix != ".docx":
            content = damaged(content, Random(damage))
        assert read(met, suffix, content) == read_generally(suffix, content)


@pytest.fixture
def table_rows(writer: ReportWriter) -> Callable[[Figures, Callable[[str], str]], bytes]:
    """A report as text, a cell a line, with a change."""
    return lambda figures, change: change(writer.text(Written(figures), LAYOUTS["pipe_per_line"])).encode()


def twice(text: str) -> str:
    """The text with one row of section 3 printed a second time, with a figure of its own."""
    lines = text.split("\n")
    begin = next(number for number, line in enumerate(lines) if line.startswith("1.属于国家秘密"))
    return "\n".join([*lines[: begin + 8], *lines[begin : begin + 7], "5 |", *lines[begin + 8 :]])


@pytest.mark.parametrize(
    ("change", "numbers"),
    [
        # rows of one line are skipped where they are equal, and ambiguous where they aren't
        (twice, ("5", "5", "5", "7", "5", "8")),
        # money needs a unit, unless it is 0
        (lambda text: text.replace("(单位:万元)", ""), ("0", "0", "0", "12", "0", "7")),
        (str, ("0", "3", "999999999999999", "4", "99999999999", "0")),
    ],
)
def test_what_depends_on_numbers_is_looked_at_each_time(
    met: ReportReader,
    read_generally: Callable[[str, bytes], Report | Rejection],
    writer: ReportWriter,
    table_rows: Callable[[Figures, Callable[[str], str]], bytes],
    change: Callable[[str], str],
    numbers: Sequence[str],
) -> None:
    for number in numbers:
        content = table_rows(dict.fromkeys(writer.keys("2021"), number), change)
        assert read(met, ".txt", content) == read_generally(".txt", content)


@pytest.mark.parametrize("behind", ["四、政府信息公开行政复议、行政诉讼情况(略)", "四、政府信息公开", "行政复议"])
def test_a_heading_that_goes_on_elsewhere(
    met: ReportReader, read_generally: Callable[[str, bytes], Report | Rejection], writer: ReportWriter, behind: str
) -> None:
    """What follows a known stretch counts anew in each report, and so do its lines."""
    text = writer.text(Written(dict.fromkeys(writer.keys("2021"), "1")), LAYOUTS["pipe_per_line"])
    heading = next(line for line in text.split("\n") if line.startswith("四、"))
    for content in (
        text,
        text,
        text.replace(heading, behind),
        text.replace(heading, f"{heading}\n行政复议"),
        text.replace("1 |", "1 |\n"),
    ):
        assert read(met, ".txt", content.encode()) == read_generally(".txt", content.encode())


@pytest.mark.parametrize("cell", CELL_WRITERS)
def test_headings_within_a_table(
    met: ReportReader,
    read_generally: Callable[[str, bytes], Report | Rejection],
    writer: ReportWriter,
    cell: Callable[[str], str],
) -> None:
    """Where a template holds a heading, a stretch begins in the middle of it."""
    for number in ("1", "20", "3", "47", "5"):
        page = web_writer.page(writer.blocks(Written(dict.fromkeys(writer.keys("2021"), number))), cell=cell).decode()
        head, _, rest = page.partition("</table>\n")
        one_table = re.sub(r"<p>([三四]、[^<]*)</p>", r"<tr><td>\1</td></tr>", rest)
        one_table = re.sub(r"</?(?:table|tbody)[^>]*>\n?", "", one_table).replace("<p>五、", "</table><p>五、", 1)
        content = f"{head}{one_table}".encode()
        assert read(met, ".html", content) == read_generally(".html", content)


def test_real_reports_read_again(met: ReportReader, read_generally: Callable[[str, bytes], Report | Rejection]) -> None:
    paths = [path for path in sorted(shared("reports").iterdir()) if path.suffix in (".txt", ".html")]
    outcomes = [[read(met, path.suffix, path.read_bytes()) for path in paths] for _ in range(5)]
    generally = [read_generally(path.suffix, path.read_bytes()) for path in paths]
    assert all(outcome == generally for outcome in outcomes)
