"""Known tables of texts: lines with pipes that were met before but for their numbers (``extract.layouts.templates``).

Why they read alone as they do in their place: they are all the lines with pipes that follow each other, and nothing
but the lines of a table decides how its rows are told apart (``extract.layouts.plain_text``).

Belongs here: where such lines begin and end. Doesn't belong here: where cells do.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from extract.layouts.stream import PrintedCell
from extract.layouts.templates import CondensedCells, FilledTemplate, Templates

#: A plain number that is the whole of a cell.
_NUMBER = re.compile(r"(?<=[\n|])[ \t]*+[0-9]{1,15}[ \t]*+(?=[\n|]|\Z)")
#: Lines with pipes that follow each other. The group isn't possessive: Python before 3.11.5 (Debian 12 has 3.11.2) goes
#: on behind what a possessive group with repeats in it began and didn't end.
_LINES_WITH_PIPES = re.compile(r"[^\n|]*+\|[^\n]*+(?:\n[^\n|]*+\|[^\n]*+)*")

#: The cells of some lines, the first of which has this number.
ReadLines = Callable[[str, int], Iterable[PrintedCell]]


def condensed(text: str, templates: Templates, read: ReadLines) -> CondensedCells | None:
    """The cells of a text with stand-ins for its known tables; None where there are none, or other rules count."""
    known: list[FilledTemplate] = []
    cells: list[PrintedCell] = []
    begin, line = 0, 1
    for filled, start, end in _known(text, templates):
        if has_rule(text[begin:start]):
            return None
        cells += read(text[begin:start], line)
        cells.append(filled.stand_in(line + text.count("\n", begin, start)))
        known.append(filled)
        line += text.count("\n", begin, end)
        begin = end
    if not known or has_rule(text[begin:]):
        return None
    return CondensedCells([*cells, *read(text[begin:], line)], known)


def _known(text: str, templates: Templates) -> Iterator[tuple[FilledTemplate, int, int]]:
    """The known tables of a text, with their beginnings and ends."""
    end = 0
    while (pipe := text.find("|", end)) >= 0:
        start = text.rfind("\n", 0, pipe) + 1
        known = templates.at(text, start)
        if known and _ends_table(text, known[1]):
            end = known[1]
            yield known[0], start, end
        elif lines := _LINES_WITH_PIPES.match(text, start):
            end = lines.end()
            templates.meet(lines[0])


def _ends_table(text: str, end: int) -> bool:
    """Whether a line ends here, and the next one has no pipe."""
    next_end = text.find("\n", end + 1)
    return text[end : end + 1] in ("", "\n") and "|" not in text[end : next_end if next_end >= 0 else None]


def form_of(lines: str) -> tuple[str, int]:
    """The form of lines: with a zero byte in place of each number that is the whole of a cell."""
    return _NUMBER.subn("\0", lines)


def has_rule(text: str) -> bool:
    """Whether a text has marks of which lines may consist that part its tables or paragraphs."""
    return "---" in text or "===" in text
