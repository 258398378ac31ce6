"""Tables that are made part by part have the rows that they have when they are made at once."""

import json
import shutil
from collections import Counter
from pathlib import Path

import duckdb

from dagster_project.dbt_command import invoke_dbt
from dagster_project.settings import BUILD_DATABASE, Settings

REPORTS_OF_A_PART = 2


def test_parts_have_the_rows_of_the_whole(sample_warehouse: Path, tmp_path: Path) -> None:
    database, target = tmp_path / BUILD_DATABASE, tmp_path / "target"
    shutil.copyfile(Settings((), sample_warehouse).build_database, database)
    invoke_dbt(["compile"], target, database)
    manifest = json.loads((target / "manifest.json").read_text("utf-8"))
    models = [
        (node["schema"], node["name"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["meta"].get("in_parts")
    ]
    assert models
    models += [("intermediate", "int_explanations")]

    def rows() -> dict[str, Counter[tuple[object, ...]]]:
        with duckdb.connect(str(database), read_only=True) as connection:
            return {
                name: Counter(connection.sql(f"select columns(*)::varchar from {schema}.{name}").fetchall())
                for schema, name in models
            }

    before = rows()
    parts = f"{{reports_of_a_part: {REPORTS_OF_A_PART}, reports_explained_together: 1}}"
    invoke_dbt(["run", "--select", *(name for _, name in models), "--vars", parts], target, database)
    assert len({row[0] for row in before["int_explanations"]}) > 1
    assert rows() == before
    for _, name in models[:-1]:
        (statements,) = (target / "run").rglob(f"{name}.sql")
        assert statements.read_text("utf-8").count("set variable first_report") > 1
