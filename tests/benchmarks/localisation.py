"""How well wrong cells are found, and how fast: ``python -m tests.benchmarks.localisation`` writes ``docs/localisation.md``.

Belongs here: generated reports with known faults, what the localisation says of them, and its time beside a
baseline. Doesn't belong here: thresholds (``tests.expectations.test_localisation``).
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import polars as pl

from dagster_project.settings import PROJECT_DIRECTORY, SEEDS_DIRECTORY
from expectations.localisation import enforced_terms, localise
from expectations.localisation.solver import Solver
from expectations.localisation.system import System
from extract import Catalogue, load_catalogue
from tests.corruptions import KINDS, SLIPS, Key, corrupted
from tests.report_writer import ReportWriter

PAGE = PROJECT_DIRECTORY / "docs" / "localisation.md"
REPORTS, TIMED_REPORTS, BASELINE_REPORTS, BLANK_REPORTS = 1000, 10_000, 40, 500
#: Section 4: a figure there stands in one identity only.
LINES_OF_ONE_IDENTITY = frozenset({"administrative_review", "litigation_direct", "litigation_after_review"})
#: Verdicts, the best first.
VERDICTS = ("unique", "first", "tied", "other", "not found", "nothing breaks")


@dataclass(frozen=True)
class Case:
    """A generated report: its printed figures, and the wrong cells with what they should say and what they say."""

    name: str
    kind: str
    figures: dict[Key, str]
    wrong: dict[Key, tuple[str, str]]


def cases(writer: ReportWriter, count: int, wrong_cells: Sequence[int] = (1, 2, 3), seed: int = 0) -> Iterator[Case]:
    """Fully printed reports of both forms, in turn with so many wrong cells and by each kind of slip."""
    for number in range(count):
        random = Random(seed + number)
        figures = writer.balanced(("2019", "2021")[number % 2], random)
        count_wrong = wrong_cells[number % len(wrong_cells)]
        kinds = KINDS if count_wrong > 1 else tuple(SLIPS)
        kind = kinds[number // len(wrong_cells) % len(kinds)]
        wrong = corrupted(writer, figures, kind, count_wrong, random)
        yield Case(f"{number:06d}", kind, figures | {key: text for key, (_, text) in wrong.items()}, wrong)


def cells_frame(catalogue: Catalogue, generated: Iterable[Case]) -> pl.DataFrame:
    """The printed cells of sections 3 and 4, as ``localise`` takes them."""
    rows = [
        (case.name, *key, text)
        for case in generated
        for key, text in case.figures.items()
        if catalogue.section_of_line(key[0]) in (3, 4)
    ]
    frame = pl.DataFrame(rows, schema=["report_id", "line", "column", "printed_value"], orient="row")
    return frame.with_columns(pl.col("printed_value").cast(pl.Decimal(24, 6)))


def verdicts(generated: Iterable[Case], explanations: pl.DataFrame, terms: pl.DataFrame) -> dict[str, str]:
    """By case what was said of its wrong cells: the worst of its parts, one of ``VERDICTS``.

    *unique*: the part has no other explanation. *first*: evidence puts it before the others. *tied*: others are as
    good. *other*: fewer cells, or others, explain the same.
    """
    parts: dict[str, dict[int, dict[int, list[dict]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for row in explanations.iter_rows(named=True):
        parts[row["report_id"]][row["part_no"]][row["explanation_no"]].append(row)
    return {
        case.name: _verdict(case, parts[case.name]) if case.name in parts else _unexplained(case, terms)
        for case in generated
    }


def _unexplained(case: Case, terms: pl.DataFrame) -> str:
    return "not found" if breaks(case, terms) else "nothing breaks"


def _verdict(case: Case, parts: dict[int, dict[int, list[dict]]]) -> str:
    true = {key: int(meant) for key, (meant, _) in case.wrong.items()}
    found: list[str] = []
    explained: set[Key] = set()
    for explanations in parts.values():
        right = [
            rows
            for rows in explanations.values()
            if all(true.get((row["line"], row["column"])) == row["proposed"] for row in rows)
        ]
        if not right:
            return "other"
        explained |= {(row["line"], row["column"]) for row in right[0]}
        firsts = sum(rows[0]["evidence_rank"] == 1 for rows in explanations.values())
        is_first = right[0][0]["evidence_rank"] == 1 and firsts == 1
        found.append("unique" if len(explanations) == 1 else "first" if is_first else "tied")
    return max(found, key=VERDICTS.index) if explained == set(true) else "other"


def breaks(case: Case, terms: pl.DataFrame) -> bool:
    """Whether an identity of the case doesn't hold: wrong cells can make up for each other."""
    change = {key: int(says) - int(meant) for key, (meant, says) in case.wrong.items()}
    sums: Counter[tuple[str, str]] = Counter()
    for identity, scope, sign, *key in terms.select("identity", "scope", "sign", "line", "column").iter_rows():
        sums[identity, scope] += sign * change.get((key[0], key[1]), 0)
    return any(sums.values())


def located(writer: ReportWriter, generated: Sequence[Case]) -> pl.DataFrame:
    """The explanations of the cases."""
    return localise(enforced_terms(writer.catalogue), cells_frame(writer.catalogue, generated))


