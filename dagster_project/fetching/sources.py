"""The sources file: where reports are to be found, as data, and how servers are treated.

Belongs here: the shape of the file, its checks, clear sentences about its mistakes. Doesn't belong here:
fetching anything.
"""

import re
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from dagster_project.fetching.addresses import AddressError, normalised

SourceKind = Literal["folder", "pages", "index", "bucket"]
Seconds = Annotated[float, Field(ge=0, le=7 * 86_400, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]

ATTACHMENT_SUFFIXES = (".docx", ".pdf", ".xlsx")
#: ``*`` stands for any letters. Servers often call an attachment by the type of an older format, or by none.
MEDIA_TYPES = (
    "text/html",
    "text/plain",
    "text/markdown",
    "application/xhtml+xml",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-*",
    "application/vnd.openxmlformats-officedocument.*",
    "application/octet-stream",
    "application/x-*",
    "application/force-download",
    "binary/octet-stream",
)


class SourcesError(ValueError):
    """The sources file can't be used; the message says where and why, for the user."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Manners(_Strict):
    """How servers are treated; each source may have its own."""

    user_agent: str = Field("gongkai (annual reports on government-information disclosure)", min_length=1)
    #: Between the end of one request to a host and the start of the next; a larger Crawl-delay counts.
    seconds_between_requests: Seconds = 2.0
    #: A Crawl-delay or Retry-After beyond this isn't waited for: the host is put off until the next run.
    longest_wait_seconds: Seconds = 120.0
    connect_seconds: Annotated[Seconds, Field(gt=0)] = 15.0
    #: For one request with its whole answer, however slowly it comes.
    request_seconds: Annotated[Seconds, Field(gt=0)] = 90.0
    #: Requests for one address, the first included.
    attempts: Annotated[Count, Field(ge=1, le=20)] = 4
    #: The first wait before an address is asked for again; each further one is twice as long, and a bit by chance.
    retry_seconds: Seconds = 2.0
    redirects: Annotated[Count, Field(le=20)] = 5
    #: Addresses of one host that may fail one after the other before the host is put off.
    failures_of_a_host: Annotated[Count, Field(ge=1)] = 5
    max_bytes: Annotated[int, Field(ge=1, le=2**30)] = 50 * 1024 * 1024
    media_types: tuple[str, ...] = MEDIA_TYPES
    obey_robots: bool = True
    allow_private_addresses: bool = False

    @field_validator("user_agent")
    @classmethod
    def _one_line(cls, text: str) -> str:
        if not text.isascii() or not text.isprintable():
            raise ValueError("must be printable ASCII letters")
        return text


class _Source(_Strict):
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    manners: Manners = Manners()

    @model_validator(mode="before")
    @classmethod
    def _common_manners(cls, values: object, info: ValidationInfo) -> object:
        """What the source doesn't say of its manners the file says for all."""
        common = (info.context or {}).get("manners")
        if isinstance(values, dict) and isinstance(common, dict):
            own = values.get("manners", {})
            return values | {"manners": common | own if isinstance(own, dict) else own}
        return values


class FolderSource(_Source):
    """A folder of this machine, in any nesting; a path is relative to the sources file."""

    kind: Literal["folder"]
    path: Path

    @field_validator("path")
    @classmethod
    def _beside_the_file(cls, path: Path, info: ValidationInfo) -> Path:
        return ((info.context or {}).get("folder", Path()) / path.expanduser()).absolute()


class _WebSource(_Source):
    urls: tuple[str, ...] = ()
    #: A file with one URL a line; empty lines and lines that begin with ``#`` are passed over.
    urls_file: Path | None = None
    #: Whether files that a report page links to are fetched too.
    attachments: bool = True
    attachment_suffixes: tuple[Annotated[str, Field(pattern=r"^\.[a-z0-9]+$")], ...] = ATTACHMENT_SUFFIXES
    attachments_of_a_page: Annotated[Count, Field(le=1000)] = 20

    @field_validator("urls")
    @classmethod
    def _web_addresses(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(_web_address, urls)))

    @model_validator(mode="before")
    @classmethod
    def _with_the_listed(cls, values: object, info: ValidationInfo) -> object:
        if isinstance(values, dict) and isinstance(listed := values.get("urls_file"), str):
            path = (info.context or {}).get("folder", Path()) / Path(listed).expanduser()
            return values | {"urls": [*(values.get("urls") or ()), *_listed(path)]}
        return values

    @model_validator(mode="after")
    def _some_address(self) -> Self:
        if not self.urls:
            raise ValueError("names no address: give urls or urls_file")
        return self


class PagesSource(_WebSource):
    """Addresses of reports, page by page."""

    kind: Literal["pages"]


