"""What servers send that no honest one does: packed bodies, headers and pages, each by itself."""

import gzip

import pytest

from dagster_project.fetching.client import Answer
from dagster_project.fetching.decoding import Body, EncodingError
from dagster_project.fetching.links import links

PACKED = gzip.compress(b"<p>one") + gzip.compress(b"<p>two")


@pytest.mark.parametrize("size", range(1, len(PACKED) + 1))
def test_packed_bodies_come_in_any_pieces(size: int) -> None:
    body = Body("gzip", 100)
    for begin in range(0, len(PACKED), size):
        body.take(PACKED[begin : begin + size])
    assert body.whole() == b"<p>one<p>two"


@pytest.mark.parametrize("size", [1, 5, 12])
def test_a_packed_body_that_breaks_off_before_its_first_letter_is_no_empty_one(size: int) -> None:
    body = Body("gzip", 100)
    body.take(PACKED[:size])
    with pytest.raises(EncodingError, match="breaks off"):
        body.whole()
    assert Body("gzip", 100).whole() == b""


def test_what_follows_a_packed_body_is_not_gathered() -> None:
    """A server sent on and on behind the end: all of it was kept, and copied with each piece."""
    body = Body("gzip", 100)
    body.take(gzip.compress(b"<p>"))
    for _ in range(1000):
        body.take(bytes(16_384))
    assert body._unpack is not None
    assert len(body._unpack.unused_data) <= 16_384
    assert body.whole() == b"<p>"


@pytest.mark.parametrize(
    "said",
    [
        *("Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 05 Jan 2015 00:00:00 +99999999999999999999"),
        *("", " ", "soon", "-1", "1.5", "Mon, 05 Foo 2015", "Mon, 32 Jan 2015 00:00:00 GMT", "٣"),
    ],
)
def test_no_time_to_wait_for(said: str) -> None:
    assert Answer("busy", 503, {"retry-after": said}).record()["retry_after_seconds"] is None


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 200_000,
        "<p>" + "".join(f"<b a{number}>" for number in range(3000)) + "<p>" * 3000,
        "<p>" + "".join(f"<a a{number}>" for number in range(3000)) + "<p>" * 3000,
    ],
    ids=["nested deep", "coming back", "links that come back"],
)
def test_links_of_pages_that_take_a_parser_minutes(hostile: str) -> None:
    """The page is kept whatever it is; that it leads nowhere, or to what stands on it, is told within seconds."""
    found = links(f"<a href=/report>{hostile}".encode(), "http://a.cn/")
    assert [link.url for link in found] in ([], ["http://a.cn/report"])


def test_links_of_a_long_page_with_much_markup() -> None:
    page = "".join(f"<li><b><font><span><a href=/{number}>" for number in range(2000))
    assert len(links(page.encode(), "http://a.cn/")) == 2000
