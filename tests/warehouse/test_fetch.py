"""From a web site to figures: the command, the assets, the log as a table, and which sources are silent."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
import yaml

from dagster_project.build_database import BuildDatabase
from dagster_project.fetch_log import load_fetch_log, source_states
from dagster_project.fetching.attempts import Attempt, Outcome
from dagster_project.fetching.journal import Journal
from dagster_project.fetching.sources import Sources
from dagster_project.landing import LandingStore
from dagster_project.settings import SAMPLE_REPORTS, Settings
from tests.conftest import gongkai
from tests.fetching.conftest import MANNERS, index, pages
from tests.fetching.site import Site, text

REPORT = "qingshi_water_bureau_2022.txt"


@pytest.fixture
def site() -> Iterator[Site]:
    """An index with one report, whose page is GBK and links to a file."""
    with Site() as started:
        report = (SAMPLE_REPORTS / REPORT).read_text(encoding="utf-8")
        body = f"<html><body><pre>{report}</pre><a href='notice.docx'>附件</a></body></html>"
        started.pages["/list"] = text(f'<a href="/report/{REPORT}.html">青石县水务局2022年年报</a>')
        started.pages[f"/report/{REPORT}.html"] = text(body.encode("gb18030"), "text/html; charset=gbk", ETag='"1"')
        started.pages["/report/notice.docx"] = text(b"not a Word file", "application/msword")
        yield started


@pytest.fixture
def sources_file(site: Site, tmp_path: Path) -> Path:
    shutil.copytree(
        SAMPLE_REPORTS, tmp_path / "handed in", ignore=lambda _, names: [n for n in names if "2023" not in n]
    )
    sources = [
        index(site.url("/list"), name="city"),
        pages(site.url("/nowhere"), name="county"),
        {"name": "folder", "kind": "folder", "path": "handed in"},
    ]
    path = tmp_path / "sources.yaml"
    path.write_text(yaml.safe_dump({"manners": MANNERS, "sources": sources}), encoding="utf-8")
    return path


def query(warehouse: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_fetched_reports_get_into_the_warehouse(site: Site, sources_file: Path, tmp_path: Path) -> None:
    """One source is fetched alone; when the site is gone, a build from all sources still has what it brought."""
    warehouse = tmp_path / "w.duckdb"
    done = gongkai("fetch", "--sources", sources_file, "--warehouse", warehouse, "--only", "city")
    assert (done.returncode, done.stderr) == (0, "")
    assert "city" in done.stdout
    assert "county" not in done.stdout
    assert not warehouse.exists()
    site.server_close()
    done = gongkai("build", "--sources", sources_file, "--warehouse", warehouse)
    assert done.returncode == 0, done.stderr
    assert "robots_unreachable" in done.stdout
    reports = (
        "select source_uri, count(*) from marts.dim_report join staging.cells using (report_id) where value > 0 and "
    )
    ((uri, figures),) = query(warehouse, reports + "agency_name = '青石县水务局' and report_year = 2022 group by all")
    assert uri == site.url(f"/report/{REPORT}.html")
    assert figures > 10
    documents = "select media_type, reason from staging.documents where source_uri like 'http%' order by 1"
    assert query(warehouse, documents) == [("application/msword", "unreadable"), ("text/html; charset=gbk", None)]
    log = "select source, purpose, outcome, count(*) from staging.fetch_log where is_last group by all order by all"
    assert query(warehouse, log) == [
        ("city", "attachment", "new", 1),
        ("city", "document", "new", 1),
        ("city", "index", "new", 1),
        ("city", "index", "robots_unreachable", 1),
        ("city", "robots", "gone", 1),
        ("county", "document", "robots_unreachable", 1),
        ("county", "robots", "no_connection", 1),
        ("folder", "document", "new", 6),
        ("folder", "listing", "listed", 1),
    ]
    assert stale_sources(Settings((), warehouse).dagster_home) == "city is failed; county is failed"


def stale_sources(home: Path) -> str | None:
    """What the freshness check of the last run said."""
    key = dg.AssetCheckKey(dg.AssetKey(["staging", "fetch_log"]), "sources_are_fresh")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        record = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert record.evaluation is not None
    return record.evaluation.description


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fetch", "--sources", "nowhere.yaml"], "nowhere.yaml can't be read: No such file"),
        (["fetch", "--sources", "bad.yaml"], "sources[0]: Unable to extract tag using discriminator 'kind'"),
        (["fetch", "--sources", "good.yaml", "--only", "x"], "no source is called x; there are a"),
        (["fetch", "--sources", "good.yaml", "--landing", "nothing://x"], "can't be a landing store"),
        (["build"], "give --reports, --sources or both"),
        (["build", "--sources", "nowhere.yaml"], "nowhere.yaml can't be read"),
    ],
)
def test_bad_usage(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "bad.yaml").write_text("sources: [{name: a}]", encoding="utf-8")
    (tmp_path / "good.yaml").write_text("sources: [{name: a, kind: folder, path: x}]", encoding="utf-8")
    paths = [str(tmp_path / argument) if argument.endswith(".yaml") else argument for argument in arguments]
    done = gongkai(*paths, "--warehouse", tmp_path / "w.duckdb")
    assert done.returncode == 2
    assert done.stderr.startswith("gongkai: ")
    assert len(done.stderr.strip().splitlines()) == 1
    assert said in done.stderr


def attempt(source: str, days_ago: float, outcome: Outcome, **more: Any) -> Attempt:
    started_at = (NOW - timedelta(days=days_ago)).isoformat()
    run_id = f"run {days_ago}"
    values: dict[str, Any] = {"purpose": "index", "documents_linked": 3} | more
    url = f"https://a.cn/{source}"
    return Attempt(run_id, source, "index", url=url, outcome=outcome, started_at=started_at, **values)


NOW = datetime(2026, 2, 10, tzinfo=UTC)


def test_states_of_sources(tmp_path: Path) -> None:
    """Of the last run of each source; what it said earlier counts for the time of its last document only."""
    store, database = LandingStore(tmp_path / "landing"), BuildDatabase(tmp_path / "build.duckdb")
    names = ["fresh", "never", "overdue", "failed", "silent", "mostly", "listed"]
    described = [index("https://a.cn/", name=name) for name in names[:-1]] + [pages("https://a.cn/", name="listed")]
    sources = Sources.model_validate({"sources": described})
    journal = Journal(tmp_path / "journal", store, "run")
    for one in (
        attempt("fresh", 9, "timeout"),
        attempt("fresh", 9, "new", purpose="document", documents_linked=None),
        attempt("fresh", 1, "not_modified"),
        attempt("overdue", 3, "new"),
        attempt("failed", 5, "new"),
        attempt("failed", 1, "busy", is_last=False),
        attempt("failed", 1, "timeout"),
        attempt("failed", 1, "put_off"),
        attempt("silent", 1, "same", documents_linked=0),
        attempt("mostly", 1, "new"),
        *[attempt("mostly", 1, "robots_disallow", purpose="document", documents_linked=None)] * 2,
        attempt("listed", 0, "same", purpose="document", documents_linked=None),
        attempt("listed", 0, "timeout", purpose="robots"),
    ):
        journal.add(one)
    journal.hand_over()
    assert load_fetch_log(store, database) == 14
    assert load_fetch_log(store, database) == 0
    states = {one.source: one for one in source_states(database, sources, NOW)}
    assert {name: one.state for name, one in states.items()} == {
        **{"fresh": "fresh", "never": "never_fetched", "overdue": "overdue", "failed": "failed"},
        **{"silent": "silent", "mostly": "failed", "listed": "fresh"},
    }
    assert states["fresh"].last_new_document == datetime(2026, 2, 1)
    assert states["failed"].outcomes == "1 put_off, 1 timeout"
    in_summer = {one.source: one.state for one in source_states(database, sources, NOW + timedelta(days=115))}
    assert set(in_summer.values()) == {"overdue", "never_fetched"}
    later = {one.source: one.state for one in source_states(database, sources, datetime(2026, 5, 1, tzinfo=UTC))}
    assert later["fresh"] == "overdue"


def test_a_source_is_a_partition(site: Site, sources_file: Path, tmp_path: Path) -> None:
    """Run alone by its name; without a sources file the asset says so."""
    from dagster_project.defs.raw import sources as module

    settings = Settings((), tmp_path / "w.duckdb", sources=sources_file)
    asset = module._asset("index", ["city", "other"])
    with dg.DagsterInstance.ephemeral() as instance:
        run = dg.materialize([asset], partition_key="city", resources={"settings": settings}, instance=instance)
        assert run.success
        (event,) = run.get_asset_materialization_events()
        assert event.partition == "city"
        assert event.materialization.metadata["new_documents"].value == 2
        nothing = {"settings": Settings((), tmp_path / "w.duckdb")}
        failed = dg.materialize(
            [asset], partition_key="city", resources=nothing, instance=instance, raise_on_error=False
        )
        assert not failed.success


def test_season(sources_file: Path) -> None:
    """Daily from January to April, on Mondays else, all sources of a kind in one run."""
    from dagster_project.defs.automation.season import SEASON, _schedule

    assert SEASON == ["0 0 * 1-4 *", "0 0 * 5-12 1"]
    key = dg.AssetKey(["raw", "index_sources"])
    with dg.build_schedule_context(scheduled_execution_time=datetime(2026, 1, 3)) as context:
        (request,) = list(_schedule(key, ["a", "b", "c"]).evaluate_tick(context).run_requests or [])
        assert request.tags["dagster/asset_partition_range_start"] == "a"
        assert request.tags["dagster/asset_partition_range_end"] == "c"
        assert _schedule(key, []).evaluate_tick(context).skip_message is not None


def test_settings_survive_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings((), tmp_path / "w.duckdb", sources=tmp_path / "s.yaml", landing_url="s3://bucket/landing")
    for name, value in settings.to_environment().items():
        monkeypatch.setenv(name, value)
    assert Settings.from_environment() == settings
    assert os.environ["GONGKAI_REPORTS"] == ""
