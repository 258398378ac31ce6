"""Tables as crawled text has them: the layouts that were seen, one function each.

Belongs here: where a layout puts cells, empty cells, and what merged cells leave behind. Doesn't belong
here: what stands in them (``tests.report_writer``).
"""

from collections.abc import Callable

#: A printed row: its cells, None for what a merged cell leaves behind.
PrintedRow = list[str | None]
Layout = Callable[[list[PrintedRow]], str]


def pipe_per_line(rows: list[PrintedRow]) -> str:
    """A cell a line, closed by a pipe; what merged cells leave behind as runs of pipes."""
    lines: list[str] = []
    for row in rows:
        merged = 0
        for cell in row:
            if cell is None:
                merged += 1
                continue
            lines.append(f"{cell} |" if cell else "|")
        if merged:
            lines.append("|" * max(2, merged))
    return "\n".join(lines)


def pipe_row(rows: list[PrintedRow]) -> str:
    """A row a line, each cell closed by a pipe; merged cells as pipes at the end."""
    lines = []
    for row in rows:
        cells = [cell for cell in row if cell is not None]
        lines.append(" | ".join(cell or " " for cell in cells) + " |" + "|" * (len(row) - len(cells)))
    return "\n".join(lines)


def fenced_row(rows: list[PrintedRow]) -> str:
    """A row a line between pipes on both sides."""
    return "\n".join(f"| {line}" for line in pipe_row(rows).split("\n"))


def cell_per_paragraph(rows: list[PrintedRow]) -> str:
    """A cell a paragraph, blank lines between; header words broken, figures with no-break spaces."""
    cells = [cell for row in rows for cell in row if cell]
    return "\n" + "\n\n".join(_broken(cell) for cell in cells) + "\n"


def _broken(cell: str) -> str:
    if cell.isdigit():
        return f"\u00a0{cell}" if len(cell) == 1 else f"{cell}\u00a0"
    return f"{cell[:2]}\n{cell[2:]}" if len(cell) == 4 else cell


def cell_per_line(rows: list[PrintedRow]) -> str:
    """A cell a line, nothing between."""
    return "\n".join(cell for row in rows for cell in row if cell)


def blank_lines_for_blanks(rows: list[PrintedRow]) -> str:
    """A cell a line, an empty cell as an empty line."""
    return "\n".join(cell for row in rows for cell in row if cell is not None)


def spaced(rows: list[PrintedRow]) -> str:
    """A row a line, cells kept apart by spaces, as text taken from a PDF has it."""
    return "\n".join(" ".join(cell for cell in row if cell) for row in rows)


def columns_by_spaces(rows: list[PrintedRow]) -> str:
    """A row a line, its cells in columns of spaces; no letter shows where an empty cell is."""
    return "\n".join("    ".join(cell for cell in row if cell) for row in rows)


def single_pipes(rows: list[PrintedRow]) -> str:
    """A cell a line; what one merged cell leaves behind looks like an empty cell."""
    lines = [
        line
        for row in rows
        for line in [*(f"{c} |" if c else "|" for c in row if c is not None), "|" * sum(c is None for c in row)]
    ]
    return "\n".join(line for line in lines if line)


def opened_rows(rows: list[PrintedRow]) -> str:
    """As ``single_pipes``, and every row opens with a pipe."""
    return "\n".join(f"|\n{single_pipes([row])}" for row in rows)


def markdown(rows: list[PrintedRow]) -> str:
    """A table in Markdown, its merged cells as empty ones."""
    lines = [f"| {' | '.join(cell or '' for cell in row)} |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    return "\n" + "\n".join(lines) + "\n"


#: Layouts that show where every cell is.
LAYOUTS: dict[str, Layout] = {
    "pipe_per_line": pipe_per_line,
    "pipe_row": pipe_row,
    "fenced_row": fenced_row,
    "cell_per_paragraph": cell_per_paragraph,
    "cell_per_line": cell_per_line,
    "blank_lines_for_blanks": blank_lines_for_blanks,
    "spaced": spaced,
    "columns_by_spaces": columns_by_spaces,
    "markdown": markdown,
}
#: Layouts whose empty cells may be lost, or look like what merged cells leave behind.
RAGGED: dict[str, Layout] = {**LAYOUTS, "single_pipes": single_pipes, "opened_rows": opened_rows}
