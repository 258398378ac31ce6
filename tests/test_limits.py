"""The table of limits in ``docs/architecture.md`` says what the code does."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import extract.layouts
from dagster_project.settings import PROJECT_DIRECTORY
from extract.layouts.stream import LONGEST_DETAIL, Refused

PAGE = PROJECT_DIRECTORY / "docs" / "architecture.md"
MODULES = (
    "extract.reader",
    "extract.formats",
    "extract.source_text",
    "dagster_project.shards",
    "dagster_project.warc",
    "extract.first_pass",
)
LIMIT = re.compile(r"(?:MOST|MAX|LONGEST|WIDEST|DEEPEST|HIGHEST|LARGEST)(?:_\w+)?")


def limits(module_name: str) -> set[str]:
    """The full names of the limits that a module itself defines."""
    module = importlib.import_module(module_name)
    body = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body
    targets = [target for statement in body if isinstance(statement, ast.Assign) for target in statement.targets]
    names = [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
    return {f"{module_name}.{name}" for name in names if LIMIT.fullmatch(name)}


def listed() -> dict[str, str]:
    section = PAGE.read_text(encoding="utf-8").partition("## Limits")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `([\w.]+)` \| ([\d,.]+) \|", section, re.MULTILINE))


def test_limits_are_listed_as_they_are() -> None:
    for name, value in listed().items():
        module, _, constant = name.rpartition(".")
        assert value == f"{getattr(importlib.import_module(module), constant):,}", name


def test_every_limit_is_listed() -> None:
    layouts = [f"extract.layouts.{module.name}" for module in pkgutil.iter_modules(extract.layouts.__path__)]
    found = set().union(*map(limits, (*MODULES, *layouts)))
    assert len(found) > 40
    assert found <= listed().keys()


def test_a_refusal_never_says_more_than_its_limit() -> None:
    """A damaged package quoted a name of four thousand letters."""
    assert Refused("unreadable", "a" * LONGEST_DETAIL).detail == "a" * LONGEST_DETAIL
    assert len(Refused("unreadable", "a" * 5_000).detail) == LONGEST_DETAIL
