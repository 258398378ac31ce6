"""PDF documents: every cell reads back at its place, and lines keep their gaps."""

import csv
import re
from collections.abc import Sequence
from itertools import combinations, groupby

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from extract.layouts import pdf
from extract.layouts.stream import PrintedCell
from tests.conftest import shared
from tests.extract.pdf_reading import OPENING, bare, drawn, lines_of, read, rows_of
from tests.grid import Block, GridCell, Table, positions
from tests.pdf_writer import Printing, column_edges
from tests.pdf_writer import pdf as written

RELAXED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = st.sampled_from(
    ["", "", "0", "17", "1328", "-", "/", "12.5", "+3", "结果\n维持", "1\n2", "规范性文件", "a b", "86000元（罚没）", "三\n、\n本\n年"]
)  # fmt: skip
LINE = st.sampled_from(["一、总体情况", "公开12件", "0", "第二十条"])
DRAWINGS = st.sampled_from(["frames", "rectangles", "dots", "double"])


@st.composite
def tables(draw: st.DrawFn, *, most_rows: int = 6, widest: int = 3) -> Table:
    """A table of at least two columns, some of its cells merged over up to ``widest`` columns."""
    height, width = draw(st.integers(1, most_rows)), draw(st.integers(2, 7))
    free = {(row, column) for row in range(height) for column in range(width)}
    table: Table = [[] for _ in range(height)]
    for row in range(height):
        for column in range(width):
            if (row, column) not in free:
                continue
            columns = min(draw(st.sampled_from([1, 1, 1, 2, 3])), widest)
            columns = next((n for n in range(1, columns + 1) if (row, column + n) not in free), columns)
            rows = min(draw(st.sampled_from([1, 1, 1, 2, 3])), height - row)
            free -= {(row + down, column + right) for down in range(rows) for right in range(columns)}
            table[row].append(GridCell(draw(TEXT), rows, columns))
    assume(len({column for row in positions(table) for column in row}) > 1)
    return table


def ruled_columns(table: Table) -> list[int]:
    """The columns at which a rule stands, and the end of the last one."""
    ends = {column + cell.columns for row, columns in zip(table, positions(table), strict=True)
            for cell, column in zip(row, columns, strict=True)}  # fmt: skip
    return sorted(ends | {0})


def printed_rows(table: Table) -> list[list[tuple[int, str]]]:
    """The cells of each row with their column, counted by the rules that the table has; no row without a cell."""
    edges = ruled_columns(table)
    return [
        [(edges.index(column), bare(cell.text)) for cell, column in zip(row, columns, strict=True)]
        for row, columns in zip(table, positions(table), strict=True)
        if row
    ]


# -- tables -----------------------------------------------------------------------------------


@given(
    st.lists(st.one_of(LINE, tables()), min_size=1, max_size=3), DRAWINGS, st.booleans(), st.booleans(),
    st.sampled_from([0, 0, 90, 180, 270]),
)  # fmt: skip
@RELAXED
def test_every_cell_reads_back_at_its_place(
    blocks: list[Block], drawing: str, shaded: bool, in_form: bool, turned: int
) -> None:
    assume(not are_taken_for_one([block for block in blocks if not isinstance(block, str)]))
    printing = Printing(drawing=drawing, shaded=shaded, in_form=in_form, turned=turned)  # ty: ignore[invalid-argument-type]
    cells = read(written([OPENING, *blocks], height=4000, printing=printing))
    expected = [
        row for block in [OPENING, *blocks] for row in ([block] if isinstance(block, str) else printed_rows(block))
    ]
    found = [
        group[0].text if row is None else rows_of(group)[0]
        for (row, _), cells_of_row in groupby(cells, key=lambda cell: (cell.row, cell.source_line))
        for group in [list(cells_of_row)]
    ]
    assert found == expected
    assert sorted({cell.source_line for cell in cells}) == list(range(1, len(found) + 1))
    assert all(cell.is_closed == (cell.row is not None) for cell in cells)


