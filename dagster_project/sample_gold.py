"""What the reader makes of the bundled sample reports, against their known figures.

Belongs here: reading the samples and comparing them cell by cell, within every build. Doesn't belong here: real
documents and the published accuracy (``tests.benchmarks.accuracy``), or what follows from a drop (``expectations``).
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from extract import Document, Report, ReportReader

#: A cell of a document: its file name, line and column.
CellKey = tuple[str, str, str]
#: What it says, and the unit of that.
Figure = tuple[Decimal, str | None]


@dataclass(frozen=True)
class GoldScore:
    """Gold figures in number, how many were read as they are printed, and how many figures were read that aren't.

    ``fingerprint`` names the gold file and the samples: scores of different ones don't compare.
    """

    figures: int
    read: int
    wrong: int
    fingerprint: str


def score_samples(reader: ReportReader, samples: Path, gold: Path) -> GoldScore | None:
    """The score of a reader on the sample reports; None where the project came without them."""
    if not gold.is_file():
        return None
    documents = sorted(path for path in samples.iterdir() if path.is_file())
    digest = hashlib.sha256(gold.read_bytes())
    found: dict[CellKey, Figure] = {}
    for path in documents:
        content = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + content)
        found |= _figures(reader, Document(path.name, content))
    expected = dict(_gold(gold))
    read = sum(1 for key, figure in expected.items() if found.get(key) == figure)
    wrong = sum(1 for key, figure in found.items() if expected.get(key) != figure)
    return GoldScore(len(expected), read, wrong, digest.hexdigest()[:16])


def _figures(reader: ReportReader, document: Document) -> dict[CellKey, Figure]:
    """The printed figures of a document; none where it is refused, or where the reader fails."""
    try:
        outcome = reader.read(document)
    except Exception:  # a fault of ours is a drop in recall, which a rule looks at
        return {}
    cells = outcome.cells if isinstance(outcome, Report) else ()
    return {
        (document.source_uri, cell.line, cell.column): (cell.value, cell.unit)
        for cell in cells
        if cell.line and cell.column and cell.value is not None
    }


def _gold(path: Path) -> Iterator[tuple[CellKey, Figure]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield (row["document"], row["line"], row["column"]), (Decimal(row["value"]), row["unit"])
