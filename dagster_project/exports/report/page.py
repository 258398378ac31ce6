"""The page itself: one HTML document that asks for nothing outside; what documents say is only text in it."""

import os
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dagster_project.exports.report import charts
from dagster_project.exports.report.contents import SHOWN_ROWS, Contents, read_contents
from expectations import validation_page
from expectations.validation_page.page import label, shown
from extract import Catalogue

TEMPLATES = [Path(__file__).parent, Path(validation_page.__file__).parent]


def write_report(warehouse: Path, catalogue: Catalogue, output: Path, now: datetime) -> None:
    """Write the page of a published warehouse, whole or not at all.

    Raises:
        WarehouseError: there is no warehouse there.
        OSError: the page can't be written.

    """
    page = render(read_contents(warehouse), catalogue, warehouse.name, now)
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        part.write_text(page, encoding="utf-8")
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def render(contents: Contents, catalogue: Catalogue, warehouse: str, now: datetime) -> str:
    """The page as HTML; ``warehouse`` is the name of the file; the catalogue names lines and columns."""
    labels = {column.column: (column.label_zh, column.label_en) for column in catalogue.columns}
    labels |= {line.line: (line.label_zh, line.label_en) for line in catalogue.lines}
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = shown
    return environment.get_template("report.html.j2").render(
        contents=contents,
        charts=charts,
        warehouse=warehouse,
        written_at=now.strftime("%Y-%m-%d %H:%M UTC%z"),
        most_rows=SHOWN_ROWS,
        label=lambda code: label(code, labels),
    )
