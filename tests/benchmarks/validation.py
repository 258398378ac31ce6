"""`make bench`: what Great Expectations takes over the results of a million reports, beside the same SQL by hand.

The results are made up in DuckDB: 43 for each report, as the enforced identities have, one in a thousand failing.
Both sides run the rules that read nothing but these results, and the guards of their table.
Belongs here: measuring. Nothing is asserted: a timed test is noise.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from dagster_project.settings import NO_TELEMETRY, SEEDS_DIRECTORY
from expectations.rule import Rule
from expectations.rules import GUARDED_COLUMNS, rules
from expectations.validation import validate
from extract import Catalogue, load_catalogue

REPORTS, RUNS = 1_000_000, 3
TABLE = "identity_results"

RESULTS = """
    create schema quality; create schema marts; create schema staging;
    create table staging.reports as
        select printf('%016x', hash(range)) as report_id from range($reports) order by all;
    create table marts.dim_report as
        select report_id, '某县某局' as agency_name, 2023 as report_year, '某县某局2023年度报告' as title from staging.reports;
    create table quality.identity_results as
    with numbered as (
        select report_id, identity, scope, hash(report_id, identity, scope) % 1000 as number
        from staging.reports cross join scopes
    )
    select
        report_id, null::varchar as compared_report_id, identity, scope, 3 as section,
        case when number = 0 then 'fail' when number < 50 then 'not_assessable' else 'pass' end as status,
        if(number = 0, 'printed', null) as origin, if(number = 0, '30, 31', null) as source_lines,
        number::decimal(24, 6) as left_value, if(number = 0, 1, number)::decimal(24, 6) as right_value,
        case when number = 0 then -1 when number >= 50 then 0 end::decimal(24, 6) as difference,
        7 as terms, if(number between 1 and 49, 1, 0)::integer as unknown_terms, true as is_enforced
    from numbered
"""


def write_results(database: Path, catalogue: Catalogue) -> int:
    """The results of a million reports; their number."""
    scopes = [
        (identity.identity, scope)
        for identity in catalogue.identities
        if identity.is_enforced
        for scope in catalogue.scopes_of(identity)
    ]
    with duckdb.connect(str(database)) as connection:
        connection.execute("create temp table scopes(identity varchar, scope varchar)")
        connection.executemany("insert into scopes values (?, ?)", scopes)
        for statement in RESULTS.replace("$reports", str(REPORTS)).split(";"):
            connection.execute(statement)
    return REPORTS * len(scopes)


def of_results_alone(catalogue: Catalogue) -> list[Rule]:
    """The rules that read the results, and the names of reports where they list them."""
    return [rule for rule in rules(catalogue) if rule.identity or rule.name == "status_follows_sides"]


def by_hand(database: Path, chosen: Sequence[Rule]) -> None:
    """The queries of the rules and guards, each run once; Great Expectations runs a rule's twice, to count its rows."""
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("select count(*) from staging.reports").fetchone()
        connection.execute(f"select count(*) from quality.{TABLE}").fetchone()
        for column in GUARDED_COLUMNS[TABLE]:
            connection.execute(f"select count(*) from quality.{TABLE} where {column} is null").fetchone()
        for rule in chosen:
            connection.execute(rule.query.format(batch=f"quality.{TABLE}")).fetchall()


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds of the work."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Warm both up, run them in turn, and print the best of each and the ratio."""
    import os

    os.environ.update(NO_TELEMETRY)
    catalogue = load_catalogue(SEEDS_DIRECTORY)
    chosen = of_results_alone(catalogue)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "results.duckdb"
        count = write_results(database, catalogue)
        hand, ours = [], []
        for _ in range(RUNS):
            hand.append(seconds(lambda: by_hand(database, chosen)))
            ours.append(seconds(lambda: validate(database, chosen)))
    write = sys.stdout.write
    write(f"SQL by hand        {min(hand):6.2f} s ({count:,} results of {REPORTS:,} reports, best of {RUNS})\n")
    write(f"Great Expectations {min(ours):6.2f} s\n")
    write(f"ratio              {min(ours) / min(hand):6.2f} (at most 3)\n")


if __name__ == "__main__":
    main()
