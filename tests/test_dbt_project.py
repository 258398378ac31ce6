"""What holds of the dbt project as a whole: descriptions in both languages, names, layers, keys and contracts.

Belongs here: what its manifest tells. Doesn't belong here: what the models compute (dbt's own tests and unit tests).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.data_dictionary import DICTIONARY, data_dictionary, in_both_languages
from dagster_project.dbt_project import load_manifest
from dagster_project.settings import DBT_DIRECTORY, PROJECT_DIRECTORY, Settings

#: How the names of a layer's models begin.
PREFIXES = {"staging": ("stg_",), "intermediate": ("int_",), "marts": ("dim_", "fct_", "agg_"), "quality": ("",)}

#: A list of names that is neither a dimension nor a fact.
NAMES_OF_THEIR_OWN = {"agency_aliases"}

#: Whose tables the models of a layer read.
READS = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"intermediate", "seed"},
    "quality": {"intermediate", "seed"},
}

#: What reads past its layer, with the reason.
READS_ELSEWHERE = {
    ("rejected_documents", "stg_documents"): "documents that are no reports go no further than staging",
    ("int_leaves", "remainders"): "the facts hold the remainders that are listed, and no others",
    ("int_section_consistency", "identity_results"): "consistency is what the listed results say",
    ("publisher_scores", "identity_results"): "scores count what is listed",
    ("int_located_failures", "identity_results"): "what is located is a failure that is listed",
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Of the project as it stands; nothing is built."""
    return load_manifest(Settings((), tmp_path_factory.mktemp("parsed") / "parsed.duckdb"))


def tables(manifest: Mapping[str, Any], *kinds: str) -> list[Mapping[str, Any]]:
    nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
    return [node for node in nodes if node["resource_type"] in kinds]


def layer(node: Mapping[str, Any]) -> str:
    return node["fqn"][1] if node["resource_type"] == "model" else node["resource_type"]


def described(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Whatever has a description, with it."""
    for table in tables(manifest, "model", "seed", "source"):
        yield table["name"], table["description"]
        yield from ((f"{table['name']}.{name}", column["description"]) for name, column in table["columns"].items())
    yield from ((source["source_name"], source["source_description"]) for source in manifest["sources"].values())
    for kind in ("metrics", "semantic_models"):
        yield from ((node["name"], node["description"]) for node in manifest[kind].values())


def test_every_description_is_in_english_and_chinese(manifest: Mapping[str, Any]) -> None:
    """``English. / 中文。``: Chinese terms may stand in the English, and codes in the Chinese."""
    amiss = []
    for name, description in described(manifest):
        english, chinese = in_both_languages(description)
        of_english, of_chinese = r"^[`A-Z].*[a-z].*\.$", r"[\u4e00-\u9fff].*。$"
        if " / " in chinese or not re.search(of_english, english) or not re.search(of_chinese, chinese):
            amiss.append(f"{name}: {description}")
    assert amiss == []


def test_every_label_is_in_english_and_chinese(manifest: Mapping[str, Any]) -> None:
    """``English / 中文``, and no two alike: tools show a metric by its label alone."""
    labels = [node["label"] for kind in ("metrics", "exposures") for node in manifest[kind].values()]
    assert len(labels) > 40
    assert [label for label in labels if not re.fullmatch(r"[A-Z][ -~]*[A-Za-z] / [\u4e00-\u9fff][^ -~]*", label)] == []
    for labels_of_one_language in zip(*(label.split(" / ") for label in labels), strict=True):
        assert len(set(labels_of_one_language)) == len(labels)


def test_every_column_of_the_warehouse_is_described(manifest: Mapping[str, Any], sample_warehouse: Path) -> None:
    """In the database that it was built in, which has the views of the staging models too."""
    with duckdb.connect(str(Settings((), sample_warehouse).build_database), read_only=True) as connection:
        columns = connection.execute("select schema_name, table_name, column_name from duckdb_columns()").fetchall()
    declared = {
        (table["schema"], table["name"], column)
        for table in tables(manifest, "model", "seed", "source")
        for column in table["columns"]
    }
    schemas = {schema for schema, _, _ in declared}
    assert {column for column in columns if column[0] in schemas} == declared


def test_every_column_of_a_seed_is_described(manifest: Mapping[str, Any]) -> None:
    for seed in tables(manifest, "seed"):
        with (DBT_DIRECTORY / seed["original_file_path"]).open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == list(seed["columns"]), seed["name"]


def test_data_dictionary_is_current(manifest: Mapping[str, Any]) -> None:
    assert DICTIONARY.read_text(encoding="utf-8") == data_dictionary(manifest), "run `make docs`"


def test_names_tell_their_layer(manifest: Mapping[str, Any]) -> None:
    every_prefix = tuple(prefix for prefixes in PREFIXES.values() for prefix in prefixes if prefix)
    for model in tables(manifest, "model"):
        name, prefixes = model["name"], PREFIXES[layer(model)]
        free = layer(model) == "quality" or name in NAMES_OF_THEIR_OWN
        assert name.startswith(every_prefix) != free, name
        assert free or name.startswith(prefixes), name


def test_layers_read_only_what_lies_before_them(manifest: Mapping[str, Any]) -> None:
    """Staging reads sources, marts and quality read nothing raw, and nothing reads a mart."""
    nodes = {**manifest["nodes"], **manifest["sources"]}
    elsewhere = {
        (model["name"], nodes[parent]["name"])
        for model in tables(manifest, "model")
        for parent in model["depends_on"]["nodes"]
        if layer(nodes[parent]) not in READS[layer(model)]
    }
    assert elsewhere == set(READS_ELSEWHERE)


def test_every_published_model_has_a_key(manifest: Mapping[str, Any]) -> None:
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    keyed = {test["attached_node"] for test in tests if is_of_uniqueness(test)}
    assert names(model for model in published(manifest) if model["unique_id"] not in keyed) == []


def is_of_uniqueness(test: Mapping[str, Any]) -> bool:
    return (test["test_metadata"] or {}).get("name") in {"unique", "unique_combination"}


def test_every_published_model_has_a_contract(manifest: Mapping[str, Any]) -> None:
    assert names(model for model in published(manifest) if not model["contract"]["enforced"]) == []


def published(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [model for model in tables(manifest, "model") if layer(model) in {"marts", "quality"}]


def names(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted(node["name"] for node in nodes)


@pytest.mark.parametrize(
    ("exposure", "page"), [("cookbook", "docs/cookbook.md"), ("readme", "README.md"), ("readme", "README.zh-CN.md")]
)
def test_exposures_name_what_pages_read(manifest: Mapping[str, Any], exposure: str, page: str) -> None:
    exposures = manifest["exposures"].values()
    (models,) = (node["depends_on"]["nodes"] for node in exposures if node["name"] == exposure)
    text = (PROJECT_DIRECTORY / page).read_text(encoding="utf-8")
    assert {model.split(".")[-1] for model in models} == set(
        re.findall(r"(?:from|join) (?:marts|quality)\.(\w+)", text)
    )
