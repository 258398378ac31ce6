"""`python -m tests.benchmarks.first_pass`: what the first pass turns away of a crawl, how fast, and whether it misses.

The pages are ``tests.benchmarks.haystack``'s. Every twentieth is read in full, too: the ratio is of those pages in one
run, CPU time against CPU time. What the reader takes and the first pass doesn't is a miss, also among those. Real
reports are read where they lie beside the project. Belongs here: measuring. Nothing is asserted.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dagster_project.settings import PROJECT_DIRECTORY, SAMPLE_REPORTS, SEEDS_DIRECTORY
from extract import Catalogue, Document, Report, ReportReader, load_catalogue
from extract.first_pass import FirstPass
from tests.benchmarks.haystack import NEAR_MISSES, QUOTES, pages

PAGES = 100_000
#: One of so many pages is read in full.
READ_ONE_OF = 20
FOLDERS = (
    SAMPLE_REPORTS,
    PROJECT_DIRECTORY.parent / "shared" / "reports",
    PROJECT_DIRECTORY.parent / "shared" / "seeds",
)


def main() -> None:
    """Print what was turned away by kind of page, the times, and what was missed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=PAGES)
    count = arguments.parse_args().pages
    catalogue = load_catalogue(SEEDS_DIRECTORY)
    for line in (*of_haystack(catalogue, count), *of_reports(catalogue)):
        print(line, flush=True)  # noqa: T201


def of_haystack(catalogue: Catalogue, count: int) -> Iterator[str]:
    """What became of the pages, and what it took."""
    first_pass, reader = FirstPass(catalogue), ReportReader(catalogue)
    seen, turned_away, missed = Counter[str](), Counter[str](), 0
    seconds = size = 0.0
    compared = {"first pass": 0.0, "reader": 0.0}
    for number, page in enumerate(pages(catalogue, count, seed=1)):
        start = time.process_time()
        is_candidate = first_pass.decide(page.document).is_candidate
        took = time.process_time() - start
        seconds, size = seconds + took, size + len(page.document.content)
        seen[page.kind] += 1
        turned_away[page.kind] += not is_candidate
        if number % READ_ONE_OF == 0:
            start = time.process_time()
            outcome = reader.read(page.document)
            compared["reader"] += time.process_time() - start
            compared["first pass"] += took
            missed += isinstance(outcome, Report) and not is_candidate
    near_misses = NEAR_MISSES | QUOTES
    for kind in sorted(seen, key=lambda kind: (kind not in near_misses, kind)):
        share = turned_away[kind] / seen[kind]
        yield f"{'near miss' if kind in near_misses else 'ordinary':10}{kind:20} {seen[kind]:7} {share:8.2%} turned away"
    near = sum(seen[kind] for kind in near_misses)
    yield f"all {count} pages, {near} near misses: {turned_away.total() / count:.2%} turned away (at least 99 %)"
    yield f"{1e6 * seconds / count:.0f} us a page of {size / count / 1024:.1f} KiB, {size / seconds / 1e6:.0f} MB/s"
    yield (
        f"reader {1e6 * compared['reader'] / (count / READ_ONE_OF):.0f} us a page; "
        f"first pass {compared['reader'] / compared['first pass']:.1f} times as fast (at least 20)"
    )
    yield f"reports of the reader among the pages that the first pass turned away: {missed}"


def of_reports(catalogue: Catalogue) -> Iterator[str]:
    """What of the reports that the reader takes would be turned away."""
    first_pass, reader = FirstPass(catalogue), ReportReader(catalogue)
    for folder in FOLDERS:
        paths = [path for path in sorted(folder.glob("*")) if path.suffix != ".csv"]
        documents = [Document(f"https://www.example.cn/{path.name}", path.read_bytes()) for path in paths]
        reports = [document for document in documents if isinstance(reader.read(document), Report)]
        missed = [document.source_uri for document in reports if not first_pass.decide(document).is_candidate]
        yield f"{Path(folder).name}: {len(reports)} reports, missed: {', '.join(missed) or 'none'}"


if __name__ == "__main__":
    main()
