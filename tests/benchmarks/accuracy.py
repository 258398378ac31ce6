"""``make accuracy``: what is read of every document whose figures are known, written to ``docs/accuracy.md``.

Belongs here: comparing cells with hand-read figures, and with the figures that the tests' own writers
print in each layout and format. Doesn't belong here: thresholds (``tests.warehouse.test_gold``), or any
text of a real report: figures and names of files only.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random

from dagster_project.settings import PROJECT_DIRECTORY, SEEDS_DIRECTORY
from extract import Document, Report, ReportReader, load_catalogue
from tests import office_writers, pdf_writer, web_writer
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import LAYOUTS

PAGE = PROJECT_DIRECTORY / "docs" / "accuracy.md"
SHARED = PROJECT_DIRECTORY.parent / "shared"
#: Written documents of each layout and format: their figures, and how many of the cells are empty.
SEEDS, SHARES_EMPTY = range(4), (0, 0.05, 0.5)

Values = dict[tuple[str, str], Decimal]


@dataclass
class Score:
    """How a document was read, in cells: ``printed`` are those with a known figure."""

    printed: int = 0
    read: int = 0
    wrong: int = 0
    inferred: int = 0
    ambiguous: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def recall(self) -> str:
        """The share of the printed cells that was read right, in per cent."""
        return f"{100 * self.read / self.printed:.2f}" if self.printed else "–"


@dataclass(frozen=True)
class Result:
    """One document, or several written ones of a kind, with what came of it."""

    name: str
    format: str
    layout: str
    outcome: str
    score: Score


def score(reader: ReportReader, document: Document, known: Values) -> tuple[Score, Report | None]:
    """The score of one document against the figures known of it."""
    outcome = reader.read(document)
    if not isinstance(outcome, Report):
        return Score(printed=len(known)), None
    values = {(c.line or "", c.column or ""): c.value for c in outcome.cells if c.value is not None}
    right = sum(1 for key, value in known.items() if values.get(key) == value)
    wrong = sum(1 for key, value in values.items() if known.get(key) != value)
    inferred = sum(1 for cell in outcome.cells if cell.inferred_value is not None)
    ambiguous = sum(1 for cell in outcome.cells if cell.reading == "ambiguous")
    return Score(len(known), right, wrong, inferred, ambiguous), outcome


def real_results(reader: ReportReader, folder: Path) -> Iterator[Result]:
    """The documents of a folder with hand-read figures, one result each."""
    gold: dict[str, Values] = defaultdict(dict)
    with (folder / "gold_cells.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["value"]:
                gold[row["document"]][row["line"], row["column"]] = Decimal(row["value"])
    for path in sorted(p for p in folder.iterdir() if p.suffix != ".csv"):
        known = gold.get(path.name) or gold[path.name.split(".")[0]]
        points, report = score(reader, Document(f"file:///{path.name}", path.read_bytes()), known)
        outcome = "refused" if report is None else "read" if report.tables_read else "no tables"
        yield Result(path.name, path.suffix[1:], report.layout if report else "none", outcome, points)


def written_results(reader: ReportReader) -> Iterator[Result]:
    """Documents that the tests' writers print, all of a kind in one result."""
    writer = ReportWriter(reader.catalogue)
    kinds: dict[str, tuple[str, Callable[[Written], bytes]]] = {
        f"text, {name}": (".txt", lambda written, layout=layout: writer.text(written, layout).encode())
        for name, layout in LAYOUTS.items()
    }
    kinds |= {
        "web page": (".html", lambda written: web_writer.page(writer.blocks(written))),
        "web page, words in pieces": (
            ".html",
            lambda written: web_writer.page(writer.blocks(written), cell=web_writer.pieces, nested=True),
        ),
        "web page, spans that don't line up": (
            ".html",
            lambda written: web_writer.page(writer.blocks(written), spans_line_up=False),
        ),
        "Word": (".docx", lambda written: office_writers.docx(writer.blocks(written))),
        "spreadsheet": (".xlsx", lambda written: office_writers.xlsx(writer.blocks(written))),
        "PDF": (".pdf", lambda written: pdf_writer.pdf(writer.blocks(written))),
    }
    for name, (suffix, write) in kinds.items():
        for share in SHARES_EMPTY:
            scores = list(map(partial(_written_score, reader, writer, write, suffix, share), SEEDS))
            total = sum((points for points, _ in scores), Score())
            layout = next((layout for _, layout in scores if layout), "none")
            yield Result(f"{name}, {share:.0%} empty", suffix[1:], layout, f"{len(scores)} written", total)


