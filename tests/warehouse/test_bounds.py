"""Bounds of aggregates: whatever a report leaves blank or gets wrong, the true figure lies between them."""

from itertools import product
from pathlib import Path
from random import Random

import polars as pl
import pytest

from dagster_project.settings import Settings
from tests.builds import build
from tests.corruptions import KINDS, SHIFTED, corrupted
from tests.report_writer import Figures, ReportWriter, Written
from tests.text_layouts import LAYOUTS
from tests.warehouse.printed import frame, seed

#: Places that no list has: each report is an agency's of its own.
PLACES = [f"{first}{second}县" for first, second in product("青柳白石云松", "岭溪渡桥坪岗湾塘")]
#: Shares of the cells of sections 3 and 4 that are left blank, from none to most.
BLANK_SHARES = (0.0, 0.02, 0.1, 0.5, 0.9)
SLIPS = [kind for kind in KINDS if kind != SHIFTED]
#: The form prints fees in 万元.
YUAN_IN_10_000 = 10_000

BOUNDS = """
select agency_name, measure, figure::double as figure, lower_bound::double as least, upper_bound::double as most
from intermediate.int_measure_bounds join marts.dim_report using (report_id)
"""


def title(place: str) -> str:
    return f"{place}水务局2023年政府信息公开工作年度报告"


def with_blanks(figures: Figures, share: float, writer: ReportWriter, random: Random) -> dict[tuple[str, str], str]:
    """Cells left blank; each figure of section 2 too, by the same share."""
    return {key: text for key, text in figures.items() if random.random() >= share}


@pytest.fixture(scope="module")
def truth(writer: ReportWriter) -> dict[str, Figures]:
    """What each place's report should say."""
    random = Random(11)
    return {place: writer.balanced("2021", random, least=number % 2) for number, place in enumerate(PLACES)}