def page(writer: ReportWriter) -> str:
    """The whole page in Markdown."""
    generated = list(cases(writer, REPORTS * 3))
    explanations = located(writer, generated)
    said = verdicts(generated, explanations, enforced_terms(writer.catalogue))
    least = dict(
        explanations.group_by("report_id", "part_no")
        .agg(pl.col("cells_in_explanation").first())
        .group_by("report_id")
        .agg(pl.col("cells_in_explanation").sum())
        .iter_rows()
    )
    parts = [INTRODUCTION.format(count=len(generated)), *_summary(generated, said, least)]
    for count in (1, 2, 3):
        chosen = [case for case in generated if len(case.wrong) == count]
        parts.append(f"## Wrong cells: {count}\n")
        parts.append(_table((kind, [said[c.name] for c in chosen if c.kind == kind]) for kind in KINDS))
    searches = Counter(explanations.select("report_id", "search").unique()["search"])
    parts.append("Searches: " + ", ".join(f"{name} {count}" for name, count in sorted(searches.items())) + ".\n")
    return "\n".join(parts)


def _summary(generated: Sequence[Case], said: dict[str, str], least: dict[str, int]) -> Iterator[str]:
    """Of reports whose table no fewer cells explain: how often the true ones are found."""
    for count in (1, 2, 3):
        chosen = [said[case.name] for case in generated if len(case.wrong) == count == least.get(case.name)]
        listed = [verdict for verdict in chosen if VERDICTS.index(verdict) < VERDICTS.index("other")]
        in_two = [
            said[case.name]
            for case in generated
            if len(case.wrong) == count == least.get(case.name)
            and all(LINES_OF_ONE_IDENTITY.isdisjoint(key) for key in case.wrong)
        ]
        first = sum(verdict in ("unique", "first") for verdict in in_two)
        yield (
            f"- {count} wrong, and no fewer cells explain the table: {len(chosen)} reports; the true cells are among the "
            f"explanations in {len(listed)} ({len(listed) / len(chosen):.1%}), tied in {chosen.count('tied')}. With all "
            f"wrong cells in section 3, where each stands in two identities: {len(in_two)}, unique or first in {first} "
            f"({first / len(in_two):.1%})."
        )
    yield ""


INTRODUCTION = """# Localisation of wrong cells

Written by `python -m tests.benchmarks.localisation`. {count} generated reports, fully printed, whose identities all
held before one to three cells of sections 3 and 4 were made wrong, each report by one kind of slip. *Unique*: the true
cells with their true figures are the only smallest explanation. *First*: there are others, and evidence puts the true
one first. *Tied*: there are others as good, as always in section 4, where a figure stands in one identity only. *Other*:
fewer cells explain the table, or the wrong cells make up for each other. *Nothing breaks*: every identity holds.
"""


def _table(rows: Iterable[tuple[str, list[str]]]) -> str:
    """A line for each kind that occurs."""
    lines = [f"| kind | reports | {' | '.join(VERDICTS)} |", "| --- |" + " ---: |" * (len(VERDICTS) + 1)]
    for kind, said in (row for row in rows if row[1]):
        counts = Counter(said)
        lines.append(f"| {kind} | {len(said)} | {' | '.join(str(counts[verdict]) for verdict in VERDICTS)} |")
    return "\n".join(lines) + "\n"


def times(writer: ReportWriter) -> Iterator[str]:
    """What a report takes, beside the solver alone on the same tables in the same run."""
    generated = list(cases(writer, TIMED_REPORTS, seed=REPORTS * 10))
    terms, frame = enforced_terms(writer.catalogue), cells_frame(writer.catalogue, generated)
    start = time.perf_counter()
    localise(terms, frame)
    ours = time.perf_counter() - start
    baseline = solver_alone(terms, generated[:: TIMED_REPORTS // BASELINE_REPORTS])
    yield f"localise           {1000 * ours / TIMED_REPORTS:8.2f} ms a report ({TIMED_REPORTS}: {ours:.0f} s)"
    yield f"solver for all     {1000 * baseline:8.2f} ms a report (baseline, {BASELINE_REPORTS} reports)"
    yield f"ratio              {ours / TIMED_REPORTS / baseline:8.2f}"
    some = frame.filter(pl.col("report_id").is_in([case.name for case in generated[:BLANK_REPORTS]]))
    zero = (pl.col("printed_value") == 0) & (pl.int_range(pl.len()) % 2 == 0)
    start = time.perf_counter()
    localise(terms, some.with_columns(pl.when(~zero).then("printed_value").alias("printed_value")))
    blanks = (time.perf_counter() - start) / BLANK_REPORTS
    yield f"half the 0s blank  {1000 * blanks:8.2f} ms a report ({BLANK_REPORTS} reports)"


def solver_alone(terms: pl.DataFrame, generated: Sequence[Case]) -> float:
    """Seconds that the solver takes for a report, without single cells and algebra before it."""
    systems = [System.of_terms(own) for _, own in terms.group_by("section", maintain_order=True)]
    tables = []
    for case in generated:
        for system in systems:
            for cells, own in system.components(np.array([key in case.figures for key in system.keys])):
                values = np.array([float(case.figures[system.keys[cell]]) for cell in cells])
                if (own.matrix @ values).any():
                    tables.append((own, values))
    start = time.perf_counter()
    for own, values in tables:
        Solver(own, values, np.ones(len(values), dtype=bool)).explanations(100, 300)
    return (time.perf_counter() - start) / len(generated)


def main() -> None:
    """Write the page, then print the times."""
    writer = ReportWriter(load_catalogue(SEEDS_DIRECTORY))
    PAGE.write_text(page(writer), encoding="utf-8")
    for line in times(writer):
        print(line)  # noqa: T201


if __name__ == "__main__":
    main()
