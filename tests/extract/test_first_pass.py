"""The first pass never misses what the reader takes, and turns away what no reader would."""

from collections.abc import Callable
from html import escape
from itertools import islice
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dagster_project.settings import SAMPLE_REPORTS
from extract import Catalogue, Document, Report, ReportReader
from extract.first_pass import FirstPass
from tests import web_writer
from tests.benchmarks.haystack import NEAR_MISSES, pages
from tests.conftest import shared
from tests.report_writer import SCRIPTS, ReportWriter, Written
from tests.text_layouts import RAGGED

WEB = "https://www.example.cn/1.html"
FORMS = ("2019", "2021")


@pytest.fixture(scope="module")
def first_pass(catalogue: Catalogue) -> FirstPass:
    return FirstPass(catalogue)


def decide(first_pass: FirstPass, content: str | bytes, uri: str = WEB, media_type: str | None = None) -> str:
    """The reason, after whether it is a candidate."""
    encoded = content.encode() if isinstance(content, str) else content
    decision = first_pass.decide(Document(uri, encoded, media_type))
    return f"{'+' if decision.is_candidate else '-'}{decision.reason}"


@pytest.mark.parametrize("folder", ["samples", "reports", "seeds"])
def test_no_real_report_is_missed(first_pass: FirstPass, reader: ReportReader, folder: str) -> None:
    place = SAMPLE_REPORTS if folder == "samples" else shared(folder)
    documents = [Document(f"https://a.cn/{path.name}", path.read_bytes()) for path in place.iterdir()]
    reports = [document for document in documents if isinstance(reader.read(document), Report)]
    assert len(reports) >= 4
    assert [one.source_uri for one in reports if not first_pass.decide(one).is_candidate] == []


def letters_in_tags(text: str) -> str:
    style = "font-family:仿宋_GB2312;font-size:16.0pt"
    return "".join(f"<span lang='EN-US' style='{style}'>{letter}</span>" for letter in text)


#: What pages do to a text, besides its script and charset.
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "numbers": lambda text: "".join(f"&#{ord(c)};" if c > "\x7f" else c for c in text),
    "numbers of sixteen": lambda text: "".join(f"&#x{ord(c):X};" if c > "\x7f" else c for c in text),
    "escaped": lambda text: text.encode("ascii", "backslashreplace").decode(),
    "spaced": lambda text: " ".join(text),
    "ideographic spaces": "\u3000".join,
    "zero width": "\u200b".join,
    "a letter a line": "\n".join,
    "commas": ",".join,
    "pinyin": lambda text: "".join(f"{c}(kāi)" if c > "\u3400" else c for c in text),
    "tags": letters_in_tags,
    "misread": lambda text: text.encode().decode("gb18030", "replace"),
}
CHARSETS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "big5hkscs")
CHARSETS_OF = {"misread": CHARSETS[:3], "as it is": (*CHARSETS, "utf-16-le", "utf-16-be")}


def figures_read(catalogue: Catalogue, content: bytes) -> int:
    """How many figures the reader finds in a text."""
    outcome = ReportReader(catalogue).read(Document("file:///report.txt", content))
    return sum(cell.reading == "read" for cell in outcome.cells) if isinstance(outcome, Report) else 0


@pytest.mark.parametrize("spelling", SPELLINGS)
@example(seed=1877)
@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**9))
def test_reports_of_the_writers_are_never_missed(
    catalogue: Catalogue, first_pass: FirstPass, spelling: str, seed: int
) -> None:
    chance = Random(seed)
    writer, form = ReportWriter(catalogue), chance.choice(FORMS)
    omitted = frozenset(chance.sample((2, 3, 4), chance.randrange(3)))
    written = Written(writer.balanced(form, chance), form, omitted_sections=omitted)
    layout, script = chance.choice(list(RAGGED)), chance.choice(list(SCRIPTS))
    charset = chance.choice(CHARSETS_OF.get(spelling, CHARSETS))
    if charset == "big5hkscs" and script == "simplified":
        charset = "gb18030"
    text = SPELLINGS[spelling](SCRIPTS[script](writer.text(written, RAGGED[layout])))
    content = text.encode(charset, "replace")
    said = decide(first_pass, content)
    if spelling == "misread" and not said.startswith("+"):
        # misreading loses letters for good: of some texts too few are left for a reader, too
        assert not figures_read(catalogue, content)
    else:
        assert said.startswith("+"), (said, layout, script, charset, omitted)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**9))
