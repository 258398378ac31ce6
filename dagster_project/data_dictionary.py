"""The data dictionary: all tables and columns of the warehouse with their descriptions, from dbt's manifest.

``python -m dagster_project.data_dictionary`` writes it; a test keeps it current.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from dagster_project.dbt_project import load_manifest
from dagster_project.settings import PROJECT_DIRECTORY, Settings

DICTIONARY = PROJECT_DIRECTORY / "docs" / "data_dictionary.md"
SCHEMAS = ("marts", "quality", "staging", "catalogue", "intermediate")


def data_dictionary(manifest: Mapping[str, Any]) -> str:
    """The dictionary as Markdown: a section for each schema, a table for each table, a column for each language."""
    nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
    tables = [node for node in nodes if node["resource_type"] in {"model", "seed", "source"}]
    parts = [
        "# Data dictionary / 数据字典",
        "Generated from dbt by `make docs`; don't edit.",
        "由 dbt 的说明生成（`make docs`），请勿手工修改。",
    ]
    for schema in SCHEMAS:
        parts.append(f"## {schema}")
        in_schema = sorted((table for table in tables if table["schema"] == schema), key=lambda table: table["name"])
        parts += [text for table in in_schema for text in _table(table)]
    return "\n\n".join(parts) + "\n"


def in_both_languages(description: str) -> tuple[str, str]:
    """The English and the Chinese of a description, each on one line; the Chinese is empty where there is none."""
    english, _, chinese = " ".join(description.split()).partition(" / ")
    return english, chinese


def _table(table: Mapping[str, Any]) -> Iterable[str]:
    yield f"### {table['schema']}.{table['name']}"
    yield from filter(None, in_both_languages(table["description"]))
    rows = [
        _row(f"`{name}`", column.get("data_type") or "", *in_both_languages(column["description"]))
        for name, column in table["columns"].items()
    ]
    yield "\n".join([_row("column", "type", "meaning", "含义"), _row(*["---"] * 4), *rows])


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    DICTIONARY.parent.mkdir(exist_ok=True)
    DICTIONARY.write_text(data_dictionary(load_manifest(Settings.from_environment())), encoding="utf-8")
