"""Addresses: one spelling for each, and which of them may be connected to.

Belongs here: URLs, and the check of what a host's name resolves to, made where the connection is opened:
a name can't change its mind between check and use. Doesn't belong here: what is asked there (``client``).
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import httpcore

PORTS = {"http": 80, "https": 443}
LONGEST_ADDRESS = 4096
#: Networks whose addresses carry another address inside: where that leads only the gateway knows.
_CARRIERS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")))


class AddressError(ValueError):
    """No address of a web page."""


class PrivateAddressError(Exception):
    """The host has only addresses that may not be connected to."""


def normalised(url: str, base: str | None = None) -> str:
    """The address in one spelling: absolute, host in small ASCII letters, without fragment, user or usual port.

    Raises:
        AddressError: it isn't of http or https, has no host, or can't be taken apart.

    """
    try:
        parts = urlsplit(urljoin(base or "", "".join(url.split("\t")).strip().replace("\n", "").replace("\r", "")))
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
        name = host if ":" in host else host.rstrip(".").encode("idna").decode().lower()
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    except ValueError as error:
        raise AddressError(f"no address of a web page: {url[:200]}") from error
    if scheme not in PORTS:
        raise AddressError(f"no address of a web page (http or https): {url[:200]}")
    if not name or parts.username is not None:
        raise AddressError(f"an address needs a host, and no user: {url[:200]}")
    place = f"[{name}]" if ":" in name else name
    place += f":{port}" if port not in (None, PORTS[scheme]) else ""
    text = urlunsplit((scheme, place, path, query, ""))
    if len(text) > LONGEST_ADDRESS:
        raise AddressError(f"an address of {len(text)} letters")
    return text


def host_of(url: str) -> str:
    """The host of a normalised address."""
    return urlsplit(url).hostname or ""


def origin_of(url: str) -> str:
    """Scheme, host and port of a normalised address: what a robots.txt speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network, and nothing inside it leads elsewhere."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _CARRIERS):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


async def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of a host that may be connected to, in the order in which they should be tried.

    Raises:
        OSError: the name has no address.
        PrivateAddressError: none of its addresses may be used.

    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
    allowed = [address for address in addresses if allow_private or is_public(address)]
    if not allowed:
        raise PrivateAddressError(f"{host} is at {', '.join(addresses)}: not on the public network")
    return allowed


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections for the HTTP client, to the very address that was checked."""

    def __init__(self, *, allow_private: bool) -> None:
        self._backend = cast(httpcore.AsyncNetworkBackend, httpcore.AnyIOBackend())
        self._allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """See ``httpcore``; the addresses are tried one after the other."""
        try:
            addresses = await resolve(host, port, allow_private=self._allow_private)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address: {error}") from error
        last: Exception | None = None
        for address in addresses:
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectError(f"{host} has no address")
