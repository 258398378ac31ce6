"""Text layouts: a row a line or a cell a line, with pipes, with spaces, or with nothing between.

Belongs here: where a cell begins and ends in text and in Markdown. Doesn't belong here: labels and
figures; files, and text that holds tables in HTML (``extract.layouts.web_page``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from statistics import mode

from extract.documents import Layout
from extract.layouts.plain_known import condensed, form_of, has_rule
from extract.layouts.stream import PrintedCell, Refused, cell_of
from extract.layouts.templates import Templates
from extract.remembered import Remembered

#: A text with more lines or letters than this, blank ones among them, is refused.
MOST_LINES, MOST_LETTERS = 200_000, 10_000_000
#: A line with more cells than this is no row of a table, but a table or a report without line breaks.
LONGEST_ROW = 40
#: So many pieces between spaces make a line a report without line breaks.
PIECES_OF_A_REPORT = 40
#: A text with fewer figures on lines of their own says nothing of the usual gap between cells.
FEWEST_FIGURES = 10

_NOT_OF_A_RULE = re.compile(r"[^\s|:+=-]")
#: Marks of Markdown for headings, quotes, bold letters and escapes, and their letters.
_MARKS = "#*>_\\"
_MARKDOWN_MARK = re.compile(r"^\s*(?:#{1,6}\s+|>\s+)|\*\*|__|\\(?=[|*_.#()\-+])")
_NUMBER = re.compile(r"[+\-−－]{0,2}\d[\d,.]*(?:万?元)?|[-—/－]")
_PAGE_NUMBER = re.compile(
    r"[-—–－·.]\s*\d+\s*[-—–－·.]|\d+\s*[/／－-]\s*\d+|(?i:page)\s*\d+.{0,12}|第\s*\d+\s*页.{0,12}"
)
#: What tables in memory have for an empty cell or a missing name of a column, when they are written as text.
_NO_CELL = re.compile(r"[Nn]a[Nn]|None|Unnamed: \d+")
_WIDE_GAP = re.compile(r"\t+\s*|[^\S\n]{2,}|\u3000+")


def text_cells(text: str) -> Iterable[PrintedCell]:
    """The cells of a text: its lines are numbered from 1.

    Raises:
        Refused: the text is too large.

    """
    text = _bounded(text)
    known = condensed(text, _TABLES, _cells_of_lines) if "|" in text else None
    return _cells_in_full(text) if known is None else known


def _cells_in_full(text: str) -> Iterator[PrintedCell]:
    lines = text.split("\n")
    empty = {} if "|" in text else _empty_cells(lines)
    if empty or has_rule(text):
        return _cells_by_line(lines, _unmarked(text, lines), empty)
    return _cells_of_lines(text, 1)


def _cells_of_lines(text: str, first_line: int) -> Iterator[PrintedCell]:
    """The cells of lines that each tell by themselves what stands in them."""
    return cells_of_lines(_unmarked(text, text.split("\n")), first_line)


def cells_of_lines(lines: Iterable[str], first_line: int) -> Iterator[PrintedCell]:
    """The cells of lines without marks of Markdown, each by itself."""
    return (
        cell_of((piece, number, layout, is_closed, number if is_row else None, None, None))
        for number, (pieces, layout, is_closed, is_row) in enumerate(map(_LINES.__getitem__, lines), start=first_line)
        for piece in pieces
    )


def _unmarked(text: str, lines: list[str]) -> list[str]:
    """The lines of a text without the marks of Markdown."""
    return [_MARKDOWN_MARK.sub("", line) for line in lines] if any(mark in text for mark in _MARKS) else lines


def _cells_by_line(lines: Sequence[str], clean: Sequence[str], empty: Mapping[int, int]) -> Iterator[PrintedCell]:
    """The cells of lines among which there are rules, or empty cells that additional blank lines stand for.

    ``clean`` are the lines without the marks of Markdown.
    """
    in_grid = _lines_in_grids(lines) if any("---" in line for line in lines) else ()
    for number, (line, text) in enumerate(zip(lines, clean, strict=True), start=1):
        for _ in range(empty.get(number, 0)):
            yield PrintedCell("", number, "cell_per_line", is_closed=False)
        if number in in_grid:
            yield from _grid_row(text, number)
        elif not _is_rule(line):
            yield from line_cells(text, number)


def _bounded(text: str) -> str:
    """A text of not too many lines, their ends all alike."""
    if len(text) > MOST_LETTERS:
        raise Refused("too_large", f"more than {MOST_LETTERS} letters")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") >= MOST_LINES:
        raise Refused("too_large", f"more than {MOST_LINES} lines")
    return text


def _is_rule(line: str) -> bool:
    """Whether a line is what Markdown has between a table's header and its rows, or between paragraphs."""
    return ("---" in line or "===" in line) and not _NOT_OF_A_RULE.search(line)


