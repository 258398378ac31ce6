"""Addresses: one spelling for each, and none in a private network is fetched from."""

import asyncio

import pytest

from dagster_project.fetching import addresses
from tests.fetching.conftest import Fetching, pages
from tests.fetching.site import Site, redirect, text


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        *((address, False) for address in ("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254")),
        *((address, False) for address in ("0.0.0.0", "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255")),
        *(
            (address, False)
            for address in ("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1")
        ),
        *((address, False) for address in ("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "nonsense")),
    ],
)
def test_public_addresses(address: str, is_public: bool) -> None:
    assert addresses.is_public(address) == is_public


def test_address_that_is_a_number_in_disguise() -> None:
    """Other spellings of 127.0.0.1 are resolved like any name before they are judged."""
    for host in ("2130706433", "0x7f.1", "127.1", "localhost"):
        with pytest.raises((addresses.PrivateAddressError, OSError)):
            asyncio.run(addresses.resolve(host, 80, allow_private=False))


@pytest.mark.parametrize(
    ("url", "base", "is_written"),
    [
        ("HTTP://Example.ORG:80/A b#top", None, "http://example.org/A%20b"),
        ("https://例子.中国/年报?年=2023", None, "https://xn--fsqu00a.xn--fiqs8s/%E5%B9%B4%E6%8A%A5?%E5%B9%B4=2023"),
        ("../b.html?x=1&y=%E5%B9%B4", "http://a.cn/c/d/", "http://a.cn/c/b.html?x=1&y=%E5%B9%B4"),
        ("//b.cn:8080", "https://a.cn/", "https://b.cn:8080/"),
        (" http://a.cn./\n ", None, "http://a.cn/"),
        ("http://[2606:4700::1111]:81/", None, "http://[2606:4700::1111]:81/"),
    ],
)
def test_one_spelling_for_an_address(url: str, base: str | None, is_written: str) -> None:
    assert addresses.normalised(url, base) == is_written
    assert addresses.normalised(is_written) == is_written


@pytest.mark.parametrize(
    "url",
    [
        *("", "a.cn/b", "ftp://a.cn/", "file:///etc/passwd", "http://", "http://u:p@a.cn/", "http://[::1"),
        *(
            "http://a.cn:x/",
            "http://" + "a" * 70 + ".cn/",
            "http://a..cn/",
            "http://a.cn/" + "b" * 5000,
            "javascript:1",
            "http://a.cn/\ud800",
            "http://a.cn/?\udfff",
        ),
    ],
)
def test_no_address(url: str) -> None:
    with pytest.raises(addresses.AddressError):
        addresses.normalised(url)


def test_private_addresses_are_refused(fetching: Fetching, site: Site) -> None:
    urls = (site.url("/a"), site.url("/a").replace("127.0.0.1", "localhost"))
    fetching.run(pages(*urls), manners={"allow_private_addresses": False})
    assert {attempt.outcome for attempt in fetching.attempts()} == {"private_address"}
    assert not site.asked


def test_private_address_behind_a_redirect_or_a_name(
    fetching: Fetching, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One loopback address stands for the public network: what is checked is where a connection would go."""
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    with Site("127.0.0.2") as private:
        private.pages["/secret"] = text("<p>secret")
        site.pages = {
            "/away": redirect(private.url("/secret")),
            "/report": text(f'<a href="{private.url("/secret.pdf")}">'),
        }
        fetching.run(pages(site.url("/away"), site.url("/report")), manners={"allow_private_addresses": False})
        assert fetching.outcomes() == {
            "/report": "new",
            "/secret": "private_address",
            "/secret.pdf": "private_address",
        }
        assert not private.asked
