"""Documents read together become what they become one by one, in their order."""

from collections.abc import Generator
from random import Random

import pytest

from extract import Document, Rejection, Report, ReportReader
from extract.together import finished, read_together
from tests import web_writer
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import LAYOUTS


@pytest.fixture
def documents(writer: ReportWriter) -> list[Document]:
    """Pages and texts with figures of their own, beside some that are refused at different stages."""
    reports = [Written(writer.balanced("2021", Random(seed))) for seed in range(6)]
    pages = [web_writer.page(writer.blocks(written)) for written in reports[:3]]
    texts = [writer.text(written, LAYOUTS["pipe_per_line"]).encode() for written in reports[3:]]
    return [
        Document("file:///none.html", b"<p>nothing</p>"),
        *(Document(f"file:///{number}.html", page) for number, page in enumerate(pages)),
        Document("file:///broken.docx", b"PK"),
        *(Document(f"file:///{number}.txt", text) for number, text in enumerate(texts)),
    ]


def test_read_together_as_one_by_one(reader: ReportReader, documents: list[Document]) -> None:
    found = read_together(map(reader.stages, documents))
    assert [type(outcome) for outcome in found] == [Rejection, *[Report] * 3, Rejection, *[Report] * 3]
    assert found == [reader.read(document) for document in documents]


def test_each_stage_of_each_document_is_told_before_it(reader: ReportReader, documents: list[Document]) -> None:
    begun: list[int] = []
    read_together(map(reader.stages, documents), begun.append)
    assert begun[: len(documents)] == list(range(len(documents)))
    assert begun.count(4) == 1  # a broken file is refused by the first stage
    assert begun.count(1) == begun.count(5) > 1


def test_stages_of_one_document_follow_each_other(documents: list[Document]) -> None:
    rejection = Rejection(documents[0].source_uri, documents[0].content_sha256, "unreadable", "for its second stage")

    def stages() -> Generator[None, None, Rejection]:
        yield
        return rejection

    assert finished(stages()) is rejection
    assert read_together([stages(), stages()]) == [rejection, rejection]
