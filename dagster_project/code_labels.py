"""What codes are called in both languages: the seed ``code_labels``, for whatever shows codes to people.

Belongs here: reading the seed. Doesn't belong here: labels of lines, columns, measures and identities, which the
catalogue and its dimensions have.
"""

import csv
from functools import cache
from typing import NamedTuple

from dagster_project.settings import SEEDS_DIRECTORY


class CodeLabel(NamedTuple):
    """A code's name."""

    chinese: str
    english: str


@cache
def code_labels(column: str) -> dict[str | None, CodeLabel]:
    """The labels of a column's codes in the order of lists; under None what a missing code is called, if it may be."""
    with (SEEDS_DIRECTORY / "code_labels.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["sort_order"]))
    return {
        row["code"] or None: CodeLabel(row["label_zh"], row["label_en"]) for row in rows if row["column_name"] == column
    }