def _lines_in_grids(lines: Sequence[str]) -> set[int]:
    """The lines of tables in Markdown whose rows all have as many cells as the rule below the header."""
    found: set[int] = set()
    for is_table, group in groupby(enumerate(lines, start=1), key=lambda item: item[1].strip().startswith("|")):
        rows = list(group)
        rules = [number for number, line in rows if _is_rule(line)]
        if is_table and rules and len({len(_fenced(line)) for _, line in rows}) == 1:
            found |= {number for number, _ in rows} - set(rules)
    return found


def _grid_row(line: str, number: int) -> Iterator[PrintedCell]:
    for position, piece in enumerate(_fenced(line)):
        text = "" if _NO_CELL.fullmatch(piece.strip()) else piece.strip()
        yield PrintedCell(text, number, "pipe_row", is_closed=True, row=number, position=position)


def _fenced(line: str) -> list[str]:
    return line.strip().removeprefix("|").removesuffix("|").split("|")


def _empty_cells(lines: Sequence[str]) -> dict[int, int]:
    """How many empty cells stand before a line, in a text without pipes that keeps them as additional blank lines.

    Cells are as far apart as most lines are; where all gaps before figures are multiples of that, the
    wider ones hold empty cells.
    """
    filled = [number for number, line in enumerate(lines, start=1) if line and not line.isspace()]
    if len(filled) == len(lines):
        return {}
    gaps = {later: later - earlier for earlier, later in pairwise(filled)}
    before_figures = [gap for number, gap in gaps.items() if _NUMBER.fullmatch(lines[number - 1].strip())]
    if len(before_figures) < FEWEST_FIGURES:
        return {}
    usual = mode(gaps.values())
    if usual == max(before_figures) or any(gap % usual for gap in before_figures):
        return {}
    return {number: gap // usual - 1 for number, gap in gaps.items() if gap % usual == 0 and gap > usual}


def line_cells(line: str, number: int) -> list[PrintedCell]:
    """The cells of one line."""
    pieces, layout, is_closed, is_row = _LINES[line]
    row = number if is_row else None
    return [cell_of((piece, number, layout, is_closed, row, None, None)) for piece in pieces]


def _cells_of(line: str) -> tuple[Sequence[str], Layout, bool, bool]:
    """The texts of a line's cells, its layout, whether its cells are closed, and whether they are a row."""
    if "|" in line:
        return _pipe_line(line)
    text = line.strip()
    return _unmarked_line(text) if text else ((), "cell_per_line", False, False)


_LINES = Remembered(_cells_of, most=16384, longest=60)
_TABLES = Templates(lambda lines: list(_cells_in_full(lines)), form_of, " \t")


def _unmarked_line(text: str) -> tuple[Sequence[str], Layout, bool, bool]:
    """A line without marks: one cell, or several where gaps or figures at its end tell them apart."""
    pieces = text.split()
    if len(pieces) == 1 or _PAGE_NUMBER.fullmatch(text):
        return (text,), "cell_per_line", False, False
    if len(pieces) > PIECES_OF_A_REPORT:
        return pieces, "spaced", False, False
    columns = _spaced_columns(text, pieces)
    is_row = len(columns) > 1
    return columns, "spaced" if is_row else "cell_per_line", False, is_row


def _spaced_columns(text: str, pieces: Sequence[str]) -> list[str]:
    """The cells of a line: figures at its end, each for itself; before them, what wide gaps keep apart."""
    first = len(pieces)
    while first and _NUMBER.fullmatch(pieces[first - 1]):
        first -= 1
    figures = list(pieces[first:])
    words = text
    for piece in reversed(figures):
        words = words[: words.rindex(piece)]
    return [column for column in _WIDE_GAP.split(words.strip()) if column] + figures


def _pipe_line(line: str) -> tuple[Sequence[str], Layout, bool, bool]:
    """Cells of a line with pipes.

    ``X |`` closes one cell and ``|`` alone is one empty cell. A run of pipes at the end (``||||``)
    is what merged cells leave behind: it holds no cell, while ``| |`` does. Empty cells before a lone text make a
    row of them: they are no cells of the row above.
    """
    pieces = [piece.strip() for piece in _pieces(line)]
    printed = sum(map(bool, pieces))
    is_row = len(pieces) <= LONGEST_ROW and (printed > 1 or (printed == 1 and not pieces[0]))
    return pieces, "pipe_row" if is_row else "pipe_per_line", True, is_row


def _pieces(line: str) -> list[str]:
    stripped = line.strip()
    if stripped == "|":
        return [""]
    pieces = stripped.removesuffix("|").split("|")
    if pieces[0] == "":
        pieces.pop(0)
    while pieces and pieces[-1] == "":
        pieces.pop()
    return pieces
