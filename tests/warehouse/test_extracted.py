"""A build that takes over what ``gongkai extract-shards`` wrote: the same warehouse as one that read the documents itself.

Belongs here: folders of shards as a build's input. Doesn't belong here: how they are written (``test_cluster``).
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dagster_project.build_database import STAGING_TABLES, BuildDatabase
from dagster_project.cluster.folders import SUMMARY_NAME, UNFINISHED, digests_of, folders_in, summary_in, write_summary
from dagster_project.cluster.run import Done, extract_here, shards_in
from dagster_project.extracted import ExtractedError, look_into
from dagster_project.extraction import ExtractionSummary, read_documents, reader_fingerprint
from dagster_project.landing import LandingStore
from dagster_project.settings import SAMPLE_REPORTS, Settings
from extract import Catalogue, Document, ReportReader
from tests.builds import contents, start
from tests.conftest import gongkai
from tests.shard_files import land, row, write_lines, write_parquet

SAMPLES = sorted(SAMPLE_REPORTS.glob("*.txt"))


def _shards(folder: Path) -> Path:
    """The samples in three shards, with rows that hold no document, a picture, and one document in two shards."""
    rows = [row(f"https://a.gov.cn/{path.name}", path.read_text(encoding="utf-8")) for path in SAMPLES]
    folder.mkdir(parents=True, exist_ok=True)
    write_parquet(folder / "first[1]*", [*rows[:8], row("https://a.gov.cn/empty", None), row(None, "x")])
    picture = row("https://a.gov.cn/picture.png", b"\x89PNG\r\n\x1a\n0000", media_type="image/png")
    write_parquet(folder / "second", [rows[0], *rows[8:14], picture])
    write_lines(folder / "third", [*rows[14:], row("https://a.gov.cn/news.txt", "今日天气晴", media_type="text/plain")])
    return folder


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _shards(tmp_path_factory.mktemp("shards"))


@pytest.fixture(scope="module")
def extracted(shards: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("extracted")
    assert [type(done) for done in extract_here(shards_in([shards]), output)] == [Done] * 3
    return output


class NoReader(ReportReader):
    """One that must not be asked."""

    def read(self, document: Document) -> None:  # ty: ignore[incompatible-method-override]
        raise AssertionError(document.source_uri)


def take(folder: Path, reports: Path, reader: ReportReader, extracted: Path | None) -> ExtractionSummary:
    """Land and read; what was extracted isn't read."""
    store, database = LandingStore(folder / "landing"), BuildDatabase(folder / "build.duckdb")
    land(store, reports)
    known = look_into(extracted, reader_fingerprint(reader.catalogue)) if extracted else None
    return read_documents(store, database, reader, again=False, extracted=known)


def staging(folder: Path) -> dict[str, list[tuple]]:
    with duckdb.connect(str(folder / "build.duckdb"), read_only=True) as connection:
        return {table: connection.execute(f"from staging.{table} order by all").fetchall() for table in STAGING_TABLES}


def test_nothing_is_read_and_the_rows_are_the_same(
    shards: Path, extracted: Path, tmp_path: Path, catalogue: Catalogue, reader: ReportReader
) -> None:
    direct = take(tmp_path / "direct", shards, reader, None)
    over = take(tmp_path / "over", shards, NoReader(catalogue), extracted)
    assert staging(tmp_path / "over") == staging(tmp_path / "direct")
    # what holds no document comes from the landing store
    assert (over.documents_taken_over, over.documents_read) == (len(SAMPLES) + 2, 2)
    assert direct.documents_read == over.documents_in_store == len(SAMPLES) + 4
    again = take(tmp_path / "over", shards, NoReader(catalogue), extracted)
    assert (again.documents_taken_over, again.documents_read) == (0, 0)


def test_what_is_not_in_it_is_read_here(
    shards: Path, extracted: Path, tmp_path: Path, catalogue: Catalogue, reader: ReportReader
) -> None:
    """A shard that changed after it was extracted, a file beside it, and a document that came with another type."""
    reports = tmp_path / "reports"
    shutil.copytree(shards, reports)
    text = SAMPLES[0].read_text(encoding="utf-8")
    write_lines(
        reports / "third",
        [row("https://a.gov.cn/news.txt", "今日天气晴", media_type="text/html"), row("https://a.gov.cn/new.txt", text)],
    )
    shutil.copy(SAMPLES[0], reports)
    over = take(tmp_path / "over", reports, reader, extracted)
    take(tmp_path / "direct", reports, reader, None)
    assert staging(tmp_path / "over") == staging(tmp_path / "direct")
    # two rows of no document, and the three
    assert (over.documents_taken_over, over.documents_read) == (15, 5)
    assert over.documents_never_landed == len(SAMPLES) - 14


def test_another_version_of_the_reader_reads_all_again(
    shards: Path, extracted: Path, tmp_path: Path, reader: ReportReader
) -> None:
    other = tmp_path / "extracted"
    shutil.copytree(extracted, other)
    for folder in folders_in(other):
        summary = summary_in(folder)
        assert summary
        write_summary(folder, replace(summary, reader_fingerprint="older"))
    known = look_into(other, reader_fingerprint(reader.catalogue))
    assert (known.folders, known.outdated) == ((), 3)
    assert take(tmp_path, shards, reader, other).documents_read == len(SAMPLES) + 4


