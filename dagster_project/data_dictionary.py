"""The data dictionary: all tables and columns of the warehouse with their descriptions, from dbt's manifest.

``python -m dagster_project.data_dictionary`` writes it; a test keeps it current.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from dagster_project.dbt_runner import load_manifest
from dagster_project.settings import PROJECT_DIRECTORY, Settings

DICTIONARY = PROJECT_DIRECTORY / "docs" / "data_dictionary.md"
SCHEMAS = ("marts", "quality", "staging", "catalogue", "intermediate")


def data_dictionary(manifest: Mapping[str, Any]) -> str:
    """The dictionary as Markdown: a section for each schema, a table for each table."""
    nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
    tables = [node for node in nodes if node["resource_type"] in {"model", "seed", "source"}]
    parts = ["# Data dictionary", "Generated from dbt by `make docs`; don't edit."]
    for schema in SCHEMAS:
        parts.append(f"## {schema}")
        in_schema = sorted((table for table in tables if table["schema"] == schema), key=lambda table: table["name"])
        parts += [text for table in in_schema for text in _table(table)]
    return "\n\n".join(parts) + "\n"


def _table(table: Mapping[str, Any]) -> Iterable[str]:
    yield f"### {table['schema']}.{table['name']}"
    yield table["description"]
    rows = [
        f"| `{name}` | {column.get('data_type') or ''} | {_one_line(column['description'])} |"
        for name, column in table["columns"].items()
    ]
    yield "\n".join(["| column | type | meaning |", "| --- | --- | --- |", *rows])


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    DICTIONARY.parent.mkdir(exist_ok=True)
    DICTIONARY.write_text(data_dictionary(load_manifest(Settings.from_environment())), encoding="utf-8")