@given(st.lists(tables(most_rows=25, widest=1).filter(all), min_size=1, max_size=2), DRAWINGS)
@RELAXED
def test_tables_go_on_after_page_breaks(blocks: list[Table], drawing: str) -> None:
    assume(not are_taken_for_one(blocks))
    printing = Printing(drawing=drawing)  # ty: ignore[invalid-argument-type]
    cells = read(written([OPENING, *blocks], height=320, page_numbers=True, printing=printing))
    found = rows_of(cells)
    for table in blocks:
        for row, columns in zip(table, positions(table), strict=True):
            expected = {column: bare(cell.text) for cell, column in zip(row, columns, strict=True)}
            printed = dict(found.pop(0)) if found else {}
            # a cell that a page break parts is there again after the break, empty
            assert {column: text for column, text in printed.items() if column in expected} == expected
            assert all(text == "" for column, text in printed.items() if column not in expected)
    assert not found
    pages = [line for line in lines_of(cells) if line.startswith("- ")]
    assert pages == [f"- {number} -" for number in range(1, len(pages) + 1)]


def are_taken_for_one(tables: list[Table]) -> bool:
    """Whether all columns of one table may be among those of another one, as after a page break."""
    edges = [[column_edges(table)[column] for column in ruled_columns(table)] for table in tables]
    return any(
        all(min(abs(edge - other) for other in more) < 2 * pdf.SAME_EDGE for edge in fewer)
        for fewer, more in combinations(sorted(edges, key=len), 2)
    )


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("between", [[], ["一、总体情况"]])
def test_a_table_with_some_of_the_columns_of_its_neighbour_counts_them_there(order: int, between: list[str]) -> None:
    """Which of two grids goes on from the other, no print says: no cell is lost, and all rows count alike."""
    narrow, wide = [[GridCell(""), GridCell("")]], [[GridCell("")] * 4]
    first, second = [narrow, wide][::order]
    rows = rows_of(read(written([OPENING, first, *between, second])))
    assert rows == [[(0, ""), (2, "")], [(0, ""), (1, ""), (2, ""), (3, "")]][::order]


@given(tables(widest=1))
@RELAXED
def test_a_table_without_its_outer_rules_is_closed_by_the_others(table: Table) -> None:
    cells = read(written([OPENING, table], height=4000, printing=Printing(is_open=True)))
    assert rows_of(cells) == printed_rows(table)


def test_a_merged_cell_comes_once_and_blanks_stay() -> None:
    table = [
        [GridCell("三\n、\n本\n年", rows=3), GridCell("（一）予以公开"), GridCell("1\n2"), GridCell("")],
        [GridCell("（二）不予\n公开", rows=2), GridCell(""), GridCell("0")],
        [GridCell("4"), GridCell("")],
    ]
    cells = [cell for cell in read(written([OPENING, table])) if cell.position is not None]
    assert [(cell.position, cell.text) for cell in cells] == [
        (0, "三、本年"), (1, "（一）予以公开"), (2, "1 2"), (3, ""),
        (1, "（二）不予公开"), (2, ""), (3, "0"),
        (2, "4"), (3, ""),
    ]  # fmt: skip
    assert [cell.row for cell in cells] == [2, 2, 2, 2, 3, 3, 3, 4, 4]


BOX = "[c.line(20, y, 220, y) for y in (100, 120, 140)]; [c.line(x, 100, x, 140) for x in (20, 120, 220)]; "
FIGURES = "c.drawString(25, 125, '规章'); c.drawString(125, 125, '7'); c.drawString(25, 105, '其他'); c.drawString(125, 105, '8'); "