@pytest.fixture(scope="module")
def printed(writer: ReportWriter, truth: dict[str, Figures]) -> dict[str, Figures]:
    """What it says: every third with one wrong cell and no blank, the others with blanks and nothing wrong."""
    random = Random(12)
    said: dict[str, Figures] = {}
    for number, (place, figures) in enumerate(truth.items()):
        if number % 3 == 0:
            wrong = corrupted(writer, dict(figures), SLIPS[number // 3 % len(SLIPS)], 1, random)
            said[place] = {**figures, **{key: text for key, (_, text) in wrong.items()}}
        else:
            said[place] = with_blanks(figures, BLANK_SHARES[number // 3 % len(BLANK_SHARES)], writer, random)
    return said


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, writer: ReportWriter, printed: dict[str, Figures]) -> Path:
    folder = tmp_path_factory.mktemp("bounds")
    reports = folder / "reports"
    reports.mkdir()
    for place, figures in printed.items():
        written = Written(figures, title=title(place))
        (reports / f"{place}.txt").write_text(writer.text(written, LAYOUTS["pipe_row"]), encoding="utf-8")
    return build(reports, folder / "bounds.duckdb")


def of_measure(measure: str, figures: Figures) -> float | None:
    """The true measure; None where the form of 2021 hasn't all of it."""
    parts = seed("measure_parts").filter(pl.col("measure") == measure).select("line", "column").iter_rows()
    wanted = [part for part in parts if part[0] != "other_all"]
    if not wanted or not all(part in figures for part in wanted):
        return None
    of_unit = YUAN_IN_10_000 if measure == "administrative_fees_amount" else 1
    return float(sum(int(figures[part]) for part in wanted) * of_unit)


def test_true_figures_lie_within_the_bounds(warehouse: Path, truth: dict[str, Figures]) -> None:
    """Of each report and measure; unknown parts have an upper bound wherever the printed cells leave one."""
    rows = frame(warehouse, BOUNDS)
    outside, bounded, open_ended = [], 0, 0
    for agency, measure, figure, least, most in rows.iter_rows():
        true = of_measure(measure, truth[agency.removesuffix("水务局")])
        assert true is not None, measure
        if least > true or (most is not None and most < true):
            outside.append((agency, measure, least, true, most))
        bounded += figure is None and most is not None
        open_ended += most is None
    assert outside == []
    assert bounded > 50
    assert open_ended > 50
    assert rows["agency_name"].n_unique() == len(PLACES)


def test_wrong_figures_are_within_their_bounds_too(warehouse: Path, printed: dict[str, Figures]) -> None:
    """Where a cell is suspect the bounds hold the print and the proposal; at least one stands apart from the figure."""
    rows = frame(warehouse, f"{BOUNDS} where figure is not null")
    assert rows.filter((pl.col("figure") < pl.col("least")) | (pl.col("figure") > pl.col("most"))).rows() == []
    assert rows.filter(pl.col("least") < pl.col("most")).height > 5


def test_certain_figures_have_no_width(warehouse: Path) -> None:
    """A report that says everything and balances: both bounds are the figure."""
    consistent = frame(warehouse, "select agency_name from marts.dim_report where quality_status = 'consistent'")
    known = frame(warehouse, f"{BOUNDS} where figure is not null").join(consistent, on="agency_name", how="semi")
    assert known.height > 100
    assert known.filter((pl.col("least") != pl.col("figure")) | (pl.col("most") != pl.col("figure"))).rows() == []


def test_aggregates_hold_the_true_sum(warehouse: Path, truth: dict[str, Figures]) -> None:
    """Added up over levels of administration, which the names of invented places may differ in."""
    rows = frame(
        warehouse,
        "select measure, sum(lower_bound)::double, if(bool_and(upper_bound is not null), sum(upper_bound), null)::double, "
        "sum(reports), sum(reports_known) from marts.agg_agency_type_years group by measure",
    )
    assert set(rows["sum(reports)"]) == {len(PLACES)}
    for measure, least, most, _, known in rows.iter_rows():
        true = sum(of_measure(measure, figures) or 0 for figures in truth.values())
        assert least <= true, measure
        assert most is None or most >= true, measure
        assert most is None or known > 0, measure


def test_an_unknown_outcome_is_at_most_what_the_total_leaves(tmp_path: Path, writer: ReportWriter) -> None:
    """Two outcomes are blank under 9 processed, of which 4 are known: each is 0 to 5, and both together are 5."""
    figures = dict.fromkeys(writer.keys("2021"), "0")
    for line, text in {"new_received": "9", "processed": "9", "granted": "4"}.items():
        figures |= {(line, "natural_person"): text, (line, "total"): text}
    blank = ("denied_state_secret", "unavailable_not_held")
    said = {key: text for key, text in figures.items() if key[0] not in blank}
    del said["administrative_review", "total"], said["administrative_review", "pending"]
    del said["administrative_fees", "amount"]
    (tmp_path / "reports").mkdir()
    page = writer.text(Written(said, title=title("青石县")), LAYOUTS["pipe_row"])
    (tmp_path / "reports" / "a.txt").write_text(page, encoding="utf-8")
    rows = frame(build(tmp_path / "reports", tmp_path / "w.duckdb"), BOUNDS)
    found = {measure: (least, most) for _, measure, _, least, most in rows.iter_rows()}
    assert found["granted"] == (4, 4)
    assert found["denied_state_secret"] == found["denied"] == found["unavailable_not_held"] == (0, 5)
    assert found["administrative_review"] == found["administrative_review_pending"] == (0, None)
    assert found["administrative_review_upheld"] == (0, 0)
    assert found["administrative_fees_amount"] == (0, None)


def test_real_reports_have_their_figures_within_bounds(seeds_warehouse: Path) -> None:
    rows = frame(Settings((), seeds_warehouse).build_database, BOUNDS)
    assert rows.filter((pl.col("figure") < pl.col("least")) | (pl.col("figure") > pl.col("most"))).rows() == []
    assert rows.height > 100


def test_sections_without_explanation_have_no_upper_bound(sample_warehouse: Path) -> None:
    """Every section that doesn't balance either has complete explanations or leaves its measures open above."""
    closed = frame(
        sample_warehouse,
        "select count(*) from intermediate.int_cell_bounds where is_unexplained and most is not null",
    )
    assert closed.item() == 0


def test_weights_of_enforced_identities_are_one() -> None:
    """The macro that holds figures within the identities counts each term once."""
    enforced = seed("catalogue_identities").filter(pl.col("is_enforced") == "true")["identity"].to_list()
    weights = seed("catalogue_identity_terms").filter(pl.col("identity").is_in(enforced))["weight"]
    assert set(weights) == {"1"}
