"""What a run found: a table by format, memory over time, and the documents that were too much.

Belongs here: adding outcomes up, and keeping the documents behind faults. Doesn't belong here: finding them.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.fuzz.worker import Case, Outcome

#: A sample of the resident memory is taken every so many documents.
SAMPLE = 100
#: Memory that grows by more megabytes than this, from one tenth of the run to the last, doesn't stay flat.
MOST_GROWTH = 300


@dataclass
class Tally:
    """The outcomes of one format."""

    documents: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    slowest: Outcome | None = None
    hungriest: Outcome | None = None
    faults: int = 0

    def add(self, outcome: Outcome) -> None:
        self.documents += 1
        self.reasons += outcome.reasons
        self.faults += outcome.fault is not None
        if self.slowest is None or outcome.seconds > self.slowest.seconds:
            self.slowest = outcome
        if self.hungriest is None or outcome.growth > self.hungriest.growth:
            self.hungriest = outcome


class Summary:
    """The outcomes of a run; ``folder`` gets the documents behind faults."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed
        self._tallies: dict[str, Tally] = {}
        self._resident: list[float] = []
        self._seconds: list[float] = []
        self.faults: list[tuple[Outcome, Path]] = []

    @property
    def documents(self) -> int:
        return len(self._seconds)

    def add(self, outcome: Outcome, damaged: Case) -> None:
        self._tallies.setdefault(damaged.format, Tally()).add(outcome)
        self._seconds.append(outcome.seconds)
        if outcome.resident and self.documents % SAMPLE == 0:
            self._resident.append(outcome.resident)
        if outcome.fault:
            self.faults.append((outcome, self._keep(outcome, damaged)))

    def _keep(self, outcome: Outcome, damaged: Case) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"seed_{self._seed}_document_{damaged.key}{damaged.suffix}"
        path.write_bytes(damaged.content)
        said = f"{', '.join(damaged.damages)}\n{outcome.fault}"
        path.with_name(f"{path.name}.fault.txt").write_text(said, encoding="utf-8", errors="backslashreplace")
        return path

    @property
    def growth(self) -> float:
        """By how many megabytes the resident memory is larger in the last tenth of the run than in its second."""
        tenth = len(self._resident) // 10
        return median(self._resident[-tenth:]) - median(self._resident[tenth : 2 * tenth]) if tenth else 0.0

    @property
    def is_good(self) -> bool:
        return not self.faults and self.growth <= MOST_GROWTH

    def show(self, console: Console) -> None:
        columns = ("format", "documents", "read", "rejected", "slowest (s)", "peak memory (MB)", "faults")
        table = Table(title=f"Damaged documents, seed {self._seed}", title_justify="left")
        for column in columns:
            table.add_column(column, overflow="fold")
        for name, tally in sorted(self._tallies.items()):
            table.add_row(name, *_texts(tally))
        console.print(table)
        if self._seconds:
            times = sorted(self._seconds)
            console.print(f"Time of a document: median {median(times):.3f} s, highest {times[-1]:.2f} s")
        if self._resident:
            shown = ", ".join(f"{value:.0f}" for value in self._resident[:: max(1, len(self._resident) // 10)])
            console.print(f"Resident memory over the run: {shown} MB; growth {self.growth:.0f} MB")
        for outcome, path in self.faults:
            console.print(f"{path}: {(outcome.fault or '').strip().splitlines()[-1]}", markup=False, soft_wrap=True)


def _texts(tally: Tally) -> tuple[str, ...]:
    reasons = ", ".join(f"{name} {count}" for name, count in tally.reasons.most_common() if name != "read")
    slowest, hungriest = tally.slowest, tally.hungriest
    return (
        str(tally.documents),
        str(tally.reasons["read"]),
        reasons,
        f"{slowest.seconds:.2f} (no. {slowest.key})" if slowest else "",
        f"{hungriest.growth:.0f} (no. {hungriest.key})" if hungriest else "",
        str(tally.faults),
    )
