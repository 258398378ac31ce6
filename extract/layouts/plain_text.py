"""Text layouts: a row a line or a cell a line, with pipes or without.

Belongs here: where a cell begins and ends in text. Doesn't belong here: labels and figures.
"""

import re
from collections.abc import Iterator

from extract.documents import Layout
from extract.layouts.stream import SourceCell
from extract.source_text import SourceText

_MARKDOWN_RULE = re.compile(r"^[\s|:-]*-{3,}[\s|:-]*$")


def cells(source: SourceText) -> Iterator[SourceCell]:
    """The cells of a text, in reading order; prose comes as one cell a line."""
    for number, (line, printed) in enumerate(zip(source.lines, source.printed, strict=True), start=1):
        if "|" not in line:
            yield from _unmarked_line(line, printed, number)
        elif not _MARKDOWN_RULE.match(line):
            yield from _pipe_line(line, printed, number)


def _unmarked_line(line: str, printed: str, number: int) -> Iterator[SourceCell]:
    if text := line.strip():
        yield SourceCell(text, printed.strip(), number, "cell_per_line", is_closed=False)


def _pipe_line(line: str, printed: str, number: int) -> Iterator[SourceCell]:
    """Cells of a line with pipes.

    ``X |`` closes one cell and ``|`` alone is one empty cell. A run of pipes at the end (``||||``)
    is what merged cells leave behind: it holds no cell, while ``| |`` does.
    """
    pieces, raw_pieces = _pieces(line), _pieces(printed)
    if len(raw_pieces) != len(pieces):
        raw_pieces = pieces
    is_row = sum(1 for piece in pieces if piece.strip()) > 1
    layout: Layout = "pipe_row" if is_row else "pipe_per_line"
    for piece, raw in zip(pieces, raw_pieces, strict=True):
        yield SourceCell(piece.strip(), raw.strip(), number, layout, is_closed=True, row=number if is_row else None)


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
