"""A copy of the process: what it reads comes back, and its end is a refusal."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from extract.layouts import confined, pdf
from extract.layouts.stream import Refused


def _refuse(_: bytes) -> None:
    raise Refused("needs_ocr", "a picture")


def _fail(_: bytes) -> None:
    raise ValueError("a fault of ours")


def _crash(_: bytes) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _run_on(_: bytes) -> None:
    time.sleep(60)


def _grow(_: bytes) -> int:
    return len(bytes(2 * confined.MOST_MORE_BYTES))


def test_what_is_read_comes_back() -> None:
    assert confined.confined(lambda content: [content, os.getpid()], b"ab")[0] == b"ab"
    assert confined.confined(lambda _: os.getpid(), b"") != os.getpid()
    assert len(confined.confined(lambda _: "年" * 3_000_000, b"")) == 3_000_000


def test_a_refusal_comes_back_whole() -> None:
    with pytest.raises(Refused) as refused:
        confined.confined(_refuse, b"")
    assert (refused.value.reason, refused.value.detail) == ("needs_ocr", "a picture")


def test_a_fault_is_not_hidden() -> None:
    with pytest.raises(ValueError, match="of ours"):
        confined.confined(_fail, b"")


def _children() -> set[str]:
    """The processes of this one, ended ones that nobody has waited for among them."""
    return {child for task in Path("/proc/self/task").glob("*/children") for child in task.read_text().split()}


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.parametrize("read", [_crash, _run_on, _grow])
def test_its_end_is_a_refusal(read: Callable[[bytes], object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "MOST_SECONDS", 1)
    with pytest.raises(Refused) as refused:
        confined.confined(read, b"")
    assert refused.value.reason == "too_large"


def test_nothing_is_left_behind() -> None:
    """Neither processes nor open files, also where threads read at the same time."""
    before = _open_files(), _children()
    threads = [threading.Thread(target=confined.confined, args=(len, b"abc")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (_open_files(), _children()) == before


@pytest.mark.parametrize(
    ("written", "may"),
    [
        (b"/Subtype /Form", True),
        (b"/Subtype/F#6frm", True),
        (b"/#53ubtype /#46#6F#72#6D", True),
        (b"/Subtype 12 0 R", True),
        (b"/Sub#74ype %\n/Form", True),
        (b"/Subtype /Image", False),
        (b"/Subtype/Type0 /BaseFont /SimSun#e5", False),
    ],
)
def test_which_documents_may_draw_forms(written: bytes, may: bool) -> None:
    assert bool(pdf._MAY_DRAW_FORMS.search(b"<< " + written + b" >>")) is may
