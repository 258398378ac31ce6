"""Known tables of texts: lines with pipes that were met before but for their numbers (``extract.layouts.templates``).

Why they read alone as they do in their place: they are all the lines with pipes that follow each other, and nothing
but the lines of a table decides how its rows are told apart (``extract.layouts.plain_text``).

Belongs here: where such lines begin and end. Doesn't belong here: where cells do.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from extract.layouts.stream import PrintedCell
from extract.layouts.templates import CondensedCells, FilledTemplate, Templates

#: A plain number that is the whole of a cell, at the beginning of a line or behind a pipe: each begins with one letter,
#: which is quick to look for.
_NUMBER = r"[ \t]*+([0-9]{1,15})[ \t]*+(?=[\n|]|\Z)"
_NUMBERS = re.compile(rf"[\n|]{_NUMBER}")
_IN_FORM = [(re.compile(rf"{before}{_NUMBER}"), f"{before[-1]}\0") for before in ("\n", r"\|")]
#: Fewer lines than this are read sooner than looked up.
FEWEST_LINES = 3

_LINES_WITH_PIPES = re.compile(rf"^[^\n|]*+\|[^\n]*+(?:\n[^\n|]*+\|[^\n]*+){{{FEWEST_LINES - 1},}}+", re.MULTILINE)

#: The cells of some lines, the first of which has this number.
ReadLines = Callable[[str, int], Iterable[PrintedCell]]


def condensed(text: str, templates: Templates, read: ReadLines) -> CondensedCells | None:
    """The cells of a text with stand-ins for its known tables; None where there are none, or other rules count."""
    known: list[FilledTemplate] = []
    cells: list[PrintedCell] = []
    begin, line = 0, 1
    for lines in _LINES_WITH_PIPES.finditer(text):
        if filled := templates.filled(lines[0]):
            between = text[begin : lines.start()]
            if has_rule(between):
                return None
            cells += read(between, line)
            line += between.count("\n")
            cells.append(filled.stand_in(line))
            line += lines[0].count("\n")
            known.append(filled)
            begin = lines.end()
    if not known or has_rule(text[begin:]):
        return None
    return CondensedCells([*cells, *read(text[begin:], line)], known)


def form_of(lines: str) -> tuple[str, Sequence[str]]:
    """The form of lines: with a zero byte in place of each number that is the whole of a cell."""
    form = lines
    for number, written in _IN_FORM:
        form = number.sub(written, form)
    return form, _NUMBERS.findall(lines)


def has_rule(text: str) -> bool:
    """Whether a text has marks of which lines may consist that part its tables or paragraphs."""
    return "---" in text or "===" in text