@pytest.mark.parametrize(
    ("name", "drawing"),
    [
        ("a word underlined", BOX + FIGURES + "c.line(25, 123, 45, 123)"),
        ("a rule below the heading of the page", BOX + FIGURES + "c.line(20, 270, 380, 270)"),
        ("a frame around the page", BOX + FIGURES + "c.rect(5, 5, 390, 290)"),
        ("a background that meets the rules", "c.setFillGray(.9); c.rect(21, 101, 60, 38, stroke=0, fill=1); c.setFillGray(0); " + BOX + FIGURES),
        ("a diagonal", BOX + FIGURES + "c.line(20, 140, 120, 120)"),
        ("a curve", BOX + FIGURES + "c.circle(70, 120, 15)"),
        ("rules broken into dashes", "c.setDash(3, 2); " + BOX + FIGURES),
        ("rules drawn dash by dash", FIGURES
         + "[c.line(x, y, x + 3, y) for y in (100, 120, 140) for x in range(20, 220, 5)]; "
         + "[c.line(x, y, x, y + 3) for x in (20, 120, 220) for y in range(100, 140, 5)]"),
        ("one path for all", FIGURES + "p = c.beginPath(); "
         + "[p.rect(20, y, 200, .5) for y in (100, 120, 140)]; [p.rect(x, 100, .5, 40) for x in (20, 120, 220)]; "
         + "c.drawPath(p, stroke=0, fill=1)"),
        ("rules that don't quite meet", FIGURES
         + "[c.line(21.5, y, 218.5, y) for y in (100, 120, 140)]; [c.line(x, 101.5, x, 138.5) for x in (20, 120, 220)]"),
        ("rules of one row off those of another", FIGURES
         + "[c.line(20, y, 220, y) for y in (100, 120, 140)]; [c.line(x, 120, x, 140) for x in (20, 120, 220)]; "
         + "[c.line(x, 100, x, 120) for x in (21, 122, 219)]"),
        ("thick rules", "c.setLineWidth(3); " + BOX + FIGURES),
        ("bold by printing twice", BOX + FIGURES + "c.drawString(25.4, 125, '规章'); c.drawString(125.3, 125, '7')"),
        ("a mark across the page", BOX + FIGURES + "c.translate(30, 90); c.rotate(30); c.setFontSize(20); c.drawString(0, 0, '内部资料12')"),
        ("no outer rules at all", FIGURES + "c.line(20, 120, 220, 120); c.line(20, 100, 220, 100); c.line(20, 140, 220, 140); c.line(120, 100, 120, 140)"),
        ("open at the page's end", FIGURES + "c.line(20, 120, 220, 120); c.line(20, 140, 220, 140); [c.line(x, 100, x, 140) for x in (20, 120, 220)]"),
        ("a corner without its upper rule", FIGURES + "c.line(120, 140, 220, 140); c.line(20, 120, 220, 120); c.line(20, 100, 220, 100); "
         + "[c.line(x, 100, x, 140) for x in (20, 120, 220)]"),
    ],
)  # fmt: skip
def test_rules_as_found(name: str, drawing: str) -> None:
    cells = read(drawn(drawing))
    assert rows_of(cells) == [[(0, "规章"), (1, "7")], [(0, "其他"), (1, "8")]], name
    assert lines_of(cells) == [OPENING], name


def test_tables_side_by_side_and_one_in_another() -> None:
    outer = "c.rect(10, 50, 370, 200); c.line(240, 50, 240, 250); c.drawString(250, 150, '右'); "
    cells = read(drawn(outer + BOX + FIGURES))
    assert rows_of(cells) == [[(0, ""), (1, "右")], [(0, "规章"), (1, "7")], [(0, "其他"), (1, "8")]]
    beside = "c.translate(200, 0); " + BOX.replace("220", "180").replace("120,", "80,", 1).replace(
        "(20, 120", "(20, 80"
    )
    assert len(rows_of(read(drawn(BOX + FIGURES + beside)))) >= 2


def test_lines_beside_a_step_of_a_table_stay_lines() -> None:
    step = "[c.line(20, y, 220, y) for y in (80, 110)]; c.line(20, 150, 120, 150); c.line(220, 80, 220, 110); " + (
        "[c.line(x, 80, x, 150) for x in (20, 120)]; "
    )
    figures = "c.drawString(25, 125, '规章'); c.drawString(25, 90, '其他'); c.drawString(125, 90, '8'); "
    beside = "c.drawString(130, 138, '单位：件'); c.drawString(130, 118, '截至年底')"
    cells = read(drawn(step + figures + beside))
    assert rows_of(cells) == [[(0, "规章")], [(0, "其他"), (1, "8")]]
    assert lines_of(cells) == [OPENING, "单位：件", "截至年底"]


def test_a_hyphen_after_letters_stays_one() -> None:
    table = [[GridCell("三\n、\n本\n年"), GridCell("1")], [GridCell("-"), GridCell("a-\nb")]]
    assert rows_of(read(written([OPENING, table]))) == [[(0, "三、本年"), (1, "1")], [(0, "-"), (1, "a- b")]]


def test_text_turned_in_its_cell() -> None:
    turned = "c.saveState(); c.translate(40, 105); c.rotate(90); c.drawString(0, 0, '本年12'); c.restoreState()"
    cells = read(drawn(BOX.replace("(100, 120, 140)", "(100, 140)") + "c.drawString(125, 125, '7'); " + turned))
    assert rows_of(cells) == [[(0, "本年12"), (1, "7")]]


