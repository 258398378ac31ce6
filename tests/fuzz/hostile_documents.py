"""Hostile documents: each is read or refused with a reason, in seconds, in bounded memory, and raises nothing.

Those of ``tests.fuzz.threats`` are read in a process of their own, which may take 1.5 GiB more than it begins with.
"""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extract import Document, Rejection, Report, ReportReader
from extract.layouts import plain_text, web_page
from extract.layouts.stream import Refused
from extract.source_text import decode
from tests.fuzz.mutations import DamagedCases
from tests.fuzz.threats import THREATS, threat_cases
from tests.fuzz.watch import Confined, outcomes
from tests.fuzz.worker import Outcome

#: Seconds for the worst, and for what is only small.
LONGEST, SHORTEST = 30.0, 2.0


@pytest.fixture(scope="module")
def confined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Outcome]]:
    process = Confined(threat_cases, tmp_path_factory.mktemp("traces"), LONGEST)
    yield process.outcome
    process.stop()


@pytest.mark.parametrize("name", THREATS)
def test_threat(confined: Callable[[str], Outcome], name: str) -> None:
    outcome = confined(name)
    assert outcome.fault is None
    assert set(outcome.reasons) <= THREATS[name].outcomes
    assert outcome.reasons


def test_damaged_documents(tmp_path: Path) -> None:
    """A few of those that ``make fuzz`` reads by the thousand."""
    found = list(outcomes(iter(range(240)), DamagedCases(0), 1, LONGEST, tmp_path))
    assert len(found) == 240
    assert [outcome for outcome in found if outcome.fault] == []


# -- the smallest documents that did harm -------------------------------------------------------


def read(reader: ReportReader, suffix: str, content: str | bytes) -> Report | Rejection:
    begin = time.perf_counter()
    outcome = reader.read(Document(f"file:///a{suffix}", content.encode() if isinstance(content, str) else content))
    assert time.perf_counter() - begin < SHORTEST
    return outcome


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        # raised ValueError: what looked like a tag took the break between two lines
        (".txt", "<a\nb>"),
        # took twice as long for each comment
        (".html", "<!---->" * 40 + "x"),
        # took eight times as long for a line twice as long
        (".txt", "-" * 4_000 + "x"),
        # looked for an end from each beginning
        (".md", "<table>" * 20_000),
        (".md", "<table></table" + " " * 50_000),
    ],
)
def test_small_documents_take_no_time(reader: ReportReader, suffix: str, content: str) -> None:
    assert isinstance(read(reader, suffix, content), Rejection)


COMING_BACK = "<p>" + "".join(f"<b id={n}>" for n in range(1_500)) + "</p>" + "<p>x" * 1_500


@pytest.mark.parametrize(
    "page",
    [
        COMING_BACK,
        COMING_BACK.replace("<b ", "<A title='<>' "),
        # ends that end nothing: in a comment, beside the cells of a table
        re.sub(r"(<b[^>]*>)", r"\1<!--</b>-->", COMING_BACK),
        re.sub(r"(<b[^>]*>)", r"\1<table></b></table>", COMING_BACK),
    ],
)
def test_elements_do_not_come_back_in_every_paragraph(page: str) -> None:
    """A page of 30 kilobytes, of which the parser makes two million elements."""
    begin = time.perf_counter()
    assert [cell.text for cell in web_page.page_cells(page)] == ["x"] * 1_500
    assert time.perf_counter() - begin < SHORTEST


@pytest.mark.parametrize("attribute", [" a{}", " a{}='>'", "/a{}=<", "a{}=''", " a{} = x\n", ' "{}'])
@pytest.mark.parametrize("tag", ["<p{} >", "</p {}>", "<table><tr><td{}/>"])
def test_attributes_are_counted(tag: str, attribute: str) -> None:
    """Each is compared with all before it."""
    page = tag.format("/" + "".join(attribute.format(number) for number in range(12_000)))
    with pytest.raises(Refused, match="attributes"):
        web_page.page_cells(page)


def test_bodies_are_counted() -> None:
    """A page has one body, which gets the attributes of them all."""
    with pytest.raises(Refused, match="pages"):
        web_page.page_cells("".join(f"<body a{number}>" for number in range(200)))


@pytest.mark.parametrize("tag", ["<table>", "<TABLE class='x'>", "</table>", "</table \n>", "</TABLE", "x", "\n"])
def test_tables_apart(tag: str) -> None:
    """As a pattern would part them that takes ever longer where tables don't end."""
    pattern = re.compile(r"(<table\b.*?</table\s*>)", re.IGNORECASE | re.DOTALL)
    for other in ("<table>", "</table>", "a"):
        for text in (tag + other, other + tag, tag + other + tag, other + tag + other + tag, tag * 3 + other * 3):
            assert web_page._tables_apart(text) == pattern.split(text)


@pytest.mark.parametrize(
    ("line", "is_rule"),
    [("---", True), (" |:---|---:| ", True), ("- - -", False), ("--", False), ("---x", False), ("|--|", False)],
)
def test_rules_of_markdown(line: str, is_rule: bool) -> None:
    assert plain_text._is_rule(line) is is_rule


@pytest.mark.parametrize("suffix", [".txt", ".html"])
def test_what_has_more_cells_or_letters_than_a_report_is_refused(
    reader: ReportReader, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.formats.MOST_CELLS", 5)
    for content, reason in (("<p>公开\n" * 5, "not_an_annual_report"), ("<p>公开\n" * 6, "too_large")):
        outcome = read(reader, suffix, content)
        assert isinstance(outcome, Rejection)
        assert outcome.reason == reason
    monkeypatch.setattr("extract.formats.MOST_LETTERS", 9)
    outcome = read(reader, suffix, "<p>公开\n" * 5)
    assert isinstance(outcome, Rejection)
    assert outcome.reason == "too_large"


def test_a_nul_among_letters_decoded_twice_is_no_text() -> None:
    assert decode("锛€\0".encode()) is None
