"""The first pass over documents of shards, by the catalogue of the seeds.

Belongs here: which first pass it is, and its version. Doesn't belong here: how it decides (``extract.first_pass``).
"""

import hashlib
from functools import cached_property

from dagster_project.settings import EXTRACTOR_DIRECTORY, SEEDS_DIRECTORY
from extract import Document, load_catalogue
from extract.first_pass import FirstPass

#: The modules that decide, besides the catalogue.
CODE = ("first_pass.py", "formats.py", "source_text.py")


class SeedsFirstPass:
    """Made when it is first needed: most builds have no shard."""

    @cached_property
    def _decider(self) -> FirstPass:
        return FirstPass(load_catalogue(SEEDS_DIRECTORY))

    @cached_property
    def version(self) -> str:
        """What its decisions depend on: the words of the catalogue, and the code from bytes to the decision."""
        code = b"".join((EXTRACTOR_DIRECTORY / name).read_bytes() for name in CODE)
        return hashlib.sha256(self._decider.fingerprint.encode() + code).hexdigest()[:16]

    def is_candidate(self, document: Document) -> bool:
        """Whether a document can be a report at all."""
        return self._decider.decide(document).is_candidate


FIRST_PASS = SeedsFirstPass()
