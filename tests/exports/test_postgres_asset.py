"""PostgreSQL as an asset of Dagster: there where an address is configured, after builds, and never in their way."""

import os
from pathlib import Path

import dagster as dg

from dagster_project.settings import PROJECT_DIRECTORY, Settings


def test_asset_is_off_unless_configured() -> None:
    from dagster_project.defs.published.postgres import postgres

    os.environ.pop("GONGKAI_POSTGRES", None)
    assert not postgres().resolve_all_asset_keys()
    os.environ["GONGKAI_POSTGRES"] = "postgresql://u:p@h/d"
    configured = postgres()
    (asset,) = configured.assets or []
    assert isinstance(asset, dg.AssetsDefinition)
    assert asset.key.path == ["published", "postgres"]
    assert [job.name for job in configured.jobs or []] == ["publish_postgres"]
    assert [sensor.name for sensor in configured.sensors or []] == ["postgres_after_build"]


def test_each_build_is_published(sample_warehouse: Path) -> None:
    from dagster_project.defs.published.postgres import postgres_after_build

    with dg.DagsterInstance.from_config(str(Settings((), sample_warehouse).dagster_home)) as instance:
        (run,) = instance.get_runs()
        assert run.job_name == "build_warehouse"
        (entry,) = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_SUCCESS)
        assert entry.dagster_event
        context = dg.build_run_status_sensor_context("postgres_after_build", entry.dagster_event, instance, run)
        request = postgres_after_build(context)
    assert isinstance(request, dg.RunRequest)
    assert request.run_key == run.run_id


def test_builds_do_not_wait_for_postgres(sample_warehouse: Path) -> None:
    os.environ.update(Settings((), sample_warehouse).to_environment() | {"GONGKAI_POSTGRES": "postgresql://u:p@h/d"})
    defs = dg.load_from_defs_folder(project_root=PROJECT_DIRECTORY)
    asset = dg.AssetKey(["published", "postgres"])
    assert asset in defs.resolve_all_asset_keys()
    assert asset not in defs.resolve_job_def("build_warehouse").asset_layer.executable_asset_keys
    assert asset in defs.resolve_job_def("publish_postgres").asset_layer.executable_asset_keys
