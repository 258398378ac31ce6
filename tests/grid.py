"""Tables as they are printed: cells that may span rows and columns, without any format.

Belongs here: the shape that the writers of documents in tests take, and the arithmetic of its grid.
Doesn't belong here: writing a format (``tests.office_writers`` and its like) or the statutory form.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class GridCell:
    """A printed cell; ``rows`` and ``columns`` count the rows and columns of the grid that it covers."""

    text: str
    rows: int = 1
    columns: int = 1


#: Each row lists the cells that begin in it, like HTML.
Table = list[list[GridCell]]
#: A paragraph or a table.
Block = str | Table


def positions(table: Table) -> list[list[int]]:
    """Each cell's first column of the grid, from 0: the first that no cell from above or from the left covers."""
    found: list[list[int]] = []
    covered: set[tuple[int, int]] = set()
    for row_number, row in enumerate(table):
        found.append([])
        column = 0
        for cell in row:
            while (row_number, column) in covered:
                column += 1
            found[-1].append(column)
            covered.update(
                (row_number + down, column + right) for down in range(cell.rows) for right in range(cell.columns)
            )
    return found
