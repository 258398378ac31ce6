"""Fetching from a real server that misbehaves: every attempt is written down, nothing is half kept."""

from collections import Counter
from urllib.parse import urlsplit

import pytest

from tests.fetching import site as bad
from tests.fetching.conftest import Fetching, index, pages
from tests.fetching.site import Page, Site, in_turn, redirect, status, text

MISBEHAVIOUR: dict[str, tuple[Page, str, int]] = {
    # page, how it ends, how often it is asked for
    "/fine": (text("<p>fine"), "new", 1),
    "/empty": (text(""), "new", 1),
    "/text.txt": (text("words", "text/plain; charset=gb2312"), "new", 1),
    "/no-type": (lambda request: request.answer(200, b"<p>untold"), "new", 1),
    "/packed": (text(bad.gzip.compress(b"<p>packed"), Content_Encoding="gzip"), "new", 1),
    "/wrong-charset": (text("年报".encode("gb18030"), "text/html; charset=utf-8"), "new", 1),
    "/unknown-charset": (text("年报", "text/html; charset=klingon"), "new", 1),
    "/hangs": (bad.hangs, "timeout", 2),
    "/drips": (bad.drips, "timeout", 2),
    "/endless": (bad.endless, "too_large", 1),
    "/bomb": (bad.bomb, "too_large", 1),
    "/announced": (text("<p>", Content_Length="999999999999"), "too_large", 1),
    "/breaks-off": (bad.breaks_off, "incomplete", 2),
    "/breaks-off-packed": (bad.breaks_off_packed, "bad_response", 2),
    "/says-nothing": (bad.says_nothing, "incomplete", 2),
    "/no-http": (bad.no_http, "bad_response", 2),
    "/headers-without-end": (bad.headers_without_end, "bad_response", 2),
    "/not-packed": (text("<p>plain", Content_Encoding="gzip"), "bad_response", 2),
    "/packed-otherwise": (text("\x0b\x02\x80", Content_Encoding="br"), "bad_response", 2),
    "/no-number": (text("<p>", Content_Length="many"), "bad_response", 2),
    "/unasked-304": (status(304), "bad_response", 2),
    "/video": (text(bytes(10), "video/mp4"), "unwanted_type", 1),
    "/gone": (status(410), "gone", 1),
    "/nowhere": (bad.missing, "gone", 1),
    "/forbidden": (status(403), "refused", 1),
    "/teapot": (status(418), "refused", 1),
    "/broken": (status(500), "server_error", 2),
    "/mends": (in_turn(status(502), text("<p>mended")), "new", 2),
    "/busy": (status(429), "busy", 2),
    "/busy-for-a-moment": (in_turn(status(429, Retry_After="1"), text("<p>free")), "new", 2),
    "/busy-until-yesterday": (
        in_turn(status(503, Retry_After="Mon, 05 Jan 2015 00:00:00 GMT"), text("<p>free again")),
        "new",
        2,
    ),
    "/turns": (redirect("/turns"), "redirect_loop", 1),
    "/to-mail": (redirect("mailto:nobody@example.org"), "bad_address", 1),
    "/to-file": (redirect("file:///etc/hostname"), "bad_address", 1),
    "/to-nothing": (status(302), "bad_address", 1),
}


def test_every_misbehaviour_is_written_down(fetching: Fetching, site: Site) -> None:
    """All at once, and a second time: the same ends, the whole documents kept, the log as long as the server's."""
    site.pages = {path: page for path, (page, _, _) in MISBEHAVIOUR.items()}
    source = pages(*map(site.url, MISBEHAVIOUR))
    fetching.run(source)
    assert fetching.outcomes() == {path: outcome for path, (_, outcome, _) in MISBEHAVIOUR.items()}
    asked = Counter({path: times for path, (_, _, times) in MISBEHAVIOUR.items()}) + Counter({"/robots.txt": 1})
    assert site.asked == asked
    assert Counter(urlsplit(attempt.url).path for attempt in fetching.attempts()) == asked
    kept = {path for path, (_, outcome, _) in MISBEHAVIOUR.items() if outcome == "new"}
    documents = fetching.documents()
    assert set(documents) == kept
    assert documents["/packed"] == b"<p>packed"
    assert documents["/wrong-charset"] == "年报".encode("gb18030")
    assert fetching.check_contents() == len(kept) == 10
    again = [path for path in MISBEHAVIOUR if path not in {"/hangs", "/drips"}]
    fetching.run(pages(*map(site.url, again)))
    outcomes = {path: outcome for path, (_, outcome, _) in MISBEHAVIOUR.items() if path in again}
    assert fetching.outcomes() == {path: "same" if one == "new" else one for path, one in outcomes.items()}
    assert fetching.documents() == documents
    assert fetching.check_contents() == 10


