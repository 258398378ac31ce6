"""What is said while work goes on, where nobody watches a terminal."""

import pytest

from dagster_project import progress


def test_long_work_says_how_far_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LINE_EVERY", 0)
    assert list(progress.tracked(["a", "b", "c"], "Reading")) == ["a", "b", "c"]
    first, *lines = capsys.readouterr().err.splitlines()
    assert first == "Reading: 3"
    assert [line.split(",")[0] for line in lines] == [f"Reading: {number} of 3" for number in range(3)]
    assert all(line.endswith("s left") for line in lines)


def test_work_that_counts_itself(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LINE_EVERY", 0)
    with progress.counted(5, "Reading") as advance:
        advance(2)
        advance(3)
    first, *lines = capsys.readouterr().err.splitlines()
    assert first == "Reading: 5"
    assert [line.split(",")[0] for line in lines] == ["Reading: 2 of 5", "Reading: 5 of 5"]


def test_short_work_says_little(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.step("Publishing"):
        assert list(progress.tracked([], "Reading")) == []
    assert capsys.readouterr().err.splitlines() == ["Publishing", "Reading: 0"]
