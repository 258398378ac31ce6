"""Agencies across names and years, on the set that was written by hand before the matcher (``agency_names.csv``).

The reports of the set are put into the staging tables, and dbt's real models join them.
"""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from dagster_project.build_database import BuildDatabase
from dagster_project.dbt_runner import run_dbt
from dagster_project.settings import Settings
from tests.warehouse.test_agency_names import AGENCY_NAMES, rows

#: The share of names that have to be joined to their agency.
FEWEST_JOINED = 0.95

Line = dict[str, str]


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return rows(AGENCY_NAMES)


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory, lines: list[Line]) -> Path:
    """A database with one report for each line of the set, whose number is its identifier, and the agency models."""
    settings = Settings((), tmp_path_factory.mktemp("agencies") / "agencies.duckdb")
    settings.state.mkdir()
    database = BuildDatabase(settings.build_database)
    database.create_staging()
    with database.connect() as connection:
        for table, frame in staged(lines).items():
            connection.register("rows", frame.to_arrow())
            connection.execute(f"insert into staging.{table} by name select * from rows")
            connection.unregister("rows")
    models = ["agency_match_candidates", "agency_aliases", "dim_agency", "int_report_agencies"]
    run_dbt(settings, ["build", "--exclude-resource-type", "unit_test", "test", "--select", *(f"+{m}" for m in models)])
    return settings.build_database


def staged(lines: list[Line]) -> dict[str, pl.DataFrame]:
    """The rows of ``staging.reports`` and ``staging.documents``."""
    reports = [
        {
            "report_id": str(number),
            "source_uri": place_of(number, line),
            "content_sha256": str(number),
            "title": line["title"] or None,
            "agency_name": line["agency_name"] or None,
            "report_year": int(line["report_year"]),
            "tables_read": True,
        }
        for number, line in enumerate(lines)
    ]
    documents = [{k: r[k] for k in ("report_id", "source_uri", "content_sha256")} for r in reports]
    numbered = [document | {"observation_number": n} for n, document in enumerate(documents, start=1)]
    return {"reports": pl.DataFrame(reports, infer_schema_length=None), "documents": pl.DataFrame(numbered)}


def place_of(number: int, line: Line) -> str:
    host = line["source_host"]
    return f"https://{host}/{number}.html" if host else f"file:///reports/{number}/report.html"


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def agency_of(matched: Path) -> dict[int, str]:
    found = query(matched, "select report_id, agency_id from intermediate.int_report_copies")
    return {int(report): agency for report, agency in found}


@pytest.fixture(scope="module")
def main_agency(lines: list[Line], agency_of: dict[int, str]) -> dict[str, str]:
    """For each true agency the one that most of its names were joined to."""
    ids: dict[str, Counter[str]] = defaultdict(Counter)
    for number, line in enumerate(lines):
        if line["expected"] == "joined":
            ids[line["agency"]][agency_of[number]] += 1
    return {agency: counted.most_common(1)[0][0] for agency, counted in ids.items()}


def test_no_two_agencies_are_merged(lines: list[Line], agency_of: dict[int, str]) -> None:
    """Nor is a name that nobody could place joined to an agency."""
    keys: dict[str, set[str]] = defaultdict(set)
    for number, line in enumerate(lines):
        if agency_of[number] != "unknown":
            keys[agency_of[number]].add(line["agency"] if line["expected"] == "joined" else f"line {number}")
    assert {agency: found for agency, found in keys.items() if len(found) > 1} == {}


def test_most_names_are_joined(lines: list[Line], agency_of: dict[int, str], main_agency: dict[str, str]) -> None:
    joined = [
        agency_of[n] == main_agency[line["agency"]] for n, line in enumerate(lines) if line["expected"] == "joined"
    ]
    assert sum(joined) / len(joined) >= FEWEST_JOINED


def test_the_rest_is_listed(
    matched: Path, lines: list[Line], agency_of: dict[int, str], main_agency: dict[str, str]
) -> None:
    pairs = query(matched, "select agency_id, candidate_agency_id from quality.agency_match_candidates")
    listed = {agency for pair in pairs for agency in pair}
    apart = [
        line["agency_name"]
        for number, line in enumerate(lines)
        if agency_of[number] not in listed
        and (
            line["expected"] == "candidate"
            or (line["expected"] == "joined" and agency_of[number] != main_agency[line["agency"]])
        )
    ]
    assert apart == []


def test_unnamed_reports_belong_to_the_member_unknown(
    matched: Path, lines: list[Line], agency_of: dict[int, str]
) -> None:
    assert {agency_of[n] for n, line in enumerate(lines) if not line["agency_name"]} == {"unknown"}
    assert query(matched, "select agency_id from marts.dim_agency where agency_id = 'unknown'") == [("unknown",)]


def test_regions_are_those_of_the_report_year(matched: Path, lines: list[Line], agency_of: dict[int, str]) -> None:
    regions = query(matched, "select report_id, region_code from intermediate.int_report_regions")
    found: dict[str, str] = dict(regions)
    wrong = {
        (line["agency_name"], line["report_year"], line["region_code"], found[str(number)])
        for number, line in enumerate(lines)
        if line["expected"] == "joined" and found.get(str(number), line["region_code"]) != line["region_code"]
    }
    assert wrong == set()
    known = [str(n) in found for n, line in enumerate(lines) if line["expected"] == "joined" and line["region_code"]]
    assert sum(known) / len(known) >= FEWEST_JOINED


def test_types_are_told_by_the_names(matched: Path, lines: list[Line], main_agency: dict[str, str]) -> None:
    types = dict(query(matched, "select agency_id, agency_type from marts.dim_agency"))
    wanted = {
        line["agency"]: line["agency_type"] for line in lines if line["expected"] == "joined" and line["agency_type"]
    }
    wrong = {
        agency: (kind, types[main_agency[agency]])
        for agency, kind in wanted.items()
        if types[main_agency[agency]] != kind
    }
    assert wrong == {}