def test_record_of_an_attempt(fetching: Fetching, site: Site) -> None:
    site.pages["/list"] = text('<a href="report">年报')
    site.pages["/report"] = text("<p>report", "text/html; charset=utf-8", ETag='"7"', Set_Cookie="secret", X_Odd="a\tb")
    fetching.run(index(site.url("/list")))
    (attempt,) = (one for one in fetching.attempts() if one.purpose == "document")
    assert (attempt.source, attempt.source_kind, attempt.status, attempt.size_bytes) == ("index", "index", 200, 9)
    assert (attempt.media_type, attempt.etag) == ("text/html; charset=utf-8", '"7"')
    assert attempt.linked_from == site.url("/list")
    assert attempt.headers is not None
    assert "secret" not in attempt.headers
    assert '"x-odd"' in attempt.headers
    (observation,) = fetching.store.documents()
    assert (observation.source_uri, observation.media_type) == (site.url("/report"), "text/html; charset=utf-8")


def test_second_run_fetches_only_what_changed(fetching: Fetching, site: Site) -> None:
    site.pages = {
        "/list": bad.with_etag('<a href="/report/1"></a><a href="/report/2"></a><a href="/report/3"></a>'),
        "/report/1": bad.with_etag('<a href="/a.pdf">'),
        "/report/2": bad.since("<p>2"),
        "/report/3": bad.with_etag("<p>3"),
        "/a.pdf": bad.with_etag("%PDF-1.4"),
    }
    fetching.run(index(site.url("/list")))
    assert set(fetching.outcomes().values()) == {"new"}
    before = fetching.documents()
    site.pages["/report/3"] = bad.with_etag("<p>3, mended", '"2"')
    site.pages["/list"] = bad.with_etag(
        '<a href="/report/1"></a><a href="/report/2"></a><a href="/report/3"></a><a href="/report/4"></a>', '"2"'
    )
    site.pages["/report/4"] = bad.with_etag("<p>4")
    (result,) = fetching.run(index(site.url("/list")))
    assert fetching.outcomes() == {
        "/list": "new",
        "/report/1": "not_modified",
        "/a.pdf": "not_modified",
        "/report/2": "not_modified",
        "/report/3": "new",
        "/report/4": "new",
    }
    assert result.new_documents == 2
    assert fetching.documents() == before | {"/report/3": b"<p>3, mended", "/report/4": b"<p>4"}
    assert set(fetching.run(index(site.url("/list")))[0].outcomes) == {"not_modified"}
    assert fetching.outcomes().keys() == {"/list", "/a.pdf", *(f"/report/{number}" for number in range(1, 5))}