def test_reports_that_an_older_reader_read_are_replaced(
    shards: Path, extracted: Path, tmp_path: Path, catalogue: Catalogue, reader: ReportReader
) -> None:
    take(tmp_path, shards, reader, None)
    before = staging(tmp_path)
    with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
        connection.execute("update staging.documents set reader_fingerprint = 'older'")
        connection.execute("update staging.cells set value = 1")
    take(tmp_path, shards, NoReader(catalogue), extracted)
    assert staging(tmp_path) == before


def _cut(folder: Path) -> None:
    path = folder / "cells.parquet"
    path.write_bytes(path.read_bytes()[:-100])


def _flip(folder: Path) -> None:
    path = folder / "cells.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _exchange(folder: Path) -> None:
    shutil.copy(next(path for path in folders_in(folder.parent) if path != folder) / "cells.parquet", folder)


def _forge(folder: Path) -> None:
    """Other columns, with a summary that fits."""
    pl.DataFrame({"report_id": ["x"]}).write_parquet(folder / "cells.parquet")
    summary = summary_in(folder)
    assert summary
    write_summary(folder, replace(summary, digests=digests_of(folder)))


def _forge_text(folder: Path) -> None:
    (folder / "cells.parquet").write_text("no Parquet", encoding="utf-8")
    summary = summary_in(folder)
    assert summary
    write_summary(folder, replace(summary, digests=digests_of(folder)))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_cut, "cells.parquet isn't as gongkai extract-shards wrote it"),
        (_flip, "cells.parquet isn't as gongkai extract-shards wrote it"),
        (_exchange, "cells.parquet isn't as gongkai extract-shards wrote it"),
        (_forge, "cells.parquet isn't as gongkai extract-shards wrote it"),
        (_forge_text, "cells.parquet can't be read"),
        (lambda folder: (folder / "reports.parquet").unlink(), "reports.parquet can't be read"),
        (lambda folder: (folder / SUMMARY_NAME).unlink(), "isn't what this version"),
        (lambda folder: (folder / SUMMARY_NAME).write_text('{"shard": "x"}'), "isn't what this version"),
        (lambda folder: (folder / SUMMARY_NAME).write_text("[1]"), "isn't what this version"),
        (lambda folder: (folder.parent / "photos").mkdir(), "isn't what this version"),
    ],
)
def test_damaged_and_foreign_files_are_named(
    extracted: Path, tmp_path: Path, damage: Callable[[Path], object], said: str
) -> None:
    own = tmp_path / "extracted"
    shutil.copytree(extracted, own)
    (own / UNFINISHED / "begun").mkdir(parents=True)
    assert look_into(own, "").outdated == 3
    damage(min(own.glob("second*")))
    with pytest.raises(ExtractedError, match=said) as error:
        look_into(own, "")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--extracted", "{missing}"], "missing can't be read: No such file"),
        (["--extracted", "{empty}"], "has no folders as gongkai extract-shards writes them"),
        (["--extracted", "{shards}"], "has no folders"),
        (["--extracted", "{damaged}"], "isn't as gongkai extract-shards wrote it"),
        (["--extracted", "{extracted}", "--full-refresh"], "give one"),
    ],
)
def test_mistakes_are_answered(shards: Path, extracted: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    places = {name: tmp_path / name for name in ("missing", "empty", "damaged")}
    places["empty"].mkdir()
    shutil.copytree(extracted, places["damaged"])
    _cut(folders_in(places["damaged"])[0])
    places |= {"shards": shards, "extracted": extracted}
    given = [argument.format(**places) for argument in arguments]
    found = gongkai("build", "--reports", shards, "--warehouse", tmp_path / "w.duckdb", *given)
    assert found.returncode == 2
    assert said in found.stderr
    assert len(found.stderr.splitlines()) == 1
    assert not (tmp_path / "w.duckdb.state").exists()


def read_by(warehouse: Path) -> list[tuple[int, int]]:
    """What each build took over, and read itself."""
    lines = map(json.loads, Settings((), warehouse).log.read_text(encoding="utf-8").splitlines())
    counts = [line for line in lines if line["event"] == "documents read"]
    return [(line["documents_taken_over"], line["documents_read"]) for line in counts]


def test_the_warehouse_is_the_same(tmp_path: Path) -> None:
    """Every table, from the command to the second build, and with the folders gone."""
    reports, output = _shards(tmp_path / "reports"), tmp_path / "extracted"
    shutil.copy(SAMPLES[3], reports)
    done = gongkai("extract-shards", reports, "--output", output)
    assert done.returncode == 0, done.stderr
    direct = Settings((reports,), tmp_path / "direct" / "w.duckdb")
    over = Settings((reports,), tmp_path / "over" / "w.duckdb", extracted=output)
    start(direct).finish()
    start(over).finish()
    tables = contents(direct.warehouse)
    assert contents(over.warehouse) == tables
    assert {name.partition(".")[0] for name in tables} >= {"staging", "marts", "quality"}
    assert len(tables["quality.rejected_documents"]) >= 4
    start(over).finish()
    assert contents(over.warehouse) == tables
    assert read_by(over.warehouse) == [(len(SAMPLES) + 2, 3), (0, 0)]
    shutil.rmtree(output)
    with pytest.raises(Exception, match="extracted can't be read"):
        start(over).finish()
    assert contents(over.warehouse) == tables
