"""Cells by their fields are the cells that they were made of."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from extract.cells import Cells
from extract.documents import Cell

_WORDS = st.one_of(st.none(), st.text(max_size=3))
CELLS = st.builds(
    Cell,
    report_id=st.text(max_size=3),
    section=st.integers(2, 4),
    line=_WORDS,
    column=_WORDS,
    value=st.one_of(st.none(), st.decimals(allow_nan=False, allow_infinity=False)),
    inferred_value=st.just(None),
    inference=_WORDS,
    unit=_WORDS,
    raw_text=st.text(max_size=3),
    reading=st.sampled_from(["read", "blank"]),
    remark=_WORDS,
    source_line=st.integers(1, 9),
    line_label=_WORDS,
    label_distance=st.integers(0, 2),
)


@given(st.lists(st.lists(CELLS, max_size=3), max_size=3))
def test_cells_are_what_they_were_made_of(parts: list[list[Cell]]) -> None:
    expected = [cell for part in parts for cell in part]
    cells = Cells.joined([Cells.of(part) if number % 2 else part for number, part in enumerate(parts)])
    assert cells == expected
    assert expected == cells
    assert list(cells) == expected
    assert len(cells) == len(expected)
    assert all(isinstance(cell, Cell) for cell in cells)
    assert list(cells.column("value")) == [cell.value for cell in expected]
    assert list(cells[1:]) == expected[1:]
    assert not expected or cells[-1] == expected[-1]
    assert Cells.of(cells) is cells


def test_other_cells_are_not_equal() -> None:
    cell = Cell("r", 2, "a", "b", Decimal(1), None, None, "count", "1", "read", None, 1, None, 0)
    assert Cells.of([cell]) != [cell._replace(value=Decimal(2))]
    assert Cells.of([cell]) != Cells.of([])
    assert Cells.of([cell]) != 1
    assert "Decimal" in repr(Cells.of([cell]))
