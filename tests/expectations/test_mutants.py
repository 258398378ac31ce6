"""For each identity a warehouse with one violation: exactly its check fails, in Great Expectations and in Dagster."""

import shutil
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from dagster_project.build_database import BuildDatabase
from dagster_project.settings import SEEDS_DIRECTORY, Settings
from expectations import validation
from expectations.identity_rules import FACT_SECTIONS
from expectations.rule import Rule
from expectations.validation import Finding
from extract import load_catalogue

IDENTITIES = [identity.identity for identity in load_catalogue(SEEDS_DIRECTORY).identities]

#: What follows from the results: marks that would be faults of ours if they didn't.
SECTION_STATUS = """
    select case when count(*) filter (where status = 'fail') > 0 then false
        when count(*) filter (where status = 'pass') > 0 then true end
    from quality.identity_results as results where is_enforced
"""


def follow(connection: duckdb.DuckDBPyConnection) -> None:
    """Let marks of facts and reports follow the results, as dbt's models do."""
    for fact, section in FACT_SECTIONS.items():
        connection.execute(
            f"update marts.{fact} as facts set is_consistent = "
            f"({SECTION_STATUS} and results.report_id = facts.report_id and section = {section})"
        )
    connection.execute(
        "update marts.dim_report as reports set quality_status = case "
        f"({SECTION_STATUS} and results.report_id = reports.report_id) "
        "when true then 'consistent' when false then 'inconsistent' else 'not_assessable' end"
    )


@pytest.fixture(scope="module")
def mended(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples as if their publishers had printed what balances."""
    built = Settings((), sample_warehouse).build_database
    database = Path(shutil.copy(built, tmp_path_factory.mktemp("mended") / "build.duckdb"))
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "update quality.identity_results set status = 'pass', right_value = left_value, difference = 0, origin = null "
            "where status = 'fail'"
        )
        follow(connection)
    return database


@pytest.fixture
def mutant(mended: Path, tmp_path: Path) -> Settings:
    settings = Settings((), tmp_path / "mutant.duckdb")
    settings.state.mkdir()
    shutil.copy(mended, settings.build_database)
    return settings


def plant(database: Path, identity: str) -> None:
    """One violation: of an identity that holds, the right side becomes one more."""
    with duckdb.connect(str(database)) as connection:
        planted = connection.execute(
            "update quality.identity_results set status = 'fail', right_value = right_value + 1, difference = -1, "
            "origin = 'printed' where (report_id, identity, scope) = ("
            "  select (report_id, identity, scope) from quality.identity_results "
            "  where identity = ? and status = 'pass' order by report_id, scope limit 1"
            ")",
            [identity],
        ).fetchone()
        assert planted == (1,)
        follow(connection)


def failed_checks(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[set[str], set[str]]:
    """What failed in Great Expectations and in Dagster, whose checks run as in a build."""
    from dagster_project.defs.quality.checks import SPECS, warehouse_checks

    seen: list[Finding] = []

    def watched(database: Path, rules: tuple[Rule, ...], memory_limit: str) -> list[Finding]:
        seen.extend(judge(database, rules, memory_limit))
        return seen

    judge = validation.validate
    monkeypatch.setattr(validation, "validate", watched)
    definitions = dg.Definitions(
        assets=[dg.AssetSpec(key) for key in {spec.asset_key for spec in SPECS}],
        asset_checks=[warehouse_checks],
        jobs=[dg.define_asset_job("checks", dg.AssetSelection.checks(warehouse_checks))],
        resources={"settings": settings, "database": BuildDatabase(settings.build_database)},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("checks").execute_in_process(instance=instance)
    evaluations = result.get_asset_check_evaluations()
    assert {evaluation.check_name for evaluation in evaluations} == {spec.name for spec in SPECS}
    return (
        {finding.rule for finding in seen if not finding.success},
        {evaluation.check_name for evaluation in evaluations if not evaluation.passed},
    )


def test_mended_warehouse_breaks_nothing(mutant: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert failed_checks(mutant, monkeypatch) == (set(), set())


@pytest.mark.parametrize("identity", IDENTITIES)
def test_exactly_the_check_of_the_identity_fails(
    mutant: Settings, monkeypatch: pytest.MonkeyPatch, identity: str
) -> None:
    plant(mutant.build_database, identity)
    expected = {f"{identity}_holds"}
    assert failed_checks(mutant, monkeypatch) == (expected, expected)
    assert '<span class="warn">! warns' in mutant.validation_page.read_text(encoding="utf-8")
