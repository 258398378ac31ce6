"""A directory of hostile files: the build passes, the bad ones are listed with their reasons, the good ones are read."""

import io
import json
import os
import resource
import shutil
import socket
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet
from rich.console import Console

from dagster_project.landing import find_files, refusal_of
from dagster_project.settings import SAMPLE_REPORTS
from dagster_project.shards import printable
from dagster_project.summary import _print_table
from tests import web_writer
from tests.conftest import gongkai
from tests.fuzz.threat import Good
from tests.fuzz.threats import THREATS
from tests.report_writer import ReportWriter, Written
from tests.text_layouts import LAYOUTS

#: In kilobytes, as the operating system counts: what a build may take at its peak.
MOST_MEMORY = 2 * 1024**2
SAMPLE = "qingshi_water_bureau_2023.txt"
NO_REPORT, TOO_LARGE, UNREADABLE = "not_an_annual_report", "too_large", "unreadable"
UNSAFE, UNSUPPORTED = "unsafe_input", "unsupported_format"

#: What a table of a report that is read may say, and its title.
FIGURES = (
    *(
        "9" * 15,
        f"-{'9' * 15}",
        f"{'9' * 15}.999999",
        "0.000001",
        "1,234,567亿元",
        "99999999999999亿元",
        "9" * 15 + "万元",
    ),
    *("+-1", "1(" + "'\"" * 20 + ")", "②", "٣", "1/2", "其他"),
)
TITLES = ("青石县水务局2023年政府信息公开工作年度报告", "青石县水务局2008年政府信息公开工作年度报告")

#: Names that no text holds as they are, by the reason of a text that isn't a report.
NAMES = (
    *(b"quo'te.txt", b'dou"ble.txt', b"break\n.txt", b"\x01\x1b[31m.txt", b"\xff\xfe.txt", b"-rf --help.txt"),
    *(
        b"$(touch broken).txt",
        b"%0A%00.txt",
        b"{{ ref('x') }}.txt",
        b"'; drop table x; --.txt",
        b"a#b?c.txt",
        b".txt.txt",
    ),
    *(b"[bold]red.txt", "😀\u202e.txt".encode(), b"n" * 251 + b".txt", b".hidden.txt", b"tab\t .txt"),
)
#: Threats of ``tests.fuzz.threats`` that once did harm, by their reason.
DOCUMENTS = {
    "comments before nothing": NO_REPORT,
    "elements that come back": NO_REPORT,
    "lines of hyphens and a letter": NO_REPORT,
    "nested blocks": TOO_LARGE,
    "tables that don't end": TOO_LARGE,
    "a bomb in a Word document": TOO_LARGE,
    "a billion laughs": UNSAFE,
    "a billion laughs in a workbook": UNSAFE,
    "pages that hold themselves": UNREADABLE,
    "control characters": UNREADABLE,
}
CONTENTS = {
    "empty.txt": (b"", NO_REPORT),
    "empty.html": (b"", NO_REPORT),
    "empty.md": (b"", NO_REPORT),
    "empty.docx": (b"", UNREADABLE),
    "empty.xlsx": (b"", UNREADABLE),
    "empty.pdf": (b"", UNREADABLE),
    "empty.parquet": (b"", UNREADABLE),
    "picture.png": (b"\x89PNG\r\n\x1a\n\0", "needs_ocr"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n\0", "needs_ocr"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), UNSUPPORTED),
    "page.doc": (b"<html><body>x</body></html>", NO_REPORT),
    "archive.zip": (b"PK\x03\x04" + bytes(600), UNSUPPORTED),
    "no suffix": (b"x", UNSUPPORTED),
    "nul.txt": (b"x\0", UNREADABLE),
}


def special_files(folder: Path) -> dict[str, str]:
    """Files that are none, or lead elsewhere; their names and reasons."""
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket.txt"))
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "nowhere.txt").symlink_to("nothing.txt")
    (folder / "out.txt").symlink_to("/etc/hostname")
    (folder / "device.txt").symlink_to("/dev/zero")
    (folder / "folder").symlink_to("/etc", target_is_directory=True)
    (folder / "here.txt").symlink_to(".", target_is_directory=True)
    (folder / "folder.txt").mkdir()
    with (folder / "large.txt").open("wb") as file:
        file.truncate(60 * 1024**2)
    reasons = dict.fromkeys(("pipe.txt", "socket.txt", "out.txt", "device.txt", "folder", "here.txt"), UNSAFE)
    reasons |= {"loop.txt": UNREADABLE, "nowhere.txt": UNREADABLE, "large.txt": TOO_LARGE}
    if os.geteuid():
        (folder / "unreadable.txt").touch(mode=0)
        reasons["unreadable.txt"] = UNREADABLE
    return reasons


