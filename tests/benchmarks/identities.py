"""The identities of a built warehouse: the models' processor seconds beside those of one statement written by hand.

Belongs here: the measurement, for ``national``. The statement is ``identities.sql``. Doesn't belong here: what the models
say (``dbt``), or whether it is right (``tests.warehouse``).
"""

import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.settings import BUILD_DATABASE, Settings

BY_HAND = Path(__file__).with_suffix(".sql")
#: What stands between staging and the results, and has no other use but to be looked at: in the order in which it is made.
MODELS = {
    "int_identity_scopes": "intermediate",
    "int_applicable_lines": "intermediate",
    "int_line_sets": "intermediate",
    "int_identity_sums": "intermediate",
    "int_identity_terms_across_years": "intermediate",
    "int_prose_statements": "intermediate",
    "int_prose_terms": "intermediate",
    "int_prose_notes": "intermediate",
    "int_identity_balances": "intermediate",
    "identity_results": "quality",
}
SAME = "report_id, compared_report_id, identity, scope, left_value, right_value, difference, status, holds_if_blank_is_zero"
ROUNDS = 3


@dataclass(frozen=True)
class Identities:
    """Rows of the results, and processor seconds of the models and of the statement; the least of some rounds."""

    rows: int
    models: float
    by_hand: float


def identities(warehouse: Path, rounds: int = ROUNDS) -> Identities:
    """Make the results of a warehouse's build again both ways, in turn, each written to the disk.

    Raises:
        RuntimeError: the two don't say the same.

    """
    settings = Settings((), warehouse)
    compiled = {path.stem: path.read_text(encoding="utf-8") for path in settings.dbt_target.rglob("compiled/**/*.sql")}
    taken: dict[str, list[float]] = {"models": [], "by_hand": []}
    with tempfile.TemporaryDirectory(dir=warehouse.parent) as folder:
        copy = Path(shutil.copy(settings.build_database, Path(folder) / BUILD_DATABASE))
        with duckdb.connect(str(copy)) as connection:
            views = {view for (view,) in connection.execute("select view_name from duckdb_views()").fetchall()}
            models = [
                f"create or replace {'view' if model in views else 'table'} {schema}.{model} as {compiled[model]}"
                for model, schema in MODELS.items()
            ]
            by_hand = [f"create or replace table quality.by_hand as {BY_HAND.read_text(encoding='utf-8')}"]
            for _ in range(rounds):
                taken["models"].append(_processor_seconds(connection, models))
                taken["by_hand"].append(_processor_seconds(connection, by_hand))
            rows = _same_rows(connection)
    return Identities(rows, min(taken["models"]), min(taken["by_hand"]))


def _processor_seconds(connection: duckdb.DuckDBPyConnection, statements: list[str]) -> float:
    start = time.process_time()
    for statement in [*statements, "checkpoint"]:
        connection.execute(statement)
    return time.process_time() - start


def _same_rows(connection: duckdb.DuckDBPyConnection) -> int:
    ours, theirs = (f"(select {SAME} from quality.{table})" for table in ("identity_results", "by_hand"))
    differing = connection.sql(
        f"({ours} except all {theirs}) union all ({theirs} except all {ours}) limit 3"
    ).fetchall()
    if differing:
        raise RuntimeError(f"the results differ: {differing}")
    return len(connection.sql("select 1 from quality.by_hand"))
