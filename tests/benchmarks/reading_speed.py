"""``make bench``: what reading a report takes, beside the usual way for its format, in one run.

The documents are written by the tests' own writers, with the prose, menus and markup of a real page, and figures of
their own in tables and prose. Each is read once: what readers remember of forms and labels serves them, what they
might remember of a document doesn't. CPU time of the whole reading (header, cells, prose figures) against the
baseline's cells; both in turn, so that a busy machine slows both. As in a build documents are read together, stage by
stage, come with their hash, which the landing store has compared, and garbage is collected seldom. The page is written to ``docs/performance.md``.
Belongs here: measuring. Nothing is asserted: a timed test is noise.
"""

import gc
import hashlib
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import count
from operator import truediv
from random import Random
from statistics import median
from typing import TypeVar

from dagster_project.reading.worker import collect_seldom
from dagster_project.settings import PROJECT_DIRECTORY, SEEDS_DIRECTORY
from extract import Document, Rejection, Report, ReportReader, load_catalogue
from extract.together import read_together
from tests import office_writers, pdf_writer, web_writer
from tests.benchmarks import baselines
from tests.benchmarks.baselines import LineParser, TableMapping, Values
from tests.report_writer import SCRIPTS, ReportWriter, Written
from tests.text_layouts import LAYOUTS

PAGE = PROJECT_DIRECTORY / "docs" / "performance.md"
#: Documents of a format in each round; the first round fills what readers remember of labels and forms.
DOCUMENTS, ROUNDS = 20, 16

#: The prose of a report, with room for its figures.
OVERVIEW = (
    "2023年,本局按照规定推进公开工作,全年在网站发布信息{}条,较上年增长{}.5%。",
    "全年收到政府信息公开申请{}件,其中自然人申请{}件,均已在法定期限内答复。",
    "加强平台建设,更新栏目{}个,回应留言{}条,办理建议提案{}件。",
    "落实监督保障,组织培训{}次,参加人员{}人次。",
)
CLOSING = ("2023年,本局未收取政府信息公开信息处理费。", "无其他需要报告的事项。")


_Result = TypeVar("_Result")
_OURS = "ours"
#: What reads documents.
Read = Callable[[Sequence[Document]], Sequence[Report | Rejection | Values | None]]


@dataclass(frozen=True)
class Case:
    """A format: how its documents are written, and by name what reads them in other ways.

    ``write_for_baselines`` says how these are given the same reports, where not as we are.
    """

    name: str
    suffix: str
    write: Callable[[Written], bytes]
    baselines: Mapping[str, Read]
    write_for_baselines: Callable[[Written], bytes] | None = None


@dataclass(frozen=True)
class Timing:
    """Milliseconds of CPU per document, how many times ours the baseline's are, the shares of the figures read.

    Medians of the rounds, each by itself: the two of one round were taken in turn on the machine as it was just then.
    """

    name: str
    baseline_name: str
    ours: float
    baseline: float
    ratio: float
    recall: float
    baseline_recall: float | None
    wrong: int


def cases(reader: ReportReader) -> list[Case]:
    """The formats with their baselines."""
    writer = ReportWriter(reader.catalogue)
    margins = count()
    mapping, lines = TableMapping(reader.catalogue), LineParser(reader.catalogue)

    def text(written: Written, script: str = "simplified") -> bytes:
        return SCRIPTS[script](writer.text(written, LAYOUTS["pipe_per_line"])).encode()

    def web_page(written: Written, cell: web_writer.WriteCell = web_writer.word_markup) -> bytes:
        return web_writer.page(writer.blocks(written), cell=cell, nested=True)

    def web_page_of_its_own(written: Written) -> bytes:
        margin = f"margin:{next(margins)}pt"
        return web_page(written, lambda text: web_writer.word_markup(text).replace("margin:0cm", margin))

    pandas = {"pandas.read_html": _one_by_one(lambda d: baselines.read_html(mapping, d.content))}
    parser = {"the HTML parser alone": _one_by_one(lambda d: baselines.bare_parse(d.content))}
    return [
        Case(
            "text", ".txt", text, {"regular expressions, line by line": _one_by_one(lambda d: lines.values(d.content))}
        ),
        Case(
            "traditional script with pinyin",
            ".txt",
            lambda written: text(written, "traditional_pinyin"),
            {"the same in plain text": partial(_read_together, reader)},
            write_for_baselines=text,
        ),
        Case("web page", ".html", web_page, pandas | parser),
        Case("web page, markup not met before", ".html", web_page_of_its_own, pandas),
        Case(
            "Word",
            ".docx",
            lambda written: office_writers.docx(writer.blocks(written)),
            {"python-docx": _one_by_one(lambda d: baselines.python_docx(mapping, d.content))},
        ),
        Case(
            "PDF",
            ".pdf",
            lambda written: pdf_writer.pdf(writer.blocks(written)),
            {
                "pdfplumber, tables": _one_by_one(lambda d: baselines.pdf_plumber(mapping, d.content)),
                "pdfplumber, tables and text": _one_by_one(
                    lambda d: baselines.pdf_plumber(mapping, d.content, with_text=True)
                ),
            },
        ),
    ]


