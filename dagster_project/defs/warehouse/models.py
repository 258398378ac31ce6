"""The dbt layer: seeds and models as assets, dbt's data tests as their checks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.asset_utils import get_subset_selection_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from dagster_project.build_database import BuildDatabase, TablePreview
from dagster_project.dbt_project import load_manifest
from dagster_project.dbt_runner import BUILD, run_dbt
from dagster_project.defs.pools import WRITING
from dagster_project.metadata import table_metadata
from dagster_project.progress import step
from dagster_project.settings import Settings


class LayerTranslator(DagsterDbtTranslator):
    """Groups assets by the schema that they stand in."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The schema; sources keep the group of the asset that fills them."""
        return dbt_resource_props["config"].get("schema")


TRANSLATOR = LayerTranslator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))
MANIFEST = load_manifest(Settings.from_environment())


@dbt_assets(manifest=MANIFEST, dagster_dbt_translator=TRANSLATOR, name="dbt_models", pool=WRITING)
def dbt_models(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    database: dg.ResourceParam[BuildDatabase],
) -> Iterator[Any]:
    """Build the catalogue's seeds, the intermediate models, the marts and the quality tables."""
    keys = [".".join(key.path) for key in context.selected_asset_keys]
    with step("Building models"):
        database.clear(keys)
        events = run_dbt(settings, [*BUILD, *_selection(context)])
    previews = database.previews(keys)
    for raw_event in events:
        message = DbtCoreCliEventMessage(raw_event=raw_event, event_history_metadata={})
        for event in message.to_default_asset_events(MANIFEST, TRANSLATOR, context):
            yield _with_preview(event, previews)


def _selection(context: dg.AssetExecutionContext) -> Sequence[str]:
    """Dbt's arguments for the models that the run selected."""
    arguments, _ = get_subset_selection_for_context(
        context=context,
        manifest=MANIFEST,
        select="fqn:*",
        exclude=None,
        selector=None,
        dagster_dbt_translator=TRANSLATOR,
        current_dbt_indirect_selection_env=None,
    )
    return arguments


def _with_preview(event: Any, previews: Mapping[str, TablePreview]) -> Any:
    if isinstance(event, dg.Output):
        name = event.output_name.replace("__", ".", 1)
        return event.with_metadata({**event.metadata, **table_metadata(previews[name])}) if name in previews else event
    return event
