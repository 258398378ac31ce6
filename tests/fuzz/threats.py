"""Hostile documents by name: what they hold, and what may come of them.

Belongs here: the index, and what a threat is. Doesn't belong here: the documents (``tests.fuzz.threats_in_text``,
``threats_in_pages``, ``threats_in_files``), and reading them (``tests.fuzz.hostile_documents``).
"""

from collections.abc import Callable

from extract.catalogue.model import Catalogue
from tests.fuzz import threats_in_files, threats_in_pages, threats_in_text
from tests.fuzz.threat import Good, Threat
from tests.fuzz.worker import Case, Key

THREATS: dict[str, Threat] = threats_in_text.THREATS | threats_in_pages.THREATS | threats_in_files.THREATS


def threat_cases(catalogue: Catalogue) -> Callable[[Key], Case]:
    """The hostile documents by their names."""
    good = Good(catalogue)

    def case(key: Key) -> Case:
        threat = THREATS[str(key)]
        return Case(key, threat.suffix.removeprefix("."), threat.suffix, threat.content(good))

    return case