def test_a_frame_of_one_column_holds_lines() -> None:
    cells = read(written([OPENING, [[GridCell("行政许可")], [GridCell("97")]]]))
    assert lines_of(cells) == [OPENING, "行政许可", "97"]
    assert rows_of(cells) == []


# -- lines ------------------------------------------------------------------------------------


@given(
    st.lists(
        st.lists(st.sampled_from(["0", "17", "1328", "规章", "行政许可", "12.5"]), min_size=3, max_size=3),
        min_size=1,
        max_size=5,
    )
)
@RELAXED
def test_columns_without_rules_stand_apart(rows: list[list[str]]) -> None:
    table = [[GridCell(text) for text in row] for row in rows]
    found = lines_of(read(written([OPENING, table], ruled=False)))
    assert [line.split("|") for line in found[1:]] == rows


@pytest.mark.parametrize(
    ("drawing", "line"),
    [
        ("c.drawString(20, 200, '三、本年度', charSpace=4)", "三、本年度"),
        ("c.drawString(20, 200, '总'); c.drawString(38, 200, '计')", "总计"),
        ("c.drawString(20, 200, '邮编：223100，电话', charSpace=1)", "邮编：223100，电话"),
        ("c.drawString(20, 200, '于'); c.drawString(32.5, 200, '2023'); c.drawString(53, 200, '年')", "于2023年"),
        ("c.drawString(20, 200, '总计'); c.drawString(60, 200, '其他')", "总计|其他"),
        ("c.drawString(20, 200, '一、'); c.drawString(48, 200, '总体情况')", "一、 总体情况"),
        ("c.drawString(20, 200, '行政许可'); c.drawString(66, 200, '97')", "行政许可|97"),
        ("c.drawString(20, 200, '1 2')", "1|2"),
        ("c.drawString(20, 200, '0'); c.drawString(34, 200, '0'); c.drawString(48, 200, '0')", "0|0|0"),
        ("c.drawString(20, 200, '无'); c.drawString(50, 200, '无'); c.drawString(80, 200, '无')", "无|无|无"),
        ("c.drawString(20, 200, '—'); c.drawString(40, 200, '—'); c.drawString(60, 200, '—')", "—|—|—"),
        ("c.drawString(200, 201, '5'); c.drawString(20, 200, '规章')", "规章|5"),
        ("c.drawString(20, 200, '⼀、⽇期')", "一、日期"),
    ],
)  # fmt: skip
def test_spaces_in_lines(drawing: str, line: str) -> None:
    assert lines_of(read(drawn(drawing))) == [OPENING, line]


# -- a real report ----------------------------------------------------------------------------


def figures(row: Sequence[PrintedCell]) -> list[str]:
    return [cell.text for cell in row if re.fullmatch(r"[\d.]+", cell.text)]


def test_a_real_report_agrees_with_its_gold_cells() -> None:
    folder = shared("reports")
    with (folder / "gold_cells.csv").open(encoding="utf-8", newline="") as file:
        gold = [row for row in csv.DictReader(file) if row["document"] == "huai_an_hongze_2023"]
    expected = [
        [cell["value"] if cell["unit"] == "count" else f"{float(cell['value']) / 10000:.2f}" for cell in line]
        for _, cells in groupby(gold, key=lambda cell: cell["line"])
        for line in [list(cells)]
    ]
    section_2_and_3, section_4 = expected[:-3], [figure for line in expected[-3:] for figure in line]

    cells = read((folder / "huai_an_hongze_2023.pdf").read_bytes())
    rows = [list(row) for number, row in groupby(cells, key=lambda cell: cell.row) if number is not None]
    with_figures = [row for row in rows if figures(row)]
    assert [figures(row) for row in with_figures] == [*section_2_and_3, section_4]
    for row in with_figures:
        # labels first, then figures only, each in a column of its own
        count = len(figures(row))
        assert [cell.text for cell in row[-count:]] == figures(row)
        places = [cell.position or 0 for cell in row]
        assert places == sorted(set(places))
    section_3 = [row for row in with_figures if len(figures(row)) == 7]
    assert {tuple(cell.position for cell in row[-7:]) for row in section_3} == {(3, 4, 5, 6, 7, 8, 9)}
    assert len(section_3) == len([line for line in section_2_and_3 if len(line) == 7])