def _written(writer: ReportWriter, random: Random) -> Written:
    figures = writer.balanced("2021", random) | {("administrative_fees", "amount"): "0"}
    overview = [line.format(*random.choices(range(1, 400), k=line.count("{"))) for line in OVERVIEW * 3]
    return Written(figures, overview=overview, closing=CLOSING)


def _document(suffix: str, content: bytes) -> Document:
    """A document as the landing store hands it out: it has compared the hash."""
    return Document(f"file:///report{suffix}", content, known_sha256=hashlib.sha256(content).hexdigest())


def _values(outcome: Report | Rejection | Values) -> Values:
    if isinstance(outcome, dict):
        return outcome
    cells = outcome.cells if isinstance(outcome, Report) else ()
    return {(c.line or "", c.column or ""): c.value for c in cells if c.value is not None}


def measure(reader: ReportReader, case: Case, random: Random) -> list[Timing]:
    """Read the documents of a case in all ways, round by round in turn."""
    writer = ReportWriter(reader.catalogue)
    ways: dict[str, Read] = {_OURS: partial(_read_together, reader), **case.baselines}
    times: dict[str, list[float]] = {name: [] for name in ways}
    found: dict[str, list[Values]] = {name: [] for name in ways}
    known: list[Values] = []
    for number in range(ROUNDS + 1):
        reports = [_written(writer, random) for _ in range(DOCUMENTS)]
        known += [{key: Decimal(text) for key, text in written.figures.items()} for written in reports]
        ours = others = [_document(case.suffix, case.write(written)) for written in reports]
        if case.write_for_baselines:
            others = [_document(case.suffix, case.write_for_baselines(written)) for written in reports]
        for name, read in ways.items():
            documents = ours if name == _OURS else others
            time_now, outcomes = _timed(partial(read, documents))
            found[name] += [_values(outcome) for outcome in outcomes if outcome is not None]
            if number:  # the first round fills caches
                times[name].append(1000 * time_now / DOCUMENTS)
    recall, wrong = _recall(found[_OURS], known)
    return [
        Timing(
            case.name,
            name,
            median(times[_OURS]),
            median(times[name]),
            median(map(truediv, times[name], times[_OURS])),
            recall,
            _recall(found[name], known)[0] if found[name] else None,
            wrong,
        )
        for name in case.baselines
    ]


def _read_together(reader: ReportReader, documents: Sequence[Document]) -> Sequence[Report | Rejection]:
    return read_together(map(reader.stages, documents))


def _one_by_one(read: Callable[[Document], Values | None]) -> Read:
    return lambda documents: [read(document) for document in documents]


def _timed(read: Callable[[], _Result]) -> tuple[float, _Result]:
    """Seconds of CPU, and what is read; what the other ways left behind is cleared away before."""
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
        "Written by `make bench`. CPU milliseconds per document on two shared cores, and how many times ours the baseline's "
        f"are: medians of {ROUNDS} rounds, each ratio of the two in one round, one after the other, since the machine's "
        "speed changes from minute to minute. "
        "The ratios are what counts. *Ours* is the whole reading: header, cells, inference and prose "
        "figures; a baseline gives cells only, and where it says so the text that header and prose stand in. "
        "As in a build documents are read together, stage by stage (a baseline has one stage), come with their hash, and "
        "garbage is collected seldom, for both. The "
        "documents of a format have one layout, as those of one site have, so that their tables are known after the second; one "
        "line is of pages whose markup is each its own, as is that of a table in which other cells are blank than before. "
        f"Measured with CPython {platform.python_version()} ({platform.python_compiler()}).",
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
    collect_seldom()
    _timings = [
        timing for number, case in enumerate(cases(_reader)) for timing in measure(_reader, case, Random(number))
    ]
    PAGE.write_text(page(_timings), encoding="utf-8")
    print(page(_timings))  # noqa: T201 - a command for people
