"""Where reports come from and where the warehouse goes: one object, from the environment or the command line."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_DIRECTORY = Path(__file__).resolve().parent.parent
DBT_DIRECTORY = PROJECT_DIRECTORY / "dbt"
EXTRACTOR_DIRECTORY = PROJECT_DIRECTORY / "extract"
SEEDS_DIRECTORY = DBT_DIRECTORY / "seeds"
SAMPLE_REPORTS = PROJECT_DIRECTORY / "tests" / "sample_reports"
#: What the tables of the sample reports say, cell by cell.
SAMPLE_GOLD = PROJECT_DIRECTORY / "tests" / "sample_gold" / "cells.csv"
#: The name of the database that a build works in: dbt writes it before every table's.
BUILD_DATABASE = "build.duckdb"
#: How many of the warehouses that were replaced are kept.
KEPT_VERSIONS = 3
DEFAULT_WAREHOUSE = PROJECT_DIRECTORY / "data" / "gongkai.duckdb"

#: No tool that the project runs calls home.
NO_TELEMETRY = {"DO_NOT_TRACK": "1", "GX_ANALYTICS_ENABLED": "false", "DAGSTER_DISABLE_TELEMETRY": "1"}


@dataclass(frozen=True)
class Settings:
    """The user's choices; everything that a build keeps beside the warehouse lies in ``state``."""

    reports: tuple[Path, ...]
    warehouse: Path
    full_refresh: bool = False
    #: The sources file, where documents are fetched from.
    sources: Path | None = None
    #: Where the landing store is, when it doesn't lie beside the warehouse: ``s3://bucket/folder`` or a folder.
    landing_url: str | None = None
    #: A command that is told of failed builds and fetches, on its standard input.
    on_failure: str | None = None
    #: How many of the warehouses that stood in this one's place before are kept.
    kept_versions: int = KEPT_VERSIONS
    #: How many processes read documents; None: as many as pay, 0: none but the build itself.
    workers: int | None = None
    #: What ``gongkai extract-shards`` wrote: documents that are in it aren't read again.
    extracted: Path | None = None

    @classmethod
    def from_environment(cls) -> "Settings":
        """From ``GONGKAI_REPORTS`` (paths joined with ``:``), ``GONGKAI_WAREHOUSE``, ``GONGKAI_SOURCES`` and so on.

        Where neither reports nor sources are named, the bundled samples are the reports.
        """
        reports = [Path(path) for path in os.environ.get("GONGKAI_REPORTS", "").split(":") if path]
        warehouse = os.environ.get("GONGKAI_WAREHOUSE")
        sources = os.environ.get("GONGKAI_SOURCES")
        extracted = os.environ.get("GONGKAI_EXTRACTED")
        return cls(
            reports=tuple(path.absolute() for path in reports or ([] if sources else [SAMPLE_REPORTS])),
            warehouse=Path(warehouse).absolute() if warehouse else DEFAULT_WAREHOUSE,
            full_refresh=os.environ.get("GONGKAI_FULL_REFRESH") == "1",
            sources=Path(sources).absolute() if sources else None,
            landing_url=os.environ.get("GONGKAI_LANDING") or None,
            on_failure=os.environ.get("GONGKAI_ON_FAILURE") or None,
            kept_versions=_number("GONGKAI_KEPT_VERSIONS", KEPT_VERSIONS),
            workers=_number("GONGKAI_WORKERS", 0) if os.environ.get("GONGKAI_WORKERS") else None,
            extracted=Path(extracted).absolute() if extracted else None,
        )

    def to_environment(self) -> dict[str, str]:
        """The variables from which ``from_environment`` makes these settings again."""
        return {
            "GONGKAI_REPORTS": ":".join(map(str, self.reports)),
            "GONGKAI_WAREHOUSE": str(self.warehouse),
            "GONGKAI_FULL_REFRESH": "1" if self.full_refresh else "0",
            "GONGKAI_SOURCES": str(self.sources or ""),
            "GONGKAI_LANDING": self.landing_url or "",
            "GONGKAI_ON_FAILURE": self.on_failure or "",
            "GONGKAI_KEPT_VERSIONS": str(self.kept_versions),
            "GONGKAI_WORKERS": "" if self.workers is None else str(self.workers),
            "GONGKAI_EXTRACTED": str(self.extracted or ""),
        }

    @property
    def state(self) -> Path:
        """The directory beside the warehouse that a build works in."""
        return self.warehouse.with_name(self.warehouse.name + ".state")

    @property
    def landing(self) -> Path:
        """Where the landing store lies unless ``landing_url`` names another place."""
        return self.state / "landing"

    @property
    def landing_location(self) -> Path | str:
        """The landing store: every document ever read, by content."""
        return self.landing_url or self.landing

    @property
    def fetching(self) -> Path:
        """What a fetch keeps on this machine until the landing store has it."""
        return self.state / "fetching"

    @property
    def build_database(self) -> Path:
        """The database that a build writes; readers never open it."""
        return self.state / BUILD_DATABASE

    @property
    def versions(self) -> Path:
        """Warehouses that were replaced, by when they were published."""
        return self.state / "versions"

    @property
    def unfinished(self) -> Path:
        """There while a build goes on, and after one that was cut off."""
        return self.state / "unfinished"

    @property
    def dbt_target(self) -> Path:
        """Where dbt keeps its compiled models and the results of its last run."""
        return self.state / "dbt"

    @property
    def dagster_home(self) -> Path:
        """Dagster's instance, unless ``DAGSTER_HOME`` names another."""
        return Path(os.environ.get("DAGSTER_HOME") or self.state / "dagster")

    @property
    def validation_page(self) -> Path:
        """The results of the checks, as a page for people."""
        return self.state / "validation" / "index.html"

    @property
    def log(self) -> Path:
        """What builds log, a JSON object a line."""
        return self.state / "logs" / "gongkai.jsonl"

    @property
    def lock(self) -> Path:
        """Held by the one build that may write."""
        return self.state / "build.lock"


def _number(variable: str, otherwise: int) -> int:
    value = os.environ.get(variable) or str(otherwise)
    if not (value.isascii() and value.isdigit()):
        raise ValueError(f"{variable} must be a whole number, 0 or more, and is {value!r}")
    return int(value)
