"""Manners: what robots.txt asks for, the pause between requests, and hosts in trouble are kept to, within a run's time."""

import time
from collections import Counter
from itertools import pairwise

import pytest

from tests.fetching import site as bad
from tests.fetching.conftest import Fetching, pages
from tests.fetching.site import Page, Site, in_turn, redirect, status, text


def test_robots(fetching: Fetching, site: Site) -> None:
    site.pages = {path: text("<p>") for path in ("/open", "/closed/page", "/closed/open")}
    site.pages["/robots.txt"] = text("User-agent: gongkai\nDisallow: /closed/\nAllow: /closed/open\n", "text/plain")
    source = pages(*map(site.url, ("/open", "/closed/page", "/closed/open")))
    fetching.run(source)
    assert fetching.outcomes() == {"/open": "new", "/closed/page": "robots_disallow", "/closed/open": "new"}
    assert site.asked["/closed/page"] == 0
    site.pages["/open"] = redirect("/closed/page")
    fetching.run(source)
    assert fetching.outcomes()["/closed/page"] == "robots_disallow"
    fetching.run(source, manners={"obey_robots": False})
    assert fetching.outcomes()["/closed/page"] == "new"
    assert site.asked["/robots.txt"] == 2


@pytest.mark.parametrize(
    ("page", "ends"),
    [
        (status(404), "new"),
        (status(403), "new"),
        (redirect("/elsewhere"), "robots_disallow"),
        (redirect("/robots.txt"), "new"),
        (text("<html><p>no robots here"), "new"),
        (text("User-agent: *\nDisallow: /" + "x" * 300_000, "text/plain"), "new"),
        (status(500), "robots_unreachable"),
        (bad.hangs, "robots_unreachable"),
        (text("User-agent: *\nCrawl-delay: 100", "text/plain"), "put_off"),
    ],
)
def test_answers_for_robots(fetching: Fetching, site: Site, page: Page, ends: str) -> None:
    site.pages = {
        "/robots.txt": page,
        "/elsewhere": text("User-agent: *\nDisallow: /", "text/plain"),
        "/a": text("<p>"),
    }
    fetching.run(pages(site.url("/a")))
    assert fetching.outcomes() == {"/a": ends}
    assert site.asked["/a"] == (ends == "new")


def test_pace(fetching: Fetching, site: Site) -> None:
    """One request after the other, and the pause that the manners or robots.txt ask for between them."""
    times: list[float] = []

    def page(request: bad.Request) -> None:
        times.append(time.monotonic())
        request.answer(200, b"<p>", Content_Type="text/html")

    site.pages = {f"/{number}": page for number in range(4)}
    source = pages(*(site.url(f"/{number}") for number in range(4)))
    fetching.run(source, manners={"seconds_between_requests": 0.15})
    site.pages["/robots.txt"] = text("User-agent: *\nCrawl-delay: 0.3", "text/plain")
    fetching.run(source)
    pauses = [after - before for before, after in pairwise(times)]
    assert min(pauses[:3]) >= 0.15
    assert min(pauses[4:]) >= 0.3


def test_retry_after_is_waited_for(fetching: Fetching, site: Site) -> None:
    times: list[float] = []

    def page(request: bad.Request) -> None:
        times.append(time.monotonic())
        busy_once = in_turn(status(503, Retry_After="1"), text("<p>"))
        busy_once(request)

    site.pages["/a"] = page
    fetching.run(pages(site.url("/a")))
    assert times[1] - times[0] >= 1
    assert [a.retry_after_seconds for a in fetching.attempts() if a.purpose == "document"] == [1, None]


def test_host_in_trouble_is_put_off(fetching: Fetching, site: Site) -> None:
    """Here by failures, there by its own word; other hosts go on."""
    with Site("127.0.0.2") as other, Site("127.0.0.3") as third:
        site.pages = {f"/{number}": status(500) for number in range(5)}
        other.pages = {"/1": status(429, Retry_After="1000"), "/2": text("<p>")}
        third.pages = {"/9": text("<p>")}
        urls = [site.url(f"/{n}") for n in range(5)] + [other.url("/1"), other.url("/2"), third.url("/9")]
        fetching.run(pages(*urls), manners={"failures_of_a_host": 2})
    ended = Counter(
        attempt.outcome for attempt in fetching.attempts() if attempt.is_last and attempt.purpose != "robots"
    )
    assert ended == {"server_error": 2, "busy": 1, "put_off": 4, "new": 1}
    assert other.asked == {"/robots.txt": 1, "/1": 1}


def test_run_ends_in_its_time(fetching: Fetching, site: Site) -> None:
    """Everything hangs: the documented bound holds, what is left over is written down and comes first next time."""
    site.pages = {f"/{number}": bad.hangs for number in range(30)} | {"/fine": text("<p>")}
    source = pages(site.url("/fine"), *(site.url(f"/{number}") for number in range(30)))
    begun = time.monotonic()
    fetching.run(source, run_seconds=1.5, manners={"request_seconds": 0.5, "longest_wait_seconds": 1})
    assert time.monotonic() - begun < 1.5 + 0.5 + 1
    left = [path for path, outcome in fetching.outcomes().items() if outcome == "put_off"]
    assert len(fetching.outcomes()) == 31
    assert len(left) > 20
    site.pages = {f"/{number}": text("<p>") for number in range(30)} | {"/fine": text("<p>")}
    fetching.run(source)
    assert fetching.last_run()[-1].url == site.url("/fine")
