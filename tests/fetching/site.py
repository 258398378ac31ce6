"""A web site on this machine that behaves as it is told, badly included, and remembers who asked for what."""

import gzip
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Page = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request; pages write what they like."""

    protocol_version = "HTTP/1.1"
    #: Headers and body are written one after the other: the body mustn't wait until the headers have arrived.
    disable_nagle_algorithm = True

    @property
    def site(self) -> "Site":
        assert isinstance(self.server, Site)
        return self.server

    def do_GET(self) -> None:
        with self.site.lock:
            self.site.asked[self.path] += 1
            self.site.log.append((self.path, dict(self.headers)))
        page = self.site.pages.get(self.path, missing)
        try:
            page(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer(self, status: int, body: bytes = b"", /, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers and status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @property
    def times_asked(self) -> int:
        return self.site.asked[self.path]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: the site remembers."""


class Site(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: str = "127.0.0.1") -> None:
        super().__init__((address, 0), Request)
        self.pages: dict[str, Page] = {}
        self.asked: Counter[str] = Counter()
        self.log: list[tuple[str, dict[str, str]]] = []
        self.lock = threading.Lock()
        self.is_over = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __enter__(self) -> "Site":
        return self

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asks may go away at any moment."""

    def server_close(self) -> None:
        self.is_over.set()
        self.shutdown()
        super().server_close()

    def url(self, path: str) -> str:
        return f"http://{self.server_address[0]}:{self.server_address[1]}{path}"


def missing(request: Request) -> None:
    request.answer(404, b"no such page", Content_Type="text/plain")


def text(body: bytes | str, media_type: str = "text/html", status: int = 200, **headers: str) -> Page:
    content = body if isinstance(body, bytes) else body.encode()
    return lambda request: request.answer(status, content, Content_Type=media_type, **headers)


def status(code: int, **headers: str) -> Page:
    return lambda request: request.answer(code, b"", **headers)


def redirect(target: str, code: int = 302) -> Page:
    return status(code, Location=target)


def in_turn(*pages: Page) -> Page:
    """Each time the next page, and the last one from then on."""
    return lambda request: pages[min(request.times_asked, len(pages)) - 1](request)


def with_etag(body: str, etag: str = '"1"') -> Page:
    def page(request: Request) -> None:
        if request.headers.get("If-None-Match") == etag:
            request.answer(304, ETag=etag)
        else:
            request.answer(200, body.encode(), Content_Type="text/html", ETag=etag)

    return page


def since(body: str, date: str = "Mon, 05 Jan 2026 00:00:00 GMT") -> Page:
    def page(request: Request) -> None:
        if request.headers.get("If-Modified-Since") == date:
            request.answer(304)
        else:
            request.answer(200, body.encode(), Content_Type="text/html", Last_Modified=date)

    return page


def hangs(request: Request) -> None:
    request.site.is_over.wait(20)
    request.close_connection = True


def drips(request: Request) -> None:
    """Headers that come letter by letter and have no end."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while not request.site.is_over.wait(0.05):
        request.wfile.write(b"x")


def endless(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while not request.site.is_over.is_set():
        request.wfile.write(b"<p>" * 10_000)


#: Fifty megabytes of nothing.
BOMB = gzip.compress(bytes(50_000_000))


def bomb(request: Request) -> None:
    request.answer(200, BOMB, Content_Type="text/html", Content_Encoding="gzip")


def breaks_off(request: Request) -> None:
    request.answer(200, b"<p>ten", Content_Type="text/html", Content_Length="1000")
    request.close_connection = True


def breaks_off_packed(request: Request) -> None:
    packed = gzip.compress(b"<p>page" * 1000)
    request.answer(200, packed[:-10], Content_Type="text/html", Content_Encoding="gzip")


def says_nothing(request: Request) -> None:
    request.close_connection = True


def no_http(request: Request) -> None:
    request.wfile.write(b"SSH-2.0-nothing to see\r\n\r\n")
    request.close_connection = True


def headers_without_end(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-Filler: yes\r\n" * 100_000 + b"\r\n")
    request.close_connection = True
