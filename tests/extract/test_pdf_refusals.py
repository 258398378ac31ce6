"""PDF documents that are encrypted, damaged, strange or none: refused with a reason, or read without harm."""

import io
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from extract.layouts import pdf
from extract.layouts.stream import Refused
from tests.extract.pdf_reading import OPENING, drawn, lines_of, read
from tests.grid import GridCell
from tests.pdf_writer import FONT
from tests.pdf_writer import pdf as written


def reason(content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read(content)
    return caught.value.reason


def test_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    content = written([OPENING, [[GridCell("规章"), GridCell("1")]]])
    assert reason(b"") == reason(b"no PDF") == reason(content[:200]) == "unreadable"
    assert reason(written([])) == reason(written(["第1页"])) == "needs_ocr"
    for name in ("MOST_PAGES", "MOST_CHARACTERS", "MOST_DRAWING_STEPS", "MOST_GRID_SLOTS", "MOST_COMPARISONS"):
        with monkeypatch.context() as patch:
            patch.setattr(pdf, name, 0)
            assert reason(content) == "too_large"


def test_encrypted_documents() -> None:
    def encrypted(password: str) -> bytes:
        buffer = io.BytesIO()
        canvas = Canvas(buffer, encrypt=StandardEncryption(password, ownerPassword="owner", strength=128))
        canvas.setFont(FONT, 10)
        canvas.drawString(20, 700, OPENING)
        canvas.save()
        return buffer.getvalue()

    assert reason(encrypted("secret")) == "unreadable"
    # only printing or copying is forbidden: it opens without a password
    assert lines_of(read(encrypted(""))) == [OPENING]


@pytest.mark.parametrize(
    "drawing",
    [
        "c.transform(1e30, 0, 0, 1e30, 0, 0); c.drawString(1e8, 0, '本年'); c.rect(1e9, 0, 1e9, 1e9)",
        "c.transform(0, 0, 0, 0, 0, 0); c.drawString(0, 0, '本年'); c.rect(0, 0, 1, 1)",
        "c.setFontSize(0); c.drawString(20, 20, '本年')",
        "c.setFontSize(0); c.drawString(20, 20, '本年' * 200); c.rect(9, 9, 50, 50); c.line(30, 9, 30, 59)",
        "c.setFontSize(.1); c.drawString(20, 20, '本年' * 200); c.rect(9, 9, 50, 50); c.line(30, 9, 30, 59)",
        "c.setFontSize(90); c.drawString(20, 20, '本年'); c.rect(9, 9, 50, 50); c.line(30, 9, 30, 59)",
        "c.transform(-1, 0, 0, 1, 400, 0); c.drawString(20, 20, '本年')",
        "c.transform(1, 0, 0, -1, 0, 300); c.drawString(20, 20, '本年')",
        "[c.transform(1e20, 0, 0, 1e20, 1e20, 1e20) for _ in range(6)]; c.rect(1, 1, .1, .1, stroke=0, fill=1)",
        "[c.line(0, y / 10, 400, y / 10) for y in range(3000)]",
        "[(c.line(0, y * 5, 400, y * 5), c.line(y * 5, 0, y * 5, 300)) for y in range(60)]",
        "c.drawString(20, 20, chr(0) + chr(2) + chr(0x200b) + '本')",
    ],
)
def test_strange_drawings_do_no_harm(drawing: str) -> None:
    printed = "".join(cell.text for cell in read(drawn(drawing)))
    assert not Counter(OPENING) - Counter(printed)


SAMPLE = written([OPENING, [[GridCell("规章"), GridCell("1")], [GridCell("", columns=2)]], "结束"])


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damaged_documents_are_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(SAMPLE[: data.draw(st.integers(0, len(SAMPLE)))] if data.draw(st.booleans()) else SAMPLE)
    for _ in range(data.draw(st.integers(0, 8))):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        cells = read(bytes(content))
    except Refused as refused:
        assert refused.reason in {"unreadable", "needs_ocr", "too_large"}
    else:
        assert all(cell.text.encode() is not None for cell in cells)


@given(st.binary(max_size=200))
@settings(max_examples=50, deadline=None)
def test_garbage_is_refused(content: bytes) -> None:
    assert reason(content) == reason(b"%PDF-1.7\n" + content) == "unreadable"


def test_threads_read_one_after_the_other() -> None:
    expected = read(SAMPLE)
    with ThreadPoolExecutor(4) as pool:
        assert all(cells == expected for cells in pool.map(read, [SAMPLE] * 20))