class IndexSource(_WebSource):
    """Pages that link to reports: ``links`` and ``link_texts`` say which links are reports.

    ``next_pages`` says which links are further index pages, ``page_numbers`` (first and last) fill ``{page}`` in
    the addresses. Patterns are regular expressions, searched for in the whole address, or in the link's text.
    """

    kind: Literal["index"]
    links: str | None = None
    link_texts: str | None = None
    next_pages: str | None = None
    page_numbers: tuple[Count, Count] | None = None
    index_pages: Annotated[Count, Field(ge=1, le=10_000)] = 200
    links_of_a_page: Annotated[Count, Field(ge=1, le=10_000)] = 2000

    @field_validator("links", "link_texts", "next_pages")
    @classmethod
    def _is_a_pattern(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from error
        return pattern

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.links is None and self.link_texts is None:
            raise ValueError("says not which links are reports: give links or link_texts")
        numbered = any("{page}" in url for url in self.urls)
        if numbered != (self.page_numbers is not None):
            raise ValueError("page_numbers and {page} in urls go together")
        if self.page_numbers and self.page_numbers[0] > self.page_numbers[1]:
            raise ValueError("page_numbers must be first and last")
        return self

    @property
    def first_pages(self) -> tuple[str, ...]:
        """The addresses with their page numbers filled in."""
        first, last = self.page_numbers or (0, 0)
        filled = (url.replace("{page}", str(number)) for url in self.urls for number in range(first, last + 1))
        return tuple(dict.fromkeys(filled))


class BucketSource(_Source):
    """Objects of an S3-compatible bucket, whose keys the library takes from the environment or ``profile``."""

    kind: Literal["bucket"]
    url: Annotated[str, Field(pattern=r"^s3://[^/]+(/.*)?$")]
    endpoint_url: str | None = None
    anonymous: bool = False
    profile: str | None = None

    @field_validator("endpoint_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        return _web_address(url) if url is not None else None


WebSource = PagesSource | IndexSource
Source = Annotated[FolderSource | PagesSource | IndexSource | BucketSource, Field(discriminator="kind")]


class Sources(_Strict):
    """A whole sources file."""

    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    manners: Manners = Manners()
    #: A run asks nothing more after this; what is left over comes first in the next run.
    run_seconds: Annotated[Seconds, Field(gt=0)] = 6 * 3600
    #: Hosts that are asked at the same time, each one request after the other.
    hosts_at_once: Annotated[Count, Field(ge=1, le=256)] = 16

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        twice = [name for name, count in Counter(source.name for source in self.sources).items() if count > 1]
        if twice:
            raise ValueError(f"several sources are called {', '.join(twice)}")
        return self

    def of_kind(self, kind: SourceKind) -> list[str]:
        """The names of the sources of a kind."""
        return [source.name for source in self.sources if source.kind == kind]

    def only(self, names: tuple[str, ...]) -> tuple[Source, ...]:
        """The sources with these names, all without names.

        Raises:
            SourcesError: there is no source with such a name.

        """
        known = {source.name for source in self.sources}
        if unknown := [name for name in names if name not in known]:
            raise SourcesError(f"no source is called {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        return tuple(source for source in self.sources if not names or source.name in names)


def load_sources(path: Path) -> Sources:
    """The sources that a YAML file lists.

    Raises:
        SourcesError: the file can't be read, is no YAML, or says something that sources can't have.

    """
    try:
        values = yaml.safe_load(path.read_bytes())
    except OSError as error:
        raise SourcesError(f"{path} can't be read: {error.strerror or error}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise SourcesError(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    common = values.get("manners") if isinstance(values, dict) else None
    try:
        return Sources.model_validate(values, context={"folder": path.absolute().parent, "manners": common})
    except ValidationError as error:
        # a list whose items are wrong is called too short as well
        errors = [one for one in error.errors() if one["type"] != "too_short"] or error.errors()
        raise SourcesError(f"{path}: {'; '.join(dict.fromkeys(map(_sentence, errors)))}") from error


def _sentence(error) -> str:
    """One mistake: where it is, and what."""
    kinds = {"folder", "pages", "index", "bucket"}
    steps = [step for number, step in enumerate(error["loc"]) if not (number == 2 and step in kinds)]
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    said = error["msg"].removeprefix("Value error, ")
    return f"{place}: {said}" if place else said


def _web_address(url: str) -> str:
    try:
        return normalised(url) if "{page}" not in url else normalised(url.replace("{page}", "PAGE")) and url.strip()
    except AddressError as error:
        raise ValueError(str(error)) from error


def _listed(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"urls_file {path} can't be read: {error}") from error
    found = [(number, line.strip()) for number, line in enumerate(lines, start=1)]
    urls = []
    for number, line in found:
        if line and not line.startswith("#"):
            try:
                urls.append(_web_address(line))
            except ValueError as error:
                raise ValueError(f"{path} line {number}: {error}") from error
    return urls
