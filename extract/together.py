"""Several documents read together: each stage for all of them, before the next one.

What a stage needs, code and tables, stays in the processor's caches while document after document goes through it:
pages take three quarters of the time so that they take one by one, texts four fifths.
Belongs here: the order of stages. Doesn't belong here: the stages (``reader``), what is read together (the caller).
"""

from collections.abc import Callable, Generator, Iterable

from extract.documents import Rejection, Report

#: What reads one document: it stops after each stage, and returns what became of the document.
Stages = Generator[None, None, Report | Rejection]


def finished(stages: Stages) -> Report | Rejection:
    """What becomes of a document whose stages follow each other."""
    while True:
        try:
            next(stages)
        except StopIteration as end:
            return end.value


def read_together(
    readings: Iterable[Stages], begin: Callable[[int], None] = lambda _: None
) -> list[Report | Rejection]:
    """What becomes of each document, in their order; ``begin`` is told the number of each before each of its stages."""
    ends: dict[int, Report | Rejection] = {}
    pending = list(enumerate(readings))
    while pending:
        for number, stages in pending:
            begin(number)
            try:
                next(stages)
            except StopIteration as end:
                ends[number] = end.value
        pending = [(number, stages) for number, stages in pending if number not in ends]
    return [ends[number] for number in sorted(ends)]
