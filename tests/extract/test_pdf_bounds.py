"""PDF documents that pdfium alone would unpack, or look through, without bound: small ones of each kind."""

import pytest

from extract.layouts import pdf, pdf_streams
from extract.layouts.stream import Refused
from tests.fuzz import raw_pdf
from tests.fuzz.raw_pdf import TEXT, page


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        list(pdf.cells(content))
    assert refused.value.reason == "too_large"
    return refused.value.detail


@pytest.mark.parametrize("box", [b"[0 0 20001 842]", b"[0 0 595 -30000]", b"[-20000 0 595 842]"])
def test_a_page_larger_than_any_paper(box: bytes) -> None:
    assert "20000 points" in refusal(raw_pdf.pdf(page(TEXT, box=box)))


@pytest.mark.parametrize("box", [b"[0 0 14400 14400]", b"[0 0 0 0]"])
def test_other_pages_are_read(box: bytes) -> None:
    assert [cell.text for cell in pdf.cells(raw_pdf.pdf(page(TEXT, box=box)))]


def test_packed_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream may be packed twice, and every size counts that comes in between."""
    monkeypatch.setattr(pdf_streams, "MOST_UNPACKED_BYTES", 1_000_000)
    assert list(pdf.cells(raw_pdf.pdf(page(TEXT + b" " * 900_000))))
    for content in (page(TEXT + b" " * 2_000_000), raw_pdf.packed_twice(2_000_000)):
        assert "unpacked streams" in refusal(raw_pdf.pdf(content))


def test_streams_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_streams, "MOST_UNPACKED_BYTES", 1_000)
    assert "within streams" in refusal(b"%PDF-1.7\n" + b"stream\nx" * 5_000)
    monkeypatch.setattr(pdf_streams, "MOST_STREAMS", 10)
    assert "more than 10 streams" in refusal(b"%PDF-1.7\n" + b"stream\nx endstream " * 11)
