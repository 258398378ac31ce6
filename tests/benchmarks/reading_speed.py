"""``make bench``: what reading a report takes, beside the usual way for its format, in one run.

The documents are written by the tests' own writers, with the prose, menus and markup of a real page. CPU
time of the whole reading (header, cells, prose figures) against the baseline's cells; both in turn, so
that a busy machine slows both. The page is written to ``docs/performance.md``.
Belongs here: measuring. Nothing is asserted: a timed test is noise.
"""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import TypeVar

from dagster_project.settings import PROJECT_DIRECTORY, SEEDS_DIRECTORY
from extract import Document, Report, ReportReader, load_catalogue
from tests import office_writers, pdf_writer, web_writer
from tests.benchmarks import baselines
from tests.benchmarks.baselines import LineParser, TableMapping, Values
from tests.report_writer import SCRIPTS, ReportWriter, Written
from tests.text_layouts import LAYOUTS

PAGE = PROJECT_DIRECTORY / "docs" / "performance.md"
DOCUMENTS, ROUNDS = 12, 5

OVERVIEW = (
    "2023年,本局按照规定推进公开工作,全年在网站发布信息356条,较上年增长7.5%。",
    "全年收到政府信息公开申请23件,其中自然人申请20件,均已在法定期限内答复。",
    "加强平台建设,更新栏目12个,回应留言41条,办理建议提案9件。",
    "落实监督保障,组织培训2次,参加人员130人次。",
)
CLOSING = ("2023年,本局未收取政府信息公开信息处理费。", "无其他需要报告的事项。")


_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Case:
    """A format: its documents, their figures, and what reads them in the usual way."""

    name: str
    suffix: str
    contents: Sequence[bytes]
    known: Sequence[Values]
    baseline_name: str
    baseline: Callable[[bytes], Values | None]


@dataclass(frozen=True)
class Timing:
    """Milliseconds of CPU per document, and the shares of the printed figures that were read."""

    name: str
    baseline_name: str
    ours: float
    baseline: float
    recall: float
    baseline_recall: float | None
    wrong: int

    @property
    def ratio(self) -> float:
        """How many times as long the baseline takes."""
        return self.baseline / self.ours


def cases(reader: ReportReader) -> list[Case]:
    """The formats with their baselines."""
    writer, mapping, lines = (
        ReportWriter(reader.catalogue),
        TableMapping(reader.catalogue),
        LineParser(reader.catalogue),
    )
    reports = [_written(writer, seed) for seed in range(DOCUMENTS)]
    known = [{key: Decimal(text) for key, text in written.figures.items()} for written in reports]
    texts = {script: [_text(writer, written, script) for written in reports] for script in SCRIPTS}
    pages = [web_writer.page(writer.blocks(w), cell=web_writer.word_markup, nested=True) for w in reports]
    documents = [office_writers.docx(writer.blocks(written)) for written in reports]
    prints = [pdf_writer.pdf(writer.blocks(written)) for written in reports]

    def plain_text(content: bytes) -> Values | None:
        return _values(reader, ".txt", texts["simplified"][texts["traditional_pinyin"].index(content)])

    return [
        Case("text", ".txt", texts["simplified"], known, "regular expressions, line by line", lines.values),
        Case(
            "traditional script with pinyin",
            ".txt",
            texts["traditional_pinyin"],
            known,
            "the same in plain text",
            plain_text,
        ),
        Case("web page", ".html", pages, known, "pandas.read_html", lambda c: baselines.read_html(mapping, c)),
        Case("web page", ".html", pages, known, "the HTML parser alone", baselines.bare_parse),
        Case("Word", ".docx", documents, known, "python-docx", lambda c: baselines.python_docx(mapping, c)),
        Case("PDF", ".pdf", prints, known, "pdfplumber", lambda c: baselines.pdf_plumber(mapping, c)),
    ]