@pytest.mark.parametrize("etag", ["年", "x" * 5000, ""])
def test_mark_that_cannot_be_sent_back(fetching: Fetching, site: Site, etag: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\n"

    def page(request: bad.Request) -> None:
        request.wfile.write(head.encode() + b"<p>")

    site.pages["/a"] = page
    fetching.run(pages(site.url("/a")))
    fetching.run(pages(site.url("/a")))
    assert fetching.outcomes() == {"/a": "same"}


def test_page_that_vanished_is_still_ours(fetching: Fetching, site: Site) -> None:
    site.pages["/report"] = text("<p>report")
    fetching.run(pages(site.url("/report")))
    for page in (status(410), bad.missing, redirect("/nowhere"), bad.says_nothing, text("<p>another")):
        site.pages["/report"] = page
        fetching.run(pages(site.url("/report")))
    contents = {fetching.store.document(one).content for one in fetching.store.documents()}
    assert contents == {b"<p>report", b"<p>another"}
    site.pages["/report"] = text("<p>report")
    fetching.run(pages(site.url("/report")))
    assert fetching.documents() == {"/report": b"<p>report"}


def test_page_that_moved(fetching: Fetching, site: Site) -> None:
    """The document has the address where it was found; links are read from there; the way is in the log."""
    site.pages = {
        "/old": redirect("/middle", 301),
        "/middle": redirect("new/report", 308),
        "/new/report": text('<a href="files/a.docx">'),
        "/new/files/a.docx": text("PK", "application/octet-stream"),
    }
    fetching.run(pages(site.url("/old")))
    assert fetching.documents() == {"/new/report": b'<a href="files/a.docx">', "/new/files/a.docx": b"PK"}
    moved = [(urlsplit(a.url).path, a.outcome, a.is_last) for a in fetching.attempts() if a.purpose == "document"]
    assert moved == [("/old", "moved", False), ("/middle", "moved", False), ("/new/report", "new", True)]
    (attachment,) = (a for a in fetching.attempts() if a.purpose == "attachment")
    assert attachment.linked_from == site.url("/new/report")


@pytest.mark.parametrize(("hops", "ends"), [(3, "new"), (4, "too_many_redirects")])
def test_redirects_are_bounded(fetching: Fetching, site: Site, hops: int, ends: str) -> None:
    site.pages = {f"/{number}": redirect(f"/{number + 1}") for number in range(hops)} | {f"/{hops}": text("<p>")}
    fetching.run(pages(site.url("/0")), manners={"redirects": 3})
    assert ends in fetching.outcomes().values()
    assert len(fetching.last_run()) == 5


def test_redirect_loop_of_several(fetching: Fetching, site: Site) -> None:
    site.pages = {"/a": redirect("/b"), "/b": redirect("/c"), "/c": redirect("/a#top")}
    fetching.run(pages(site.url("/a")))
    assert fetching.outcomes() == {"/c": "redirect_loop"}


def test_attachments(fetching: Fetching, site: Site) -> None:
    """By address, by a name in the query, by the link's text or title; other links aren't followed."""
    site.pages["/report"] = text(
        """<base href="/files/"><a href="a.docx">x</a><a href='/get?name=b.PDF'>y</a><a href="/get?id=3">附件：c.xlsx</a>
        <a href="/get?id=4" title="d.pdf">z</a><a href="/other">other</a><a href="javascript:x.pdf">s</a>
        <iframe src="/viewer/e.pdf"></iframe><a href="a.docx#2">again</a><a href="http://[::bad/f.pdf">broken</a>
        <a href="mailto:g.pdf">mail</a>"""
    )
    fetching.run(pages(site.url("/report")))
    wanted = {"/report", "/files/a.docx", "/get?name=b.PDF", "/get?id=3", "/get?id=4", "/viewer/e.pdf"}
    assert fetching.outcomes().keys() == wanted
    fetching.run(pages(site.url("/report"), attachments=False))
    assert fetching.outcomes().keys() == {"/report"}
    fetching.run(pages(site.url("/report"), attachments_of_a_page=2, attachment_suffixes=[".xlsx", ".pdf"]))
    assert Counter(fetching.outcomes().values()) == {"same": 1, "gone": 2, "put_off": 2}


def test_index_pages(fetching: Fetching, site: Site) -> None:
    """Numbered pages, next pages, and links by address and text, in a page of GBK that says otherwise."""
    site.pages["/list_1"] = text('<a href="/report/1">年报</a><a href="/report/x">通知</a>'.encode("gbk"), "text/html")
    site.pages["/list_2"] = text('<a href="/report/2">年报</a><a href="/more_1">下一页</a>')
    site.pages["/more_1"] = text('<a href="/report/3">年报</a><a href="/more_2">下一页</a>')
    site.pages["/more_2"] = text('<a href="/report/4">年报</a><a href="/more_1">上一页</a>')
    for number in "1234":
        site.pages[f"/report/{number}"] = text(f"<p>{number}")
    source = index(site.url("/list_{page}"), page_numbers=[1, 3], link_texts="年报", next_pages="more_")
    (result,) = fetching.run(source)
    assert fetching.documents().keys() == {f"/report/{number}" for number in "1234"}
    assert fetching.outcomes()["/list_3"] == "gone"
    assert result.documents_linked == 4
    fetching.run(source | {"index_pages": 4})
    assert fetching.outcomes()["/more_2"] == "put_off"


def test_sources_of_one_host(fetching: Fetching, site: Site) -> None:
    """An address that two sources list is asked for once; a source can be run alone."""
    site.pages = {"/report/1": text("<p>1"), "/report/2": text("<p>2")}
    sources = (pages(site.url("/report/1"), name="a"), pages(site.url("/report/1"), site.url("/report/2"), name="b"))
    results = fetching.run(*sources, only=("a",))
    assert [result.name for result in results] == ["a"]
    results = fetching.run(*sources)
    assert [result.outcomes for result in results] == [{"same": 1}, {"new": 1, "duplicate": 1}]
    assert site.asked["/report/1"] == 2


def test_links_beyond_the_limit_are_written_down(fetching: Fetching, site: Site) -> None:
    site.pages["/list"] = text("".join(f"<a href='/report/{number}'>" for number in range(5)))
    (result,) = fetching.run(index(site.url("/list"), links_of_a_page=2))
    assert result.documents_linked == 5
    assert Counter(fetching.outcomes().values()) == {"new": 1, "gone": 2, "put_off": 3}


def test_server_that_is_not_there(fetching: Fetching, site: Site) -> None:
    with Site("127.0.0.4") as closed:
        url = closed.url("/a")
    fetching.run(pages(url, "https" + site.url("/c")[4:]))
    ended = {attempt.url: attempt.outcome for attempt in fetching.attempts() if attempt.purpose == "document"}
    assert set(ended.values()) == {"robots_unreachable"}
    robots = {attempt.outcome for attempt in fetching.attempts() if attempt.purpose == "robots"}
    assert robots == {"no_connection"}
