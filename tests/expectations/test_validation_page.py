"""The page of the results: what it says, that it asks for nothing, and that no document speaks through it."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from selectolax.lexbor import LexborHTMLParser

from dagster_project.settings import Settings
from expectations.rules import GUARD, GUARDED_COLUMNS, rules
from expectations.validation import Finding, validate
from expectations.validation_page import read_contents, render
from expectations.validation_page.contents import SHOWN_ROWS
from expectations.validation_page.page import LONGEST_TEXT, shown
from extract import Catalogue

Render = Callable[..., str]


@pytest.fixture(scope="module")
def built(sample_warehouse: Path) -> Path:
    return Settings((), sample_warehouse).build_database


@pytest.fixture(scope="module")
def findings(built: Path, catalogue: Catalogue) -> list[Finding]:
    return validate(built, rules(catalogue))


@pytest.fixture
def page(built: Path, catalogue: Catalogue, findings: list[Finding], tmp_path: Path) -> Render:
    """The page of the samples, or of a copy with a change."""

    def rendered(*changes: str, found: list[Finding] = findings) -> str:
        database = Path(shutil.copy(built, tmp_path / "build.duckdb"))
        with duckdb.connect(str(database)) as connection:
            for change in changes:
                connection.execute(change)
        contents = read_contents(database, catalogue, rules(catalogue), found)
        return render(contents, "w.duckdb", datetime(2026, 1, 31, tzinfo=UTC))

    return rendered


def text_of(html: str, selector: str) -> str:
    return " ".join(" ".join(node.text(separator=" ") for node in LexborHTMLParser(html).css(selector)).split())


def test_each_identity_has_names_formula_article_and_counts(page: Render, catalogue: Catalogue) -> None:
    html = page()
    for identity in catalogue.identities:
        said = text_of(html, f"#{identity.identity}")
        for words in ("label_zh", "label_en", "formula", "formula_zh", "legal_basis", "legal_basis_zh"):
            assert getattr(identity, words) in said
    assert "2 of 133 results fail, 13 can't be assessed" in text_of(html, "#outcomes_sum")


def test_failing_rows_stand_beside_their_suspects(page: Render) -> None:
    said = text_of(page(), "#review_sum tbody")
    assert said == (
        "柳溪市林业局2022年政府信息公开工作年度报告 柳溪市林业局 2022 行政复议 Administrative review 0 2 -2 printed "
        "315, 316, 317, 318, 319 2: 行政复议 · 总计 0 → 2 , line 319 zero_printed"
    )


def test_rules_of_ours_are_listed_in_both_languages(page: Render, catalogue: Catalogue) -> None:
    said = text_of(page(), "section")
    for rule in rules(catalogue):
        if rule.tier == "ours":
            assert all(words in said for words in (rule.name, *rule.description.split(" / ")))
    assert said.count(GUARD) == len(GUARDED_COLUMNS)


def test_page_asks_for_nothing_outside(page: Render) -> None:
    html = page()
    tree = LexborHTMLParser(html)
    assert not tree.css("script, link, img, iframe, object, embed, form, [src], [style], [srcset]")
    assert all((link.attributes["href"] or "").startswith("#") for link in tree.css("[href]"))
    assert not re.search(r"https?:|url\(|@import", html)
    assert "default-src 'none'" in html


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><b>{{ 7 * 7 }}</b>&amp;"


def test_documents_are_only_text(page: Render) -> None:
    quoted = HOSTILE.replace("'", "''")
    plain = page()
    html = page(
        f"update marts.dim_report set agency_name = '{quoted}', title = '{quoted}', source_uri = 'file:///{quoted}'",
        f"update quality.suspect_cells set raw_text = '{quoted}'",
        f"update quality.suspect_cells set evidence = '{quoted}' where evidence is not null",
        f"update quality.identity_results set source_lines = '{quoted}', origin = '{quoted}' where status = 'fail'",
    )
    tags = [node.tag for node in LexborHTMLParser(html).css("*")]
    assert tags == [node.tag for node in LexborHTMLParser(plain).css("*")]
    assert HOSTILE in text_of(html, "#worst ~ div bdi")
    assert "<script" not in html


def test_rows_of_other_rules_are_only_text(page: Render, findings: list[Finding]) -> None:
    broken = Finding("figures_trace_to_cells", "figure_sources", False, 1, [{"raw_text": HOSTILE}], HOSTILE)
    html = page(found=[*findings, broken])
    assert HOSTILE in text_of(html, "section td bdi")
    assert "<script" not in html
    assert "Nothing was published" in html


def test_what_was_not_judged_did_not_pass(page: Render) -> None:
    html = page(found=[])
    assert html.count('<p class="bad"><bdi>not judged</bdi></p>') == len(LexborHTMLParser(html).css("section"))
    assert "✓ passed" not in html


def test_long_lists_are_cut_and_say_where_the_whole_is(page: Render, findings: list[Finding]) -> None:
    many = Finding("applicants_sum_holds", "identity_results", False, 469, [], None)
    html = page(
        "update quality.identity_results set status = 'fail', difference = 1 where identity = 'applicants_sum'",
        found=[*(finding for finding in findings if finding.rule != many.rule), many],
    )
    assert len(LexborHTMLParser(html).css("#applicants_sum tbody tr")) == SHOWN_ROWS
    assert "100 of 469 shown" in text_of(html, "#applicants_sum")
    assert "quality.identity_results where identity = 'applicants_sum'" in text_of(html, "#applicants_sum code")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (Decimal("10.000000"), "10"),
        (Decimal("-0.500000"), "-0.5"),
        (Decimal("120000"), "120000"),
        ("a\x00b\x1b[31m\n", "a\ufffdb\ufffd[31m\ufffd"),
        ("长" * 121, "长" * (LONGEST_TEXT - 1) + "…"),
    ],
)
def test_values_are_written_plainly(value: object, text: str) -> None:
    assert shown(value) == text
