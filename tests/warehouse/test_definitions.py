"""The asset graph: what is in it, in what order, and what blocks publishing."""

import os
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.metadata import markdown_table
from dagster_project.settings import DBT_DIRECTORY, SAMPLE_REPORTS, SEEDS_DIRECTORY, Settings

#: What isn't a model or a seed of dbt.
LOADED = """
published/warehouse quality/run_history quality/run_layouts quality/run_stages
raw/bucket_sources raw/documents raw/folder_sources raw/index_sources raw/pages_sources
staging/cells staging/documents staging/fetch_log staging/prose_figures staging/reports staging/shards staging/unmapped_rows
"""
#: Written out once more: an identity that leaves the catalogue leaves its check, and this list says so.
IDENTITIES = """
applications_balance outcomes_sum applicants_sum review_sum
carry_forward documents_roll items_roll prose_agrees
"""
#: Suffixes of dbt's models in SQL and in Python.
CODE = (".sql", ".py")
SCHEMAS = {"staging": "intermediate", "intermediate": "intermediate", "marts": "marts", "quality": "quality"}


@pytest.fixture(scope="module")
def definitions(sample_warehouse: Path) -> dg.Definitions:
    os.environ.update(Settings((SAMPLE_REPORTS,), sample_warehouse).to_environment())
    from dagster_project.definitions import defs

    return defs()


def test_asset_list(definitions: dg.Definitions) -> None:
    keys = definitions.resolve_all_asset_keys()
    models = {f"{SCHEMAS[p.parent.name]}/{p.stem}" for p in (DBT_DIRECTORY / "models").glob("*/*") if p.suffix in CODE}
    seeds = {f"catalogue/{path.stem}" for path in SEEDS_DIRECTORY.glob("*.csv")}
    assert {key.to_user_string() for key in keys} == set(LOADED.split()) | models | seeds


def test_every_asset_has_group_and_description(definitions: dg.Definitions) -> None:
    bare = [
        s.key.to_user_string() for s in definitions.resolve_all_asset_specs() if not (s.group_name and s.description)
    ]
    assert bare == []


def test_layers_in_order(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    staging = graph.get(dg.AssetKey(["staging", "cells"]))
    published = graph.get(dg.AssetKey(["published", "warehouse"]))
    assert staging.parent_keys == {dg.AssetKey(["raw", "documents"])}
    assert graph.get(dg.AssetKey(["intermediate", "stg_cells"])).parent_keys == {staging.key}
    marts = {key for key in graph.get_all_asset_keys() if key.path[0] in {"marts", "quality"}}
    assert marts <= published.parent_keys


def test_ours_block_and_theirs_warn(definitions: dg.Definitions) -> None:
    from dagster_project.defs.quality.checks import SPECS

    blocking = {spec.name for spec in SPECS if spec.blocking}
    warning = {spec.name for spec in SPECS if not spec.blocking}
    assert warning == {f"{identity}_holds" for identity in IDENTITIES.split()}
    assert {"every_identity_evaluated", "figures_trace_to_cells", "rows_are_complete"} <= blocking


def test_job_schedule_and_sensor(definitions: dg.Definitions) -> None:
    assert definitions.resolve_job_def("build_warehouse")
    assert definitions.resolve_schedule_def("daily_build").cron_schedule == "0 3 * * *"
    sensor = definitions.resolve_sensor_def("reports_directories")
    settings = Settings.from_environment()
    with dg.build_sensor_context(resources={"settings": settings}) as context:
        assert isinstance(sensor(context), dg.RunRequest)
        cursor = context.cursor
    with dg.build_sensor_context(resources={"settings": settings}, cursor=cursor) as context:
        assert isinstance(sensor(context), dg.SkipReason)


def test_materialisations_show_rows(sample_warehouse: Path) -> None:
    home = Settings((), sample_warehouse).dagster_home
    with dg.DagsterInstance.from_config(str(home)) as instance:
        for key in (["staging", "cells"], ["marts", "fct_applications"], ["quality", "identity_results"]):
            event = instance.get_latest_materialization_event(dg.AssetKey(key))
            assert event is not None
            assert event.asset_materialization is not None
            metadata = event.asset_materialization.metadata
            assert int(str(metadata["dagster/row_count"].value)) > 0
            assert str(metadata["preview"].value).startswith("| ")


def test_checks_show_count_worst_reports_and_page(sample_warehouse: Path) -> None:
    settings = Settings((), sample_warehouse)
    assert settings.validation_page.read_text(encoding="utf-8").startswith("<!doctype html>")
    key = dg.AssetCheckKey(dg.AssetKey(["quality", "identity_results"]), "outcomes_sum_holds")
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        record = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert record.event
    evaluation = record.event.asset_check_evaluation
    assert evaluation
    assert not evaluation.passed
    assert evaluation.metadata["rows_found"].value == 2
    assert evaluation.metadata["page"].value == settings.validation_page.as_uri()
    assert evaluation.metadata["page_path"].value == str(settings.validation_page)
    worst = str(evaluation.metadata["worst_reports"].value)
    assert worst.startswith("| agency_name | report_year |")
    assert worst.count("2022年政府信息公开工作年度报告") == 2


def test_tables_of_checks_hold_text_only() -> None:
    table = markdown_table([{"text": "<b>&\\|[x](y)`\r\n| a |"}])
    assert table.splitlines()[2:] == [r"| &lt;b>&amp;\\\|\[x](y)\` \| a \| |"]


def test_failed_blocking_check_stops_publishing(
    sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real graph over a rule that finds a row: the run fails, and no warehouse is published."""
    from dagster_project import build
    from dagster_project.defs.quality import checks
    from expectations.rule import Rule

    impossible = Rule(
        "every_identity_evaluated", "ours", "quality", "identity_results", "", "select 1 as one from {batch} limit 1"
    )
    monkeypatch.setattr(checks, "RULES", (impossible, *(r for r in checks.RULES if r.name != impossible.name)))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    settings = Settings((SAMPLE_REPORTS,), tmp_path / "w.duckdb")
    with pytest.raises(build.BuildError, match="every_identity_evaluated"):
        build.build(settings)
    assert not settings.warehouse.exists()
