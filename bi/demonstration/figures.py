"""Figures of an invented organ over the years: every identity holds, but for the misprints put in on purpose.

Belongs here: numbers and how they follow from year to year. Doesn't belong here: who reports, labels, text.
"""

from collections.abc import Mapping
from random import Random

from extract.catalogue.model import Catalogue

Figures = dict[tuple[str, str], int]

#: How applications end, in parts of the whole; every other line of the form gets next to nothing.
SHARES = {
    "granted": 46.0,
    "partially_granted": 8.0,
    "denied_state_secret": 0.3,
    "denied_prohibited_by_law": 0.8,
    "denied_security_stability": 0.4,
    "denied_third_party_rights": 3.0,
    "denied_internal_affairs": 1.6,
    "denied_process_information": 2.4,
    "denied_enforcement_file": 2.2,
    "denied_administrative_inquiry": 1.9,
    "unavailable_not_held": 19.0,
    "unavailable_requires_creation": 3.0,
    "unavailable_still_unclear": 1.2,
    "rejected_petition_complaint": 2.4,
    "rejected_duplicate": 2.2,
    "rejected_published_material": 0.4,
    "rejected_excessive": 0.5,
    "rejected_reconfirmation": 0.3,
    "other_all": 4.0,
    "other_not_corrected_in_time": 1.8,
    "other_fee_unpaid": 0.3,
    "other_misc": 1.9,
}
#: Who applies.
APPLICANTS = {"natural_person": 0.84, "commercial_enterprise": 0.1, "legal_service_organization": 0.03}
RESULTS = {"upheld": 0.55, "corrected": 0.16, "other": 0.17, "pending": 0.12}
#: Decisions of a usual year, for each application of one.
DECISIONS = {"administrative_licensing": 60.0, "administrative_punishment": 14.0, "administrative_compulsion": 1.1}
REVIEWS = {"administrative_review": 0.06, "litigation_direct": 0.02, "litigation_after_review": 0.01}


class History:
    """One organ through the years; call ``year`` in order."""

    def __init__(self, catalogue: Catalogue, size: int, random: Random) -> None:
        self._catalogue = catalogue
        self._random = random
        self._size = size * random.uniform(0.5, 1.7)
        self._leaning = {line: random.uniform(0.4, 1.8) for line in SHARES}
        self._before: Mapping[tuple[str, str], int] = {}

    def year(self, form: str) -> Figures:
        """All figures of the year; it begins with what the year before left."""
        self._size *= self._random.uniform(0.92, 1.22)
        figures = self._applications(form)
        self._reviews(figures)
        self._own_initiative(form, figures)
        self._before = figures
        return figures

    def _around(self, number: float) -> int:
        """A number about as large: whole, and never below zero."""
        return max(0, round(self._random.gauss(number, number**0.5 / 2 + number / 20)))

    def _applications(self, form: str) -> Figures:
        columns = [c for c in self._catalogue.column_sets["applications"][None] if c != "total"]
        lines = [line for line in self._catalogue.lines_of_section(3) if line.form in (None, form)]
        weights = {line.line: SHARES.get(line.line, 0) * self._leaning.get(line.line, 1) for line in lines}
        whole = sum(weights.values())
        figures: Figures = {}
        for column in columns:
            applied = self._size * APPLICANTS.get(column, 0.01)
            for line in (line for line in lines if line.dimension == "outcome"):
                figures[line.line, column] = self._around(applied * weights[line.line] / whole)
            processed = sum(figures[line.line, column] for line in lines if line.dimension == "outcome")
            before = self._before.get(("carried_forward", column), self._around(applied * 0.03))
            # what was carried in is processed first, so that no fewer are new than none
            after = self._around(applied * 0.03) + max(0, before - processed)
            figures |= {("processed", column): processed, ("carried_in", column): before}
            figures |= {("carried_forward", column): after, ("new_received", column): processed + after - before}
        for line in lines:
            figures[line.line, "total"] = sum(figures[line.line, column] for column in columns)
        return figures

    def _reviews(self, figures: Figures) -> None:
        for line, share in REVIEWS.items():
            for result, part in RESULTS.items():
                figures[line, result] = self._around(self._size * share * part)
            figures[line, "total"] = sum(figures[line, result] for result in RESULTS)

    def _own_initiative(self, form: str, figures: Figures) -> None:
        keys = [
            (line.line, column)
            for line in self._catalogue.lines_of_section(2)
            if line.form in (None, form)
            for column in self._catalogue.column_sets[line.sub_table].get(form, ())
        ]
        for line, column in keys:
            usual = DECISIONS.get(line, 2.0) * self._size if column == "decisions" else 4.0
            figures[line, column] = self._around(usual)
        for line, column in keys:
            if column == "in_force":
                before = self._before.get((line, "in_force"), figures[line, "repealed"] + 20)
                # no more can be repealed than are there
                figures[line, "repealed"] = min(figures[line, "repealed"], before)
                figures[line, column] = before + figures[line, "issued"] - figures[line, "repealed"]
            elif column == "items_prior_year" and (line, column) in self._before:
                figures[line, column] = self._before[line, column] + self._before[line, "items_change"]


def misprint(figures: Figures, random: Random) -> None:
    """Put one wrong figure into the report, as a typist would: into section 3, the reviews, or what was carried in."""
    kind = random.choice(("cell", "cell", "review", "carried"))
    if kind == "review":
        figures["administrative_review", "total"] += 1
    elif kind == "carried":
        # the table still balances: only the report of the year before gives it away
        for column in ("natural_person", "total"):
            figures["carried_in", column] += 2
            figures["new_received", column] -= 2
    else:
        cells = [key for key, value in figures.items() if key[0] in SHARES and value > 0]
        figures[random.choice(cells)] += random.choice((1, 9, 10))