def test_pages_of_the_writers_are_never_missed(catalogue: Catalogue, first_pass: FirstPass, seed: int) -> None:
    chance = Random(seed)
    writer, form = ReportWriter(catalogue), chance.choice(FORMS)
    cell = chance.choice((web_writer.plain, web_writer.pieces, web_writer.paragraphs, web_writer.word_markup))
    page = web_writer.page(
        writer.blocks(Written(writer.balanced(form, chance), form)),
        cell=cell,
        nested=chance.random() < 0.5,
        charset=chance.choice(("utf-8", "gb18030")),
    )
    assert decide(first_pass, page).startswith("+")


def test_a_table_alone_is_enough(writer: ReportWriter, first_pass: FirstPass) -> None:
    """A page of a torn book has neither title nor headings."""
    written = Written(writer.balanced("2021", Random(1)))
    table = RAGGED["pipe_row"](writer.section_3(written))
    assert decide(first_pass, table) == "+labels"


def test_headings_alone_are_enough(catalogue: Catalogue, first_pass: FirstPass) -> None:
    """The tables are pictures."""
    text = "\n".join(section.label_zh for section in catalogue.sections)
    assert decide(first_pass, text) == "+headings"


@pytest.mark.parametrize(
    ("content", "uri", "said"),
    [
        (b"%PDF-1.7 \xe2\xe3", WEB, "+format"),
        (b"junk %PDF-1.4\n", "https://a.cn/1.aspx", "+format"),
        (b"PK\x03\x04\0\0word/document.xml", WEB, "+format"),
        (b"PK\x03\x04\0\0xl/workbook.xml", "https://a.cn/1.xlsx", "+format"),
        (b"PK\x03\x04\0\0classes.dex", "https://a.cn/1.apk", "-unread"),
        (b"\x89PNG\r\n\0\0", WEB, "-unread"),
        (b"\xd0\xcf\x11\xe0\0\0", "https://a.cn/1.doc", "-unread"),
        (b"", WEB, "-no_word"),
        (b"\xff\xfe", WEB, "-no_word"),
        (b"\0" * 100, WEB, "-unread"),
        ("公司公告".encode(), WEB, "-no_word"),
        ("信息公开".encode(), WEB, "-few_words"),
        ("上公开课".encode(), WEB, "-no_word"),
        ("办公</a>".encode(), WEB, "-few_words"),
        (escape("<div>").encode() * 100, WEB, "-no_word"),
    ],
)
def test_formats_and_words(first_pass: FirstPass, content: bytes, uri: str, said: str) -> None:
    assert decide(first_pass, content, uri) == said


def test_old_office_files_are_looked_into(writer: ReportWriter, first_pass: FirstPass) -> None:
    """No reader takes them; one that holds a report is listed as such, any other is none of a crawl's reports."""
    text = writer.text(Written(writer.balanced("2021", Random(1))), RAGGED["spaced"])
    for shift in (b"", b"\0"):
        content = b"\xd0\xcf\x11\xe0\0\0" + shift + text.encode("utf-16-le")
        assert decide(first_pass, content, "https://a.cn/1.doc") == "+labels"


def test_text_with_zeros_is_looked_into(writer: ReportWriter, first_pass: FirstPass) -> None:
    text = writer.text(Written(writer.balanced("2021", Random(1))), RAGGED["spaced"])
    for charset in ("utf-8", "gb18030"):
        assert decide(first_pass, b"\0" + text.encode(charset)) == "+labels"


def test_ordinary_pages_are_turned_away(catalogue: Catalogue, first_pass: FirstPass) -> None:
    found = [(page.kind, first_pass.decide(page.document).is_candidate) for page in pages(catalogue, 2000, seed=2)]
    assert sum(is_candidate for _, is_candidate in found) <= 20
    assert {kind for kind, _ in found} >= NEAR_MISSES.keys()


def test_what_the_reader_takes_of_ordinary_pages_is_let_through(
    catalogue: Catalogue, reader: ReportReader, first_pass: FirstPass
) -> None:
    for page in islice(pages(catalogue, 100, seed=3), 100):
        if not first_pass.decide(page.document).is_candidate:
            assert not isinstance(reader.read(page.document), Report)


def test_other_words_are_another_fingerprint(catalogue: Catalogue, first_pass: FirstPass) -> None:
    from dataclasses import replace

    assert FirstPass(catalogue).fingerprint == first_pass.fingerprint
    assert FirstPass(replace(catalogue, synonyms=())).fingerprint != first_pass.fingerprint
