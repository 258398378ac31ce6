"""The test set of agency names, and the seeds about agencies: whether they are well-formed.

The set was written by hand, from how Chinese administration names itself, before there was a matcher; the hosts are
invented. Matching it isn't tested here. One line is one report:

* ``agency``: our key of the true agency; empty where nobody could tell.
* ``expected``: ``joined`` lines of one key are one agency and those of two keys never are; a ``candidate`` joins
  nothing and is listed beside the agencies of ``candidate_of``; ``unknown`` belongs to the member `unknown`.
* ``agency_name``, ``report_year``, ``source_host``, ``title``: what a report says. A name without its place
  (政府办公室) can be told only by its title or by what other reports on its host are named.
* ``region_code``: the division at the end of the year; empty where none can be told, and for central agencies.
* ``agency_type``: by ``agency_types``; empty where the name doesn't tell it.
* ``case``: what the line is there for.
"""

import re
from collections import Counter, defaultdict
from pathlib import Path

import polars as pl
import pytest

from dagster_project.settings import SEEDS_DIRECTORY

AGENCY_NAMES = Path(__file__).with_name("agency_names.csv")
STILL = 9999


def rows(path: Path) -> list[dict[str, str]]:
    return pl.read_csv(path, infer_schema=False).fill_null("").to_dicts()


def seed(name: str) -> list[dict[str, str]]:
    return rows(SEEDS_DIRECTORY / f"{name}.csv")


@pytest.fixture(scope="module")
def lines() -> list[dict[str, str]]:
    return rows(AGENCY_NAMES)


def keys(lines: list[dict[str, str]]) -> Counter[str]:
    return Counter(line["agency"] for line in lines if line["expected"] == "joined")


def test_as_large_as_it_has_to_be(lines: list[dict[str, str]]) -> None:
    joined = keys(lines)
    assert joined.total() >= 330
    assert len(joined) >= 66
    assert {line["case"] for line in lines} >= {
        "abbreviation",
        "branch",
        "central",
        "ended_region",
        "ethnic_name_left_out",
        "level",
        "merged_agency",
        "no_city",
        "no_place",
        "ocr_slip",
        "prefix",
        "renamed_agency",
        "renamed_region",
        "same_named_district",
        "site_relative",
        "spaces",
        "title_as_name",
        "township",
        "zone",
    }


def test_every_line_says_what_is_expected(lines: list[dict[str, str]]) -> None:
    known = {line["agency"] for line in lines if line["agency"]}
    for line in lines:
        assert 2008 <= int(line["report_year"]) <= 2025, line
        assert set(line["candidate_of"].split()) <= known, line
        assert line["source_host"] in {""} or line["source_host"].endswith(".example.cn"), line
        match line["expected"]:
            case "joined":
                assert line["agency"], line
                assert line["agency_name"], line
                assert line["agency_type"], line
                assert not line["candidate_of"], line
            case "candidate":
                assert line["agency_name"], line
            case other:
                assert other == "unknown", line
                assert not (line["agency"] or line["candidate_of"] or line["region_code"] or line["agency_type"]), line


def test_no_line_stands_twice(lines: list[dict[str, str]]) -> None:
    told = Counter((line["agency_name"], line["report_year"], line["source_host"]) for line in lines if line["agency"])
    assert [line for line, times in told.items() if times > 1] == []


def test_an_agency_has_one_type(lines: list[dict[str, str]]) -> None:
    types = defaultdict(set)
    for line in lines:
        if line["agency"]:
            types[line["agency"]].add(line["agency_type"])
    assert {agency: found for agency, found in types.items() if len(found) > 1} == {}
    assert {line["agency_type"] for line in lines} - {""} <= {row["agency_type"] for row in seed("agency_types")}


def test_regions_stood_in_the_report_year(lines: list[dict[str, str]]) -> None:
    spans = defaultdict(list)
    for row in seed("regions"):
        spans[row["region_code"]].append((int(row["valid_from"] or 0), int(row["valid_to"] or STILL)))
    for line in lines:
        if code := line["region_code"]:
            year = int(line["report_year"])
            assert any(first <= year <= last for first, last in spans[code]), line


def test_an_agency_keeps_its_division(lines: list[dict[str, str]]) -> None:
    """Lines of one agency name one division, or one that became the other and stayed itself."""
    same = {
        (row["region_code"], row["successor_code"])
        for row in seed("region_successions")
        if row["kind"] in {"renamed", "recoded", "upgraded"}
    }
    places = defaultdict(set)
    for line in lines:
        if line["expected"] == "joined":
            places[line["agency"]].add(line["region_code"])
    for agency, codes in places.items():
        former, *later = sorted(codes, key=lambda code: any(pair[0] == code for pair in same), reverse=True)
        assert not later or [(former, code) for code in later if (former, code) in same], agency


def test_type_rules_tell_the_types(lines: list[dict[str, str]]) -> None:
    """Of names without a slip; the rules are written for names that are spelt right."""
    rules = [(re.compile(row["pattern"]), row["agency_type"]) for row in seed("agency_type_rules")]
    for line in lines:
        if line["agency_type"] and line["case"] != "ocr_slip":
            name = re.sub(r"\s|\d{4}年$", "", line["agency_name"])
            assert next(kind for pattern, kind in rules if pattern.search(name)) == line["agency_type"], line


def test_every_type_has_a_rule() -> None:
    orders = [int(row["sort_order"]) for row in seed("agency_type_rules")]
    assert orders == sorted(set(orders))
    assert {row["agency_type"] for row in seed("agency_type_rules")} == {
        row["agency_type"] for row in seed("agency_types")
    }
