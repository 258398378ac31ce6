"""What holds of the repository itself: linters, dbt's unit tests, what its READMEs show, and what may not be in it."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dagster_project.cookbook import PAGES, with_results
from dagster_project.dbt_runner import run_dbt
from dagster_project.settings import PROJECT_DIRECTORY, Settings

BIN = Path(sys.executable).parent


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT_DIRECTORY, capture_output=True, text=True, check=True
    ).stdout
    return [PROJECT_DIRECTORY / name for name in listed.split("\0") if name and (PROJECT_DIRECTORY / name).is_file()]


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["ty", "check"],
        ["sqlfluff", "lint", "dbt/models", "dbt/tests"],
    ],
    ids=" ".join,
)
def test_linters(command: list[str]) -> None:
    done = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=PROJECT_DIRECTORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_dbt_unit_tests(sample_warehouse: Path, tmp_path: Path) -> None:
    """The arithmetic of the models, on a copy of a built database."""
    settings = Settings((), tmp_path / "w.duckdb")
    settings.state.mkdir()
    shutil.copy(Settings((), sample_warehouse).build_database, settings.build_database)
    events = run_dbt(settings, ["test", "--select", "test_type:unit"])
    assert events


def test_one_chinese_word_for_an_identity() -> None:
    """It is 勾稽关系, as in the form's own note and among statisticians."""
    other_word = "恒等" + "式"
    texts = (path for path in tracked() if path.suffix != ".png")
    assert [path.name for path in texts if other_word in path.read_text(encoding="utf-8", errors="replace")] == []


def test_no_host_or_machine_path() -> None:
    found = []
    for path in tracked():
        if path.suffix in {".png", ".duckdb"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [path.name for pattern in FORBIDDEN if re.search(pattern, text) and path.name != Path(__file__).name]
    assert found == []


FORBIDDEN = (r"/(?:work|root|farm)/", r"--(?:extra-)?index-url", r"files\.pythonhosted", r"/opt/(?:pypi|wheels)")


def test_dbt_is_no_package() -> None:
    """``dbt/__init__.py`` would shadow dbt itself."""
    assert not (PROJECT_DIRECTORY / "dbt" / "__init__.py").exists()


def test_extract_knows_no_other_layer() -> None:
    for path in (PROJECT_DIRECTORY / "extract").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"^\s*(?:from|import) (?:dagster|duckdb|dbt|great_expectations|expectations)", text, re.MULTILINE
        ), path


def test_docstrings_name_modules_that_exist() -> None:
    """Where a module says what doesn't belong there, the places in brackets are there."""
    files = [path.relative_to(PROJECT_DIRECTORY) for path in tracked()]
    places = {f"/{place}" for path in files for place in (path, path.with_suffix(""), *path.parents)}
    missing = []
    for path in files:
        if path.suffix == ".py":
            text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            groups = ELSEWHERE.findall(text.partition("Doesn't belong here:")[2])
            names = [name for group in groups for name in re.findall("``(.+?)``", group)]
            missing += [(str(path), name) for name in names if not is_one_of(places, name)]
    assert missing == []


#: Brackets with nothing but names of modules in them.
ELSEWHERE = re.compile(r"\(((?:``[\w./]+``(?:,\s| and\s| or\s)?)+)\)")


def is_one_of(places: set[str], name: str) -> bool:
    """Whether files or folders end with a name, written with dots or slashes, or as it is."""
    return any(place.endswith((f"/{name}", f"/{name.replace('.', '/')}")) for place in places)


def test_top_level_is_as_agreed() -> None:
    folders = {path.relative_to(PROJECT_DIRECTORY).parts[0] for path in tracked() if path.parent != PROJECT_DIRECTORY}
    assert folders <= {"dagster_project", "dbt", "extract", "expectations", "tests", "docs", "bi", "deploy", ".ci"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_queries_of_pages_give_the_results_beside_them(sample_warehouse: Path, page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "```sql" in text
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        assert with_results(text, connection) == text, "run `make docs`"