def shards(folder: Path) -> dict[str, str]:
    """Shards that are damaged, or hold something else; their names and reasons."""
    table = pa.table(
        {"source_uri": [f"https://www.example.gov.cn/{n}.txt" for n in range(100)], "content": ["x"] * 100}
    )
    parquet.write_table(table, folder / "cut.parquet")
    os.truncate(folder / "cut.parquet", (folder / "cut.parquet").stat().st_size // 2)
    parquet.write_table(table.rename_columns(["address", "content"]), folder / "columns.parquet")
    parquet.write_table(table.set_column(1, "content", pa.array(range(100))), folder / "numbers.parquet")
    rows = ["not JSON", "[]", '{"source_uri": "a"}', '{"source_uri": "\\ud800", "content": "\\ud800"}', "[" * 100_000]
    (folder / "bad.jsonl").write_text("\n".join(rows), encoding="utf-8")
    reasons = dict.fromkeys(("cut.parquet", "columns.parquet", "numbers.parquet"), UNREADABLE)
    return reasons | {f"bad.jsonl#{number}": UNREADABLE for number in range(1, len(rows) + 1)}


def ordinary_files(folder: Path, good: Good) -> dict[str, str]:
    """Files of all formats, and of all names; their names as listed, and their reasons."""
    reasons = {}
    for name in NAMES:
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
        path.write_text("不是报告", encoding="utf-8")
        reasons[printable(name.decode("utf-8", "backslashreplace"))] = NO_REPORT
    for name, (content, reason) in CONTENTS.items():
        (folder / name).write_bytes(content)
        reasons[name] = reason
    for number, (name, reason) in enumerate(DOCUMENTS.items()):
        threat = THREATS[name]
        (folder / f"threat {number}{threat.suffix}").write_bytes(threat.content(good))
        reasons[f"threat {number}{threat.suffix}"] = reason
    return reasons


def good_files(folder: Path, writer: ReportWriter) -> set[str]:
    """Reports, one of them deep below, one in a shard beside bad lines."""
    shutil.copy(SAMPLE_REPORTS / SAMPLE, folder / "good.txt")
    deep = folder.joinpath(*["deep"] * 60)
    deep.mkdir(parents=True)
    page = web_writer.page(writer.blocks(Written(dict.fromkeys(writer.keys("2021"), "3"))))
    (deep / "good.html").write_bytes(page)
    row = {"source_uri": "https://www.example.gov.cn/good", "content": page.decode()}
    (folder / "good.jsonl").write_text(json.dumps(row), encoding="utf-8")
    for number, figure in enumerate(FIGURES):
        figures = dict.fromkeys(writer.keys("2019" if number % 2 else "2021"), figure)
        written = Written(figures, "2019" if number % 2 else "2021", title=TITLES[number % len(TITLES)])
        (folder / f"figures {number}.txt").write_text(writer.text(written, LAYOUTS["pipe_row"]), encoding="utf-8")
    return {"good.txt", "good.html", "good", *(f"figures {number}.txt" for number in range(len(FIGURES)))}


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports ' \"\n"
    folder.mkdir()
    return folder


def test_hostile_directory(reports: Path, tmp_path: Path, writer: ReportWriter) -> None:
    good = good_files(reports, writer)
    expected = special_files(reports) | shards(reports) | ordinary_files(reports, Good(writer.catalogue))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    done = gongkai("build", "--reports", reports, "--warehouse", tmp_path / "w.duckdb")
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert not (tmp_path / "broken").exists()
    # the largest child so far: another test's, where that was larger
    assert after <= max(before, MOST_MEMORY)
    with duckdb.connect(str(tmp_path / "w.duckdb"), read_only=True) as connection:
        listed = connection.execute(
            "select regexp_extract(source_uri, '[^/]*$'), reason, detail from quality.rejected_documents"
        ).fetchall()
        read = connection.execute("select regexp_extract(source_uri, '[^/]*$') from marts.dim_report").fetchall()
    assert {name: reason for name, reason, _ in listed} == expected
    assert all(detail for _, _, detail in listed)
    assert len(listed) == len(expected)
    assert {name for (name,) in read} == good


@pytest.mark.parametrize("text", ["[/x]", "[bold]x", "\x1b[31mx"])
def test_summary_prints_what_documents_say_as_it_is(text: str) -> None:
    """A label of a table, a column of a shard: the summary of a good build ended in a traceback."""
    buffer = io.StringIO()
    with duckdb.connect() as connection:
        _print_table(connection, Console(file=buffer), "title", f"select '{text}' as label", "source")
    assert printable(text) in buffer.getvalue()


def test_folder_that_cannot_be_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It isn't passed over: who knows what it holds."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "report.txt").touch()
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if Path(path).name == "folder":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert list(find_files([tmp_path])) == [tmp_path / "report.txt", tmp_path / "folder"]
    assert refusal_of(tmp_path / "folder") == ("unreadable", "a folder that can't be opened")
