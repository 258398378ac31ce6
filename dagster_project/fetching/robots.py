"""What a site's robots.txt allows (RFC 9309).

Belongs here: what an answer to /robots.txt means. Doesn't belong here: asking for it (``crawl``).
"""

from dataclasses import dataclass
from typing import Protocol

from protego import Protego

#: More of a robots.txt isn't read; RFC 9309 asks for at least this much.
MOST_BYTES = 500 * 1024


class Rules(Protocol):
    """What may be asked of an origin, and how often."""

    @property
    def crawl_delay(self) -> float:
        """Seconds that the site wants between requests."""
        ...

    def allow(self, url: str) -> bool:
        """Whether an address may be asked for."""
        ...


@dataclass(frozen=True)
class Everything:
    """A site without robots.txt."""

    crawl_delay: float = 0.0

    def allow(self, url: str) -> bool:  # noqa: ARG002 — whatever it is
        """Yes."""
        return True


@dataclass(frozen=True)
class Nothing:
    """A site that can't be asked for its rules: RFC 9309 (2.3.1.4) takes that for a no."""

    crawl_delay: float = 0.0

    def allow(self, url: str) -> bool:  # noqa: ARG002 — whatever it is
        """No."""
        return False


UNREACHABLE = Nothing()


class RobotsText:
    """A site with robots.txt, for one user agent."""

    def __init__(self, content: bytes, user_agent: str) -> None:
        self._rules = Protego.parse(content[:MOST_BYTES].decode("utf-8", "replace"))
        self._user_agent = user_agent

    @property
    def crawl_delay(self) -> float:
        """See ``Rules``."""
        return max(0.0, self._rules.crawl_delay(self._user_agent) or 0.0)

    def allow(self, url: str) -> bool:
        """See ``Rules``."""
        return self._rules.can_fetch(url, self._user_agent)
