"""What codes are called: every code that the warehouse has, in both languages."""

from itertools import chain
from pathlib import Path

import duckdb
import pytest

from dagster_project.code_labels import code_labels

COLUMNS = ("reporting_scope", "quality_status", "timeliness")


@pytest.mark.parametrize("column", COLUMNS)
def test_every_code_has_a_name(sample_warehouse: Path, column: str) -> None:
    query = f"select schema_name, table_name from duckdb_columns() where column_name = '{column}'"
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        tables = connection.execute(f"{query} and schema_name in ('marts', 'quality')").fetchall()
        found = set(chain(*(connection.execute(f"select {column} from {s}.{t}").fetchall() for s, t in tables)))
    assert tables
    codes = {code for (code,) in found}
    assert codes <= set(code_labels(column))


@pytest.mark.parametrize("column", COLUMNS)
def test_names_are_in_both_languages_and_differ(column: str) -> None:
    labels = list(code_labels(column).values())
    assert all("\u4e00" <= label.chinese[0] <= "\u9fff" and label.english.isascii() for label in labels)
    assert len(set(labels)) == len(labels) > 2
