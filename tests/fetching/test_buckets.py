"""Buckets of a real S3-compatible server: as a source, and as the place of the landing store."""

import asyncio
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from moto.server import ThreadedMotoServer

from dagster_project import storage
from dagster_project.landing import LandingStore, find_files
from dagster_project.storage import BucketStorage, FolderStorage, Storage
from tests.fetching.conftest import MANNERS, Fetching, pages
from tests.fetching.site import Site, text


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    started = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    started.start()
    host, port = started.get_host_and_port()
    yield f"http://{host}:{port}"
    started.stop()


@pytest.fixture
def endpoint(server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """An empty bucket ``reports``; the library finds server and keys in the environment, as for users."""
    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    fsspec.filesystem("s3").clear_instance_cache()
    files = bucket()
    if files.exists("reports"):
        files.rm("reports", recursive=True)
    files.mkdir("reports")
    return server


def bucket() -> Any:
    return fsspec.filesystem("s3", use_listings_cache=False, skip_instance_cache=True)


def source(**more: Any) -> dict[str, Any]:
    return {"name": "archive", "kind": "bucket", "url": "s3://reports/2025"} | more


def test_second_look_fetches_only_what_changed(fetching: Fetching, endpoint: str) -> None:
    files = bucket()
    files.pipe({f"reports/2025/年报/{number}.html": b"<p>%d" % number for number in range(5)})
    files.pipe_file("reports/2024/other.html", b"not ours")
    files.pipe_file("reports/2025/copy.html", b"<p>1")
    (result,) = fetching.run(source())
    assert result.outcomes == {"new": 6, "listed": 1}
    assert set(fetching.documents().values()) == {b"<p>%d" % number for number in range(5)}
    assert fetching.check_contents() == 5
    assert fetching.run(source())[0].outcomes == {"listed": 1}
    files.pipe_file("reports/2025/年报/3.html", b"<p>3, mended")
    files.rm_file("reports/2025/年报/4.html")
    assert fetching.run(source())[0].outcomes == {"new": 1, "listed": 1}
    assert {b"<p>3", b"<p>3, mended", b"<p>4"} <= {
        fetching.store.document(o).content for o in fetching.store.documents()
    }


def test_shards_and_large_objects(fetching: Fetching, endpoint: str) -> None:
    files = bucket()
    uris = [f"https://a.cn/{number}" for number in range(3)]
    rows = [*({"source_uri": uri, "content": "<p>"} for uri in uris), {"source_uri": "x", "content": None}]
    files.pipe_file("reports/2025/a.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())
    files.pipe_file("reports/2025/large.html", bytes(MANNERS["max_bytes"] + 1))
    assert fetching.run(source())[0].outcomes == {"new": 4, "not_kept": 1, "too_large": 1, "listed": 1}
    kept = {one.source_uri: one.reason for one in fetching.store.documents()}
    assert kept == dict.fromkeys(uris) | {"s3://reports/2025/a.jsonl#4": "unreadable"}
    assert fetching.run(source())[0].outcomes == {"too_large": 1, "listed": 1}


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"url": "s3://nowhere"}, "gone"),
        ({"endpoint_url": "http://127.0.0.1:9"}, "no_connection"),
        ({"profile": "nobody"}, "refused"),
        ({"manners": MANNERS | {"allow_private_addresses": False}}, "private_address"),
    ],
)
def test_bucket_that_does_not_answer(fetching: Fetching, endpoint: str, more: dict[str, Any], outcome: str) -> None:
    assert fetching.run(source(**more))[0].outcomes == {outcome: 1}
    assert fetching.store.documents() == []


def test_landing_store_in_a_bucket(fetching: Fetching, endpoint: str, site: Site, tmp_path: Path) -> None:
    """Fetched pages and local files in one store, whose contents have their hashes; a second run finds it."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.txt").write_text("a", encoding="utf-8")
    fetching.store = LandingStore("s3://reports/landing")
    site.pages["/a"] = text("<p>a", ETag='"1"')
    fetching.run(pages(site.url("/a")), {"name": "folder", "kind": "folder", "path": tmp_path / "reports"})
    fetching.store.land(find_files([tmp_path / "reports"]))
    fetching.store = LandingStore("s3://reports/landing/")
    fetching.run(pages(site.url("/a")))
    assert fetching.outcomes() == {"/a": "same"}
    documents = {fetching.store.document(one).content for one in fetching.store.documents()}
    assert documents == {b"a", b"<p>a"}
    names = fetching.store.storage.names("contents")
    contents = {Path(name).name: gzip.decompress(fetching.store.storage.read(name)) for name in names}
    assert set(contents.values()) == documents
    assert all(
        storage_name == f"{LandingStore(tmp_path).keep(content)}.gz" for storage_name, content in contents.items()
    )
    assert not (fetching.landing).exists()


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, endpoint: str, tmp_path: Path) -> Storage:
    return FolderStorage(tmp_path / "store") if request.param == "folder" else BucketStorage("s3://reports/store")


def test_storage(place: Storage) -> None:
    assert place.names("a") == []
    assert not place.exists("a/b")
    with pytest.raises(OSError):
        place.read("a/b")
    place.write("a/b", b"1")
    place.write("a/b", b"2", durable=True)
    assert place.write_new("a/a", b"3")
    assert not place.write_new("a/b", b"4")
    assert place.names("a") == ["a/a", "a/b"]
    assert (place.read("a/a"), place.read("a/b")) == (b"3", b"2")


def test_two_writers_of_the_log(place: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fetch and a build that write at the same time both find their place."""
    from dagster_project import landing
    from dagster_project.landing import Observation

    monkeypatch.setattr(landing, "open_storage", lambda _: place)
    store = LandingStore(Path("anywhere"))

    async def write() -> None:
        observations = [Observation(f"https://a.cn/{number}", "00", 1, 1) for number in range(8)]
        await asyncio.gather(*(asyncio.to_thread(store.write_down, [one]) for one in observations))

    asyncio.run(write())
    assert len(store.documents()) == 8


def test_where_a_store_lies(tmp_path: Path) -> None:
    assert isinstance(storage.open_storage(tmp_path), FolderStorage)
    assert isinstance(storage.open_storage(str(tmp_path)), FolderStorage)
