"""Looks at every dashboard in headless Chromium, as a person would; ``make bi-test`` and the pictures come from here.

Belongs here: logging in, opening, waiting, what went wrong, what the charts' API answered. Doesn't belong here: what
the numbers should be (``tests/bi``).
"""

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, Request, TimeoutError, sync_playwright  # noqa: A004

CHROMIUM = Path("/usr/bin/chromium")
#: What Chromium itself would ask the network for.
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=zh-CN",
]
LOCAL_SCHEMES = {"data", "blob", "about", "chrome-error"}
DATA_PATHS = ("/api/v1/chart/data", "/superset/explore_json/", "/explore_json/")
SECONDS = 120
TRIES = 3


@dataclass
class Seen:
    """What a dashboard showed: answers by chart title, errors, and requests to elsewhere."""

    answers: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


class Watcher:
    """Notes what a page asks for and gets."""

    def __init__(self, page: Page, host: str) -> None:
        self.seen = Seen()
        self._host = host
        self._finished: list[Request] = []
        page.on("request", self._asked)
        page.on("requestfinished", self._answered)
        page.on("pageerror", lambda error: self.seen.errors.append(f"script: {error}"))
        page.on("console", lambda message: self._said(message.text))

    def _said(self, text: str) -> None:
        # what the browser refused to load from elsewhere is told here only
        if "Content Security Policy" in text:
            self.seen.outside.append(text)

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in LOCAL_SCHEMES and parts.netloc != self._host:
            self.seen.outside.append(request.url)

    def _answered(self, request: Request) -> None:
        # bodies are read when the page rests: an event's handler can't wait for one
        self._finished.append(request)

    def read(self) -> Seen:
        """What was seen until now, with the answers of all requests that ended."""
        for response in filter(None, (request.response() for request in self._finished)):
            if response.status >= 400:
                self.seen.errors.append(f"{response.status} {response.url} {response.text()[:300]}")
            elif urlsplit(response.url).path.startswith(DATA_PATHS):
                body = response.json()
                self.seen.answers.setdefault(_chart_of(response.url), []).extend(body.get("result") or [body])
        self._finished.clear()
        return self.seen


def _chart_of(address: str) -> int:
    """The number of the chart that asks; 0 for a filter, which is none."""
    form = parse_qs(urlsplit(address).query).get("form_data", ["{}"])[0]
    return int(json.loads(form).get("slice_id") or 0)


@contextmanager
def browser() -> Generator[Browser, None, None]:
    """Debian's Chromium, kept from calling home."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        try:
            yield opened
        finally:
            opened.close()


def log_in(page: Page, address: str, user: str, password: str) -> None:
    """Log in by the form, as a person does; TimeoutError if that fails each time."""
    for tries_left in reversed(range(TRIES)):
        page.goto(f"{address}/login/", wait_until="networkidle")
        page.fill("input#username", user)
        page.fill("input#password", password)
        page.click("button[type=submit]")
        try:
            page.wait_for_url(lambda url: "/login" not in url, timeout=SECONDS * 1000 / TRIES)
            return
        except TimeoutError:
            # the page's own log of events may ask before we do, which makes the form's token an old one
            if not tries_left:
                raise


#: So many charts stand, drawn or with an error, and nothing is loading.
STANDS = """count => {
    const places = [...document.querySelectorAll('.dashboard-component-chart-holder')];
    return places.filter(p => p.querySelector('.slice_container > *, [role=alert], .ant-alert-error')).length === count
        && !document.querySelector('.loading, [data-test="loading-indicator"], .ant-spin-spinning');
}"""


def chosen(slug: str, values: Mapping[str, Sequence[str]]) -> str:
    """The part of a dashboard's address that sets its filters: values by column."""

    def text(value: str) -> str:
        return "'" + value.replace("!", "!!").replace("'", "!'") + "'"

    masks = []
    for column, listed in values.items():
        key, many = text(f"NATIVE_FILTER-{slug}-{column}"), f"!({','.join(map(text, listed))})"
        condition = f"filters:!((col:{column},op:IN,val:{many}))"
        masks.append(f"{key}:(extraFormData:({condition}),filterState:(value:{many}),id:{key},ownState:())")
    return f"?native_filters={quote('(' + ','.join(masks) + ')')}" if masks else ""


def open_dashboard(
    page: Page, address: str, slug: str, charts: int, filters: Mapping[str, Sequence[str]] | None = None
) -> Seen:
    """Open a dashboard and wait until every chart stands; what was seen, errors of charts among it."""
    page.set_viewport_size({"width": 1440, "height": 1000})
    watcher = Watcher(page, urlsplit(address).netloc)
    page.goto(f"{address}/superset/dashboard/{slug}/{chosen(slug, filters or {})}", wait_until="domcontentloaded")
    page.wait_for_function(STANDS, arg=charts, timeout=SECONDS * 1000)
    # a chart may begin once the filters have their values
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    page.wait_for_function(STANDS, arg=charts, timeout=SECONDS * 1000)
    for alert in page.query_selector_all(".dashboard-component-chart-holder [role=alert], .ant-alert-error"):
        watcher.seen.errors.append(f"chart: {alert.inner_text()}")
    return watcher.read()


def picture(page: Page, path: Path) -> None:
    """The whole dashboard, however long, as a PNG of few colours."""
    bottom = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('.dashboard-component-chart-holder')]"
        ".map(e => e.getBoundingClientRect().bottom))"
    )
    page.set_viewport_size({"width": 1440, "height": int(bottom) + 40})
    page.wait_for_timeout(2500)
    page.screenshot(path=str(path))
    Image.open(path).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
