"""Each rule fails when what it guards against is there: a check that can't fail checks nothing."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from dagster_project.settings import Settings
from expectations.rules import GUARD, GUARDED_COLUMNS, rules
from expectations.validation import REPORTS_OF_A_PART, Finding, validate
from extract import Catalogue


@pytest.fixture(scope="module")
def sound(sample_warehouse: Path) -> Path:
    return Settings((), sample_warehouse).build_database


def judged(database: Path, catalogue: Catalogue, reports_of_a_part: int = REPORTS_OF_A_PART) -> dict[str, Finding]:
    """The findings that failed, by rule."""
    findings = validate(database, rules(catalogue), reports_of_a_part=reports_of_a_part)
    return {finding.rule: finding for finding in findings if not finding.success}


def test_samples_break_only_the_publishers_identities(sound: Path, catalogue: Catalogue) -> None:
    failed = judged(sound, catalogue)
    assert set(failed) == {"applicants_sum_holds", "outcomes_sum_holds", "review_sum_holds", "carry_forward_holds"}
    assert [row["scope"] for row in failed["review_sum_holds"].rows] == ["administrative_review"]
    assert all(finding.error is None for finding in failed.values())


def test_every_rule_and_guard_is_judged(sound: Path, catalogue: Catalogue) -> None:
    findings = validate(sound, rules(catalogue))
    assert {finding.rule for finding in findings} == {rule.name for rule in rules(catalogue)} | {GUARD}
    assert {finding.table for finding in findings if finding.rule == GUARD} == set(GUARDED_COLUMNS)


def test_every_identity_has_a_rule_that_says_what_it_is(catalogue: Catalogue) -> None:
    theirs = {rule.identity: rule for rule in rules(catalogue) if rule.tier == "theirs"}
    assert set(theirs) == {identity.identity for identity in catalogue.identities}
    for identity in catalogue.identities:
        rule = theirs[identity.identity]
        assert rule.name == f"{identity.identity}_holds"
        words = (identity.label_en, identity.formula, identity.legal_basis)
        assert all(word in rule.description.partition(" / ")[0] for word in words)
        words = (identity.label_zh, identity.formula_zh, identity.legal_basis_zh)
        assert all(word in rule.description.partition(" / ")[2] for word in words)


def test_every_rule_is_described_in_both_languages(catalogue: Catalogue) -> None:
    assert [
        rule.name for rule in rules(catalogue) if not re.fullmatch(r"[ -~]+\. / \W*[一-龥].*。", rule.description)
    ] == []


def test_all_rows_are_counted_beyond_those_handed_out(sound: Path, catalogue: Catalogue, tmp_path: Path) -> None:
    """Great Expectations hands out 200 rows."""
    database = Path(shutil.copy(sound, tmp_path / "build.duckdb"))
    with duckdb.connect(str(database)) as connection:
        connection.execute("update quality.identity_results set status = 'fail' where identity = 'applicants_sum'")
        broken = connection.execute("from quality.identity_results where identity = 'applicants_sum'").fetchall()
    finding = judged(database, catalogue)["applicants_sum_holds"]
    assert finding.count == len(broken) > len(finding.rows) == 200


BROKEN_BY = [
    ("every_identity_evaluated", "delete from quality.identity_results where identity = 'review_sum'"),
    ("every_identity_evaluated", "delete from quality.identity_results where scope = 'other_misc'"),
    ("status_follows_sides", "update quality.identity_results set right_value = right_value + 1 where status = 'pass'"),
    ("status_follows_sides", "update quality.identity_results set status = 'pass' where status = 'not_assessable'"),
    ("status_follows_sides", "update quality.identity_results set status = 'fail' where status = 'pass'"),
    ("consistent_rows_hold", "update marts.fct_applications set is_consistent = true"),
    ("consistent_rows_hold", "update marts.fct_reviews_litigation set is_consistent = null"),
    ("quality_status_follows_results", "update marts.dim_report set quality_status = 'consistent'"),
    ("quality_status_follows_results", "delete from marts.dim_report where report_year = 2022"),
    ("figures_trace_to_cells", "update marts.fct_applications set applications = 8 where applications = 7"),
    ("figures_trace_to_cells", "update marts.fct_fees set amount_yuan = amount_yuan * 10000 where amount_yuan > 0"),
    ("figures_trace_to_cells", "update marts.fct_application_flows set carried_in = 99 where carried_in = 2"),
    ("figures_trace_to_cells", "update marts.fct_fees set report_id = null where amount_yuan > 0"),
    ("figures_trace_to_cells", "delete from quality.figure_sources where line = 'granted'"),
    ("remainders_trace_to_totals", (
        "insert into marts.fct_applications by name select report_id, agency_id, 'granted' as outcome, "
        "'not_broken_down' as applicant_type, 3 as applications, false as is_inferred from marts.dim_report limit 1"
    )),
    ("leaf_sums_agree", "delete from marts.fct_applications where applications = 7"),
    ("leaf_sums_agree", "delete from marts.fct_enforcement_decisions"),
    ("leaf_sums_agree", "delete from marts.fct_fees where amount_yuan > 0"),
    ("leaf_sums_agree", (
        "insert into staging.cells by name select report_id, section, 'other_misc' as line, \"column\", 'ambiguous' as reading "
        "from staging.cells where line = 'other_all' limit 1"
    )),
    ("known_terms_are_counted", "update quality.identity_results set status = 'not_assessable', unknown_terms = 1, difference = null"),
    ("leaf_sums_agree", "insert into marts.fct_reviews_litigation from marts.fct_reviews_litigation where cases > 0"),
    (GUARD, "delete from marts.dim_report"),
    (GUARD, "update quality.figure_sources set source_line = null"),
    ("applications_balance_holds", "update quality.identity_results set status = 'fail' where scope = 'total'"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "damage"), BROKEN_BY)
def test_damage_is_found(sound: Path, catalogue: Catalogue, tmp_path: Path, rule: str, damage: str) -> None:
    assert rule in judged(damaged(sound, tmp_path, [damage]), catalogue)


#: Without its reports nothing else would be found.
REPORTS_GONE = [damage for _, damage in BROKEN_BY if damage.startswith("delete from marts.dim_report")]


@pytest.mark.parametrize(
    "damages",
    [[damage for _, damage in BROKEN_BY if damage not in REPORTS_GONE], *([damage] for damage in REPORTS_GONE)],
)
def test_damage_is_found_in_two_reports_after_the_other(
    sound: Path, catalogue: Catalogue, tmp_path: Path, damages: list[str]
) -> None:
    """As in all at once: rules that are asked of some reports at a time find the same rows together."""
    database = damaged(sound, tmp_path, damages)
    found, found_in_parts = judged(database, catalogue), judged(database, catalogue, reports_of_a_part=2)
    broken_by_these = {rule for rule, damage in BROKEN_BY if damage in damages}
    assert broken_by_these & {rule.name for rule in rules(catalogue) if rule.is_by_report} <= set(found)
    assert {name: (f.count, f.error) for name, f in found_in_parts.items()} == {
        name: (f.count, f.error) for name, f in found.items()
    }


def damaged(sound: Path, folder: Path, damages: list[str]) -> Path:
    """A copy of a sound database, with no column bound to hold something, after these statements."""
    database = Path(shutil.copy(sound, folder / "build.duckdb"))
    with duckdb.connect(str(database)) as connection:
        for schema, table, column in connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where schema_name in ('marts', 'quality') and not is_nullable"
        ).fetchall():
            connection.execute(f'alter table {schema}.{table} alter column "{column}" drop not null')
        for damage in damages:
            connection.execute(damage)
    return database
