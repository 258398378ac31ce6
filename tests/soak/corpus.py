"""Four small reports that change from build to build.

Belongs here: what lies in the reports directory, and which contents a finished build must never lose again. Doesn't
belong here: building.
"""

import hashlib
import shutil
from pathlib import Path
from random import Random

from dagster_project.landing import LandingStore
from dagster_project.settings import SAMPLE_REPORTS

REPORTS = (
    "qingshi_water_bureau_2021.txt",
    "qingshi_water_bureau_2022.txt",
    "qingshi_water_bureau_2023.txt",
    "liuxi_forestry_bureau_2022.txt",
)
#: The line with a figure that stands alone: it may say anything without breaking an identity.
LINE = "行政许可 |"


class Corpus:
    """The directory, and the hashes of what lay in it when a build ended well."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.folder, self._random = folder, random
        self.landed: set[str] = set()
        folder.mkdir(parents=True)
        for name in REPORTS:
            shutil.copy(SAMPLE_REPORTS / name, folder / name)

    def change(self, number: int) -> None:
        """Another figure in one report; now and then a report goes, or comes back with a figure of its own."""
        name = self._random.choice(REPORTS)
        path = self.folder / name
        if path.exists() and self._random.random() < 0.2:
            path.unlink()
            return
        lines = (SAMPLE_REPORTS / name).read_text(encoding="utf-8").splitlines()
        changed = [f"{LINE} {1000 + number} |||" if line.startswith(LINE) else line for line in lines]
        path.write_text("\n".join(changed), encoding="utf-8")

    def hashes(self) -> set[str]:
        """What lies in the directory."""
        return {hashlib.sha256(path.read_bytes()).hexdigest() for path in self.folder.iterdir()}

    def lost(self, store: LandingStore) -> list[str]:
        """What should be in the store and isn't, or isn't what it was; one sentence each."""
        observed = {digest for observation in store.documents() if (digest := observation.content_sha256)}
        missing = [f"{digest} was landed and isn't listed" for digest in sorted(self.landed - observed)]
        return missing + [said for digest in sorted(observed) if (said := _damage(store, digest))]


def _damage(store: LandingStore, digest: str) -> str | None:
    try:
        store.content(digest)  # compares the hash
    except OSError as error:
        return f"{digest}: {error}"
    return None
