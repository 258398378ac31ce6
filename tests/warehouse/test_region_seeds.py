"""The region seeds as data: whether every year of them holds together. How names find regions isn't tested here."""

from collections import Counter
from itertools import pairwise

import polars as pl
import pytest

from dagster_project.settings import SEEDS_DIRECTORY

YEARS = range(2008, 2026)
STILL = 9999

# Divisions at county and prefecture level at the end of each year, by the statistical yearbook; 莱芜市 counts a
# year longer here, because its end was made public in 2019.
COUNTIES = (2859, 2858, 2856, 2853, 2852, 2853, 2854, 2850, 2851, 2851, 2851, 2846, 2844, 2843, 2843, 2844, 2846)
PREFECTURES = (333, 333, 333, 332, 333, 333, 333, 334, 334, 334, 334, 333, 333, 333, 333, 333, 333)


def seed(name: str) -> pl.DataFrame:
    return pl.read_csv(SEEDS_DIRECTORY / f"{name}.csv", infer_schema=False).with_columns(
        pl.col("^valid_from|valid_to|year$").cast(pl.Int64)
    )


@pytest.fixture(scope="module")
def regions() -> pl.DataFrame:
    return seed("regions")


def as_of(regions: pl.DataFrame, year: int) -> dict[str, str]:
    """Code and name of every division at the end of ``year``."""
    holds = (pl.col("valid_from").fill_null(0) <= year) & (pl.col("valid_to").fill_null(STILL) >= year)
    return dict(regions.filter(holds).select("region_code", "region_name").rows())


def test_a_code_has_one_name_at_a_time(regions: pl.DataFrame) -> None:
    for code, rows in regions.group_by("region_code"):
        spans = sorted(
            (row["valid_from"] or 0, row["valid_to"] or STILL)
            for row in rows.select("valid_from", "valid_to").to_dicts()
        )
        assert all(earlier[1] < later[0] for earlier, later in pairwise(spans)), code
        assert all(first <= last for first, last in spans), code


@pytest.mark.parametrize("year", YEARS)
def test_every_year_is_a_tree(regions: pl.DataFrame, year: int) -> None:
    names = as_of(regions, year)
    parents = {
        row["region_code"]: (row["level"], row["parent_code"])
        for row in regions.iter_rows(named=True)
        if names.get(row["region_code"]) == row["region_name"]
    }
    above = {"province": {None}, "prefecture": {"province"}, "county": {"province", "prefecture"}}
    for code, (level, parent) in parents.items():
        assert (parents[parent][0] if parent else None) in above[level], code


@pytest.mark.parametrize(("year", "counties", "prefectures"), zip(YEARS, COUNTIES, PREFECTURES, strict=False))
def test_as_many_as_the_yearbook_counts(regions: pl.DataFrame, year: int, counties: int, prefectures: int) -> None:
    levels = dict(regions.select("region_code", "level").rows())
    assert Counter(levels[code] for code in as_of(regions, year)) == {
        "province": 34,
        "prefecture": prefectures,
        "county": counties,
    }


@pytest.mark.parametrize(
    ("code", "year", "name"),
    [
        ("110103", 2009, "崇文区"),
        ("110103", 2010, None),
        ("320107", 2012, "下关区"),
        ("320107", 2013, None),
        ("310108", 2014, "闸北区"),
        ("310108", 2015, None),
        ("420600", 2009, "襄樊市"),
        ("420600", 2010, "襄阳市"),
        ("371200", 2018, "莱芜市"),
        ("371200", 2019, None),
        ("370116", 2019, "莱芜区"),
        ("330104", 2020, "江干区"),
        ("330104", 2021, None),
        ("330113", 2020, None),
        ("330113", 2021, "临平区"),
        ("330110", 2025, "余杭区"),
        ("130502", 2019, "桥东区"),
        ("130502", 2020, "襄都区"),
        ("469003", 2014, "儋州市"),
        ("460400", 2015, "儋州市"),
        ("500157", 2025, "两江新区"),
        ("810000", 2010, "香港特别行政区"),
    ],
)
def test_known_changes(regions: pl.DataFrame, code: str, year: int, name: str | None) -> None:
    assert as_of(regions, year).get(code) == name


def test_successions_join_what_ended_with_what_stood_then(regions: pl.DataFrame) -> None:
    for row in seed("region_successions").iter_rows(named=True):
        before, since = as_of(regions, row["year"] - 1), as_of(regions, row["year"])
        assert before[row["region_code"]] == row["region_name"], row
        assert since.get(row["region_code"]) != row["region_name"], row
        if row["successor_code"]:
            assert since[row["successor_code"]] == row["successor_name"], row
        else:
            assert row["kind"] == "split", row


def test_nothing_ends_without_a_succession(regions: pl.DataFrame) -> None:
    ended = {(row["region_code"], row["valid_to"] + 1) for row in regions.iter_rows(named=True) if row["valid_to"]}
    told = {(row["region_code"], row["year"]) for row in seed("region_successions").iter_rows(named=True)}
    assert ended == told


def test_what_stays_itself_has_one_predecessor() -> None:
    same = seed("region_successions").filter(pl.col("kind").is_in(["renamed", "recoded", "upgraded"]))
    assert same.select(pl.struct("successor_code", "year").is_duplicated().any()).item() is False


def test_aliases_and_zones_name_known_divisions(regions: pl.DataFrame) -> None:
    known = set(regions["region_code"])
    assert set(seed("region_aliases")["region_code"]) <= known
    named = set(regions.select("region_code", "region_name").rows())
    assert set(seed("zones").select("region_code", "region_name").rows()) <= named


@pytest.mark.parametrize("year", YEARS)
def test_an_alias_names_one_division_at_a_time(regions: pl.DataFrame, year: int) -> None:
    standing = as_of(regions, year)
    aliases = [row for row in seed("region_aliases").iter_rows(named=True) if row["region_code"] in standing]
    counted = Counter(row["alias"] for row in aliases)
    assert [alias for alias, times in counted.items() if times > 1] == []
    # In 江西 a county had this name until 2016: with neither province nor site it is either of them.
    assert {row["alias"] for row in aliases} & set(standing.values()) <= {"东乡县"}