def _written(writer: ReportWriter, seed: int) -> Written:
    figures = writer.balanced("2021", Random(seed)) | {("administrative_fees", "amount"): "0"}
    return Written(figures, overview=OVERVIEW * 3, closing=CLOSING)


def _text(writer: ReportWriter, written: Written, script: str) -> bytes:
    return SCRIPTS[script](writer.text(written, LAYOUTS["pipe_per_line"])).encode()


def _values(reader: ReportReader, suffix: str, content: bytes) -> Values:
    outcome = reader.read(Document(f"file:///report{suffix}", content))
    cells = outcome.cells if isinstance(outcome, Report) else ()
    return {(c.line or "", c.column or ""): c.value for c in cells if c.value is not None}


def measure(reader: ReportReader, case: Case) -> Timing:
    """Read all documents of a case in both ways, in turn; the median round of each counts."""
    ours: list[float] = []
    baseline: list[float] = []
    found: list[Values] = []
    expected: list[Values | None] = []
    for number in range(ROUNDS + 1):
        ours_now, found = _timed(lambda: [_values(reader, case.suffix, content) for content in case.contents])
        baseline_now, expected = _timed(lambda: [case.baseline(content) for content in case.contents])
        if number:  # the first round fills caches
            ours.append(ours_now)
            baseline.append(baseline_now)
    in_milliseconds = 1000 / len(case.contents)
    recall, wrong = _recall(found, case.known)
    return Timing(
        case.name,
        case.baseline_name,
        statistics.median(ours) * in_milliseconds,
        statistics.median(baseline) * in_milliseconds,
        recall,
        _recall([v for v in expected if v is not None], case.known)[0] if expected[0] is not None else None,
        wrong,
    )


def _timed(read: Callable[[], list[_Result]]) -> tuple[float, list[_Result]]:
    """Seconds of CPU, and what is read; what the other way left behind is cleared away before."""
    gc.collect()
    begin = time.process_time()
    result = read()
    return time.process_time() - begin, result


def _recall(found: Sequence[Values], known: Sequence[Values]) -> tuple[float, int]:
    right = sum(1 for values, right in zip(found, known, strict=True) for key in right if values.get(key) == right[key])
    wrong = sum(
        1 for values, right in zip(found, known, strict=True) for key in values if values[key] != right.get(key)
    )
    return right / sum(map(len, known)), wrong


def page(timings: Sequence[Timing]) -> str:
    """The table and the chart in Markdown."""
    lines = [
        "# Performance",
        "",
        "Written by `make bench`. CPU milliseconds per document on two shared cores; the ratios, taken in one run, are what "
        "counts. *Ours* is the whole reading: header, cells, inference and prose figures; a baseline gives cells only.",
        "",
        "| format | baseline | baseline ms | ours ms | baseline / ours | recall ours % | recall baseline % | wrong cells, ours |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for t in timings:
        theirs = "–" if t.baseline_recall is None else f"{100 * t.baseline_recall:.1f}"
        lines.append(
            f"| {t.name} | {t.baseline_name} | {t.baseline:.2f} | {t.ours:.2f} | {t.ratio:.2f} | "
            f"{100 * t.recall:.1f} | {theirs} | {t.wrong} |"
        )
    names = ", ".join(f'"{t.name} / {t.baseline_name}"' for t in timings)
    ratios = ", ".join(f"{t.ratio:.2f}" for t in timings)
    chart = [
        "```mermaid",
        "xychart-beta horizontal",
        '    title "Time of the baseline / our time"',
        f"    x-axis [{names}]",
    ]
    return "\n".join([*lines, "", *chart, f"    bar [{ratios}]", "```", ""])


if __name__ == "__main__":
    _reader = ReportReader(load_catalogue(SEEDS_DIRECTORY))
    _timings = [measure(_reader, case) for case in cases(_reader)]
    PAGE.write_text(page(_timings), encoding="utf-8")
    print(page(_timings))  # noqa: T201 - a command for people
