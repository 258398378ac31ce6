"""The sources file: what it may say, and clear sentences about what it may not."""

import re
from pathlib import Path

import pytest

from dagster_project.fetching.sources import FolderSource, IndexSource, PagesSource, SourcesError, load_sources
from dagster_project.settings import PROJECT_DIRECTORY

EXAMPLE = PROJECT_DIRECTORY / "docs" / "sources.example.yaml"


def write(folder: Path, text: str) -> Path:
    path = folder / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_example_in_the_documentation() -> None:
    sources = load_sources(EXAMPLE)
    assert [source.kind for source in sources.sources] == ["folder", "pages", "index", "index", "bucket"]


def test_paths_are_beside_the_file_and_manners_are_inherited(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("\ufeff# a comment\n\nhttps://b.cn/2#x\nhttps://b.cn/1\n", encoding="utf-8")
    sources = load_sources(
        write(
            tmp_path,
            """
            manners: {attempts: 7, seconds_between_requests: 9}
            sources:
              - {name: a, kind: folder, path: reports}
              - {name: b, kind: pages, urls: ["https://b.cn/1"], urls_file: list.txt, manners: {attempts: 2}}
              - {name: c, kind: index, urls: ["https://c.cn/{page}.html"], page_numbers: [0, 2], links: x}
            """,
        )
    )
    folder, pages, index = sources.sources
    assert isinstance(folder, FolderSource)
    assert folder.path == tmp_path / "reports"
    assert isinstance(pages, PagesSource)
    assert pages.urls == ("https://b.cn/1", "https://b.cn/2")
    assert (pages.manners.attempts, pages.manners.seconds_between_requests) == (2, 9)
    assert folder.manners.attempts == 7
    assert isinstance(index, IndexSource)
    assert index.first_pages == tuple(f"https://c.cn/{number}.html" for number in range(3))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "valid dictionary"),
        ("- 1", "valid dictionary"),
        ("a: [", "is no YAML"),
        ("a: \x00", "is no YAML"),
        ("sources: []", "at least 1 item"),
        ("sources: [{name: a}]", "sources[0]: Unable to extract tag using discriminator 'kind'"),
        ("sources: [{name: a, kind: ftp}]", "'folder', 'pages', 'index', 'bucket'"),
        ("sources: [{name: A b, kind: folder, path: x}]", "sources[0].name: String should match"),
        ("sources: [{name: a, kind: folder, path: x, pth: y}]", "sources[0].pth: Extra inputs are not permitted"),
        ("sources: [{name: a, kind: folder}]", "sources[0].path: Field required"),
        ("sources: [{name: a, kind: pages}]", "sources[0]: names no address"),
        ("sources: [{name: a, kind: pages, urls: [b.cn]}]", "sources[0].urls: no address of a web page"),
        ("sources: [{name: a, kind: pages, urls: b.cn}]", "sources[0].urls"),
        ("sources: [{name: a, kind: pages, urls_file: none.txt}]", "none.txt can't be read"),
        ("sources: [{name: a, kind: pages, urls_file: bad.txt}]", "bad.txt line 2: no address of a web page"),
        ("sources: [{name: a, kind: index, urls: ['http://a.cn']}]", "says not which links are reports"),
        ("sources: [{name: a, kind: index, urls: ['http://a.cn'], links: '('}]", "sources[0].links: is no regular"),
        ("sources: [{name: a, kind: index, urls: ['http://a.cn/{page}'], links: x}]", "page_numbers and {page}"),
        ("sources: [{name: a, kind: bucket, url: 'gs://a'}]", "sources[0].url: String should match"),
        ("sources: [{name: a, kind: folder, path: x, manners: {attempts: 0}}]", "sources[0].manners.attempts: Input"),
        ("sources: [{name: a, kind: folder, path: x, manners: 3}]", "sources[0].manners"),
        ("manners: {attempts: x}\nsources: [{name: a, kind: folder, path: x}]", "manners.attempts"),
        ("manners: {user_agent: 年报}\nsources: [{name: a, kind: folder, path: x}]", "printable ASCII"),
        ("run_seconds: .inf\nsources: [{name: a, kind: folder, path: x}]", "run_seconds"),
        (
            "sources: [{name: a, kind: folder, path: x}, {name: a, kind: folder, path: y}]",
            "several sources are called a",
        ),
    ],
)
def test_mistakes(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "bad.txt").write_text("https://b.cn/1\nb.cn/2\n", encoding="utf-8")
    with pytest.raises(SourcesError) as error:
        load_sources(write(tmp_path, text))
    assert said in str(error.value)
    assert "sources.yaml" in str(error.value)
    assert "\n" not in str(error.value)


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match=r"none\.yaml can't be read: No such file"):
        load_sources(tmp_path / "none.yaml")


def test_unknown_name(tmp_path: Path) -> None:
    sources = load_sources(write(tmp_path, "sources: [{name: a, kind: folder, path: x}]"))
    with pytest.raises(SourcesError, match="no source is called b; there are a"):
        sources.only(("b",))


def test_fetching_knows_no_dagster_and_no_database() -> None:
    for path in (PROJECT_DIRECTORY / "dagster_project" / "fetching").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(?:from|import) (?:dagster\b(?!_project)|duckdb|polars|dbt)", text, re.MULTILINE), (
            path
        )
