"""The page itself: one HTML document that asks for nothing outside.

Belongs here: how values are written. Doesn't belong here: what is said (``contents``). What a document says is never
trusted: the template escapes it, its control characters are replaced, long texts are cut.
"""

import unicodedata
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from expectations.validation_page.contents import SHOWN_REPORTS, SHOWN_ROWS, Contents

#: Letters of a text of a document that are shown.
LONGEST_TEXT = 120
NOTHING = "–"


def render(contents: Contents, warehouse: str, judged_at: datetime) -> str:
    """The page as HTML; ``warehouse`` is the name of the file that it speaks of."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = shown
    environment.filters["in_both"] = in_both_languages
    return environment.get_template("validation.html.j2").render(
        contents=contents,
        warehouse=warehouse,
        judged_at=judged_at.strftime("%Y-%m-%d %H:%M UTC%z"),
        most_rows=SHOWN_ROWS,
        most_reports=SHOWN_REPORTS,
        label=lambda code: label(code, contents.labels),
    )


def shown(value: object) -> str:
    """A value as text: numbers without idle zeros, texts cut and without control characters."""
    if value is None:
        return NOTHING
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    text = "".join("\ufffd" if unicodedata.category(letter) == "Cc" else letter for letter in str(value))
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def label(code: str, labels: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """A code of the form in Chinese and English; of a cell (``line.column``), both codes of it."""
    parts = [labels.get(part, (part, part)) for part in code.split(".")]
    return " · ".join(chinese for chinese, _ in parts), " · ".join(english for _, english in parts)


def in_both_languages(description: str) -> tuple[str, str]:
    """The English and the Chinese of a description in the form ``English. / 中文。``."""
    english, _, chinese = description.partition(" / ")
    return english, chinese
