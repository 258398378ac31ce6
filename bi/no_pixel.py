"""Takes the tracking pixel out of Superset's pages: its build asks for one on every page, whatever is configured.

Belongs here: that one address. The browser would refuse it anyway (the content security policy of
``bi.superset_config``); this way it isn't asked for.
"""

from collections.abc import Callable, Iterable
from typing import Any

PIXEL = b"https://apachesuperset.gateway.scarf.sh/pixel/"
#: An empty picture's address of the same length, so that the length of the answer stays true.
NOTHING = b"data:image/gif;base64,".ljust(len(PIXEL), b"A")

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class NoPixel:
    """Wraps the application; scripts go out without the pixel's address."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the application does."""
        if not environ.get("PATH_INFO", "").endswith(".js"):
            return self._application(environ, start_response)
        # a packed answer couldn't be searched
        body = self._application(environ | {"HTTP_ACCEPT_ENCODING": "identity"}, start_response)
        try:
            return [b"".join(body).replace(PIXEL, NOTHING)]
        finally:
            close = getattr(body, "close", None)
            if close:
                close()
