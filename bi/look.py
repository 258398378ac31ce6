"""Looks at every dashboard in headless Chromium, as a person would; ``make bi-test`` and the pictures come from here.

Belongs here: logging in, opening, waiting, what went wrong, what the charts' API answered. Doesn't belong here: what
the numbers should be (``tests/bi``).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, Response, sync_playwright

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


@dataclass
class Seen:
    """What a dashboard showed: answers by chart title, errors, and requests to elsewhere."""

    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


class Watcher:
    """Notes what a page asks for and gets."""

    def __init__(self, page: Page, host: str) -> None:
        self.seen = Seen()
        self._host = host
        page.on("request", self._asked)
        page.on("response", self._answered)
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

    def _answered(self, response: Response) -> None:
        path = urlsplit(response.url).path
        if response.status >= 400:
            self.seen.errors.append(f"{response.status} {response.url} {response.text()[:300]}")
        elif path.startswith(DATA_PATHS):
            form = _form_data(response.request)
            body = response.json()
            results = body.get("result") or [body]
            self.seen.answers.setdefault(str(form.get("slice_id")), []).extend(results)


def _form_data(request: Request) -> dict[str, Any]:
    body = request.post_data_json or {}
    form = body.get("form_data") or {}
    return json.loads(form) if isinstance(form, str) else form


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium, kept from calling home."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        try:
            yield opened
        finally:
            opened.close()


def log_in(page: Page, address: str, user: str, password: str) -> None:
    """Log in by the form, as a person does."""
    page.goto(f"{address}/login/", wait_until="networkidle")
    page.fill("input#username", user)
    page.fill("input#password", password)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url, timeout=SECONDS * 1000)


def open_dashboard(page: Page, address: str, slug: str, charts: int) -> Seen:
    """Open a dashboard and wait until every chart stands; what was seen, errors of charts among it."""
    watcher = Watcher(page, urlsplit(address).netloc)
    page.goto(f"{address}/superset/dashboard/{slug}/", wait_until="domcontentloaded")
    page.wait_for_selector(".dashboard-component-chart-holder", timeout=SECONDS * 1000)
    page.wait_for_function(
        "count => document.querySelectorAll('.chart-slice .slice_container').length >= count"
        " && !document.querySelector('.chart-slice .loading, .chart-slice [data-test=\"loading-indicator\"]')",
        arg=charts,
        timeout=SECONDS * 1000,
    )
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    for alert in page.query_selector_all(".chart-slice [role=alert], .chart-slice .ant-alert-error"):
        watcher.seen.errors.append(f"chart: {alert.inner_text()}")
    return watcher.seen


def picture(page: Page, path: Path) -> None:
    """The whole dashboard, however long, as a PNG."""
    height = page.evaluate("() => Math.max(...[...document.querySelectorAll('*')].map(e => e.scrollHeight))")
    page.set_viewport_size({"width": 1440, "height": min(int(height) + 40, 4000)})
    page.wait_for_timeout(2500)
    page.screenshot(path=str(path))