def _written_score(
    reader: ReportReader, writer: ReportWriter, write: Callable[[Written], bytes], suffix: str, share: float, seed: int
) -> tuple[Score, str | None]:
    random = Random(seed)
    form = ("2019", "2021")[seed % 2]
    figures = {key: "" if random.random() < share else text for key, text in writer.balanced(form, random).items()}
    factor = {("administrative_fees", "amount"): 10000} if form == "2021" else {}
    known = {key: Decimal(text) * factor.get(key, 1) for key, text in figures.items() if text}
    points, report = score(reader, Document(f"file:///written{suffix}", write(Written(figures, form))), known)
    return points, report.layout if report else None


def page(results: dict[str, list[Result]]) -> str:
    """The whole page in Markdown: totals by layout and format of the real documents, then every result."""
    real = [result for name, group in results.items() if name != WRITTEN for result in group]
    parts = [
        "# Accuracy\n",
        "Written by `make accuracy`; the tests check that it is current where the real reports are at hand. *Printed* are "
        "the cells with a figure known by hand (or by the writer), *read* those read right, *wrong* those read as "
        "another figure or where none is printed, *inferred* those that the identities tell (marked, beside the print), "
        "*ambiguous* the printed figures whose line or column can't be told: they are kept without a place.\n",
        "## Real and re-authored reports, by layout\n",
        _table("layout", _sums(real, lambda result: result.layout)),
        "## Real and re-authored reports, by format\n",
        _table("format", _sums(real, lambda result: result.format)),
    ]
    for name, group in results.items():
        parts += [f"## {name}\n", _table("document", ((r.name, r.layout, r.outcome, r.score) for r in group))]
    return "\n".join(parts)


def _sums(results: Iterable[Result], key: Callable[[Result], str]) -> Iterator[tuple[str, str, str, Score]]:
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[key(result)].append(result)
    for name, group in sorted(groups.items()):
        layouts = ", ".join(sorted({result.layout for result in group}))
        yield name, layouts, f"{len(group)} documents", sum((result.score for result in group), Score())


def _table(first: str, rows: Iterable[tuple[str, str, str, Score]]) -> str:
    lines = [
        f"| {first} | layout | outcome | printed | read | wrong | inferred | ambiguous | recall % |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, layout, outcome, s in rows:
        figures = f"{s.printed} | {s.read} | {s.wrong} | {s.inferred} | {s.ambiguous} | {s.recall}"
        lines.append(f"| {name} | {layout} | {outcome} | {figures} |")
    return "\n".join(lines) + "\n"


WRITTEN = "Written by the tests"


def all_results() -> dict[str, list[Result]]:
    """All results, by where the documents come from."""
    reader = ReportReader(load_catalogue(SEEDS_DIRECTORY))
    folders = {f"Beside the project: {name}": SHARED / name for name in ("seeds", "reports")}
    results = {name: list(real_results(reader, folder)) for name, folder in folders.items() if folder.is_dir()}
    return results | {WRITTEN: list(written_results(reader))}


if __name__ == "__main__":
    PAGE.write_text(page(all_results()), encoding="utf-8")
    print(f"Written: {PAGE.relative_to(PROJECT_DIRECTORY)}")  # noqa: T201 - a command for people
