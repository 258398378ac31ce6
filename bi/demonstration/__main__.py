"""``python -m bi.demonstration --reports DIR``: writes the invented reports as one shard of JSON lines."""

import argparse
import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from bi.demonstration.agencies import INVENTED, Agency, agencies
from bi.demonstration.figures import History, misprint
from bi.demonstration.text import DemonstrationText
from dagster_project.settings import SEEDS_DIRECTORY
from extract import load_catalogue
from extract.catalogue.model import Catalogue

YEARS = range(2019, 2026)
FIRST_YEAR_OF_NEW_FORM = 2021
SHARD = "demonstration.jsonl"
#: The same reports every time.
SEED = 20190515


def shares(random: Random) -> dict[str, bool]:
    """What goes wrong with one report: not published, no date, late, a misprint."""
    likely = {"missing": 0.06, "undated": 0.05, "late": 0.07, "misprinted": 0.05}
    return {fault: random.random() < share for fault, share in likely.items()}


def published_on(year: int, is_late: bool, random: Random) -> str:
    """A day in January, when reports are due, or one of the months after it."""
    first = date(year + 1, 2 if is_late else 1, 2)
    return (first + timedelta(days=random.randrange(90 if is_late else 29))).isoformat()


def reports_of(agency: Agency, catalogue: Catalogue, text: DemonstrationText) -> Iterator[dict[str, str]]:
    """One document for each year that the organ published a report of."""
    random = Random(f"{SEED} {agency.name} {agency.region_code}")
    history = History(catalogue, agency.size, random)
    for year in YEARS:
        form = "2021" if year >= FIRST_YEAR_OF_NEW_FORM else "2019"
        figures = history.year(form)
        faults = shares(random)
        day = None if faults["undated"] else published_on(year, faults["late"], random)
        if faults["missing"]:
            continue
        if faults["misprinted"]:
            figures = dict(figures)
            misprint(figures, random)
        organ = "government" if agency.is_government else agency.name.partition(INVENTED)[2]
        yield {
            # .invalid is reserved: the address can never lead anywhere
            "source_uri": f"https://demonstration.invalid/{agency.region_code}/{organ}/{year}.md",
            "media_type": "text/markdown",
            "content": text.report(agency, year, form, figures, day),
        }


def write(folder: Path, limit: int | None = None) -> int:
    """Write the shard into ``folder``, which is made; how many reports it holds."""
    catalogue = load_catalogue(SEEDS_DIRECTORY)
    text = DemonstrationText(catalogue)
    folder.mkdir(parents=True, exist_ok=True)
    chosen = islice(agencies(SEEDS_DIRECTORY), limit)
    reports = [report for agency in chosen for report in reports_of(agency, catalogue, text)]
    lines = (json.dumps(report, ensure_ascii=False) + "\n" for report in reports)
    (folder / SHARD).write_text("".join(lines), encoding="utf-8")
    return len(reports)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Write invented reports for the dashboards.")
    parser.add_argument("--reports", type=Path, required=True)
    print(f"{write(parser.parse_args().reports)} invented reports")


if __name__ == "__main__":
    main()
