"""The asset graph: what is in it, in what order, and what blocks publishing."""

import os
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.settings import SAMPLE_REPORTS, Settings

ASSETS = """
catalogue/catalogue_agency_endings catalogue/catalogue_cell_words catalogue/catalogue_columns catalogue/catalogue_forms
catalogue/catalogue_header_labels catalogue/catalogue_identities catalogue/catalogue_identity_terms
catalogue/catalogue_lines catalogue/catalogue_prose_phrases catalogue/catalogue_sections catalogue/catalogue_sub_table_columns
catalogue/catalogue_sub_tables catalogue/catalogue_synonyms
catalogue/agency_abbreviations catalogue/agency_successions catalogue/agency_type_rules catalogue/agency_types
catalogue/region_aliases catalogue/region_successions catalogue/regions catalogue/zones
intermediate/int_applicable_lines intermediate/int_breakdowns intermediate/int_current_sections
intermediate/int_figures
intermediate/int_identity_scopes intermediate/int_identity_terms intermediate/int_leaves
intermediate/int_line_remainders intermediate/int_outcome_gaps intermediate/int_outcome_remainders intermediate/int_report_copies
intermediate/int_section_consistency intermediate/stg_cells intermediate/stg_documents intermediate/stg_reports
marts/dim_agency marts/dim_applicant_type marts/dim_decision_type marts/dim_document_type marts/dim_identity
marts/dim_outcome marts/dim_procedure marts/dim_region marts/dim_report marts/dim_review_result
marts/fct_application_flows marts/fct_applications marts/fct_enforcement_decisions marts/fct_fees
marts/fct_normative_documents marts/fct_procurement marts/fct_reviews_litigation
published/warehouse
quality/figure_sources quality/identity_results quality/rejected_documents quality/remainders
raw/documents staging/cells staging/documents staging/prose_figures staging/reports staging/unmapped_rows
"""


@pytest.fixture(scope="module")
def definitions(sample_warehouse: Path) -> dg.Definitions:
    os.environ.update(Settings((SAMPLE_REPORTS,), sample_warehouse).to_environment())
    from dagster_project.definitions import defs

    return defs()


def test_asset_list(definitions: dg.Definitions) -> None:
    keys = definitions.resolve_all_asset_keys()
    assert {key.to_user_string() for key in keys} == set(ASSETS.split())


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
    assert warning == {"applications_balance_holds", "outcomes_sum_holds", "applicants_sum_holds", "review_sum_holds"}
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
