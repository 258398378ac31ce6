"""The loader of the catalogue: what it gives, and what it says of a bad row."""

import shutil
from pathlib import Path

import pytest

from dagster_project.settings import SEEDS_DIRECTORY
from extract import Catalogue, CatalogueError, load_catalogue


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SEEDS_DIRECTORY, tmp_path / "seeds"))


def edit(seeds: Path, seed: str, old: str, new: str) -> None:
    path = seeds / f"catalogue_{seed}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("seed", "old", "new", "said"),
    [
        ("sections", "1,prose", "seven,prose", ["catalogue_sections.csv", "row 2", "section"]),
        ("lines", "regulation,documents", "regulation,papers", ["catalogue_lines.csv", "row 2", "papers"]),
        (
            "lines",
            "normative_document,documents",
            "regulation,documents",
            ["catalogue_lines.csv", "twice", "regulation"],
        ),
        (
            "columns",
            "issued,2021,measure,count",
            "issued,2021,measure,pieces",
            ["catalogue_columns.csv", "row 5", "unit"],
        ),
        ("synonyms", "line,other_all", "line,nothing_such", ["catalogue_synonyms.csv", "nothing_such"]),
        ("cell_words", "元,money,1,", "元,money", ["catalogue_cell_words.csv", "row", "number of cells"]),
        ("forms", "form,label_zh", "version,label_zh", ["catalogue_forms.csv", "header"]),
        (
            "identity_terms",
            "review_sum,left,1,0,,total",
            "review_sum,left,1,0,granted,",
            ["row", "review_sum", "lines"],
        ),
        ("identity_terms", "review_sum,left,1,0,,total\n", "", ["review_sum", "both sides"]),
        (
            "prose_phrases",
            "收到了?申请{fill}",
            "收到了?申请{nothing_such}",
            ["catalogue_prose_phrases.csv", "row", "pattern", "nothing_such"],
        ),
        ("prose_phrases", "收到了?申请{fill}", "收到了?(申请{fill}", ["catalogue_prose_phrases.csv", "row", "pattern"]),
        ("prose_phrases", "收到了?申请{fill}{number}", "收到了?申请{fill}", ["received_bare_applications", "number"]),
        ("prose_phrases", "lawsuits_direct,figure", "lawsuits_direct,figures", ["row", "kind"]),
        ("prose_phrases", ",litigation_direct,total,", ",lawsuits,total,", ["row", "line", "lawsuits"]),
        ("prose_phrases", ",litigation_direct,total,count", ",litigation_direct,total,", ["lawsuits_direct", "unit"]),
        ("prose_phrases", "fill,word,(?:", "fill,word,(?:{fill}|", ["row", "circle"]),
    ],
)
def test_bad_row_is_named(seeds: Path, seed: str, old: str, new: str, said: list[str]) -> None:
    edit(seeds, seed, old, new)
    with pytest.raises(CatalogueError) as error:
        load_catalogue(seeds)
    assert all(word in str(error.value) for word in said), str(error.value)


def test_missing_file_is_named(seeds: Path) -> None:
    (seeds / "catalogue_lines.csv").unlink()
    with pytest.raises(CatalogueError, match=r"catalogue_lines\.csv"):
        load_catalogue(seeds)


def test_fingerprint_changes_with_any_seed(seeds: Path, catalogue: Catalogue) -> None:
    assert load_catalogue(seeds).fingerprint == catalogue.fingerprint
    edit(seeds, "synonyms", "shortened", "shortened wording")
    assert load_catalogue(seeds).fingerprint != catalogue.fingerprint


def test_no_label_stands_twice(catalogue: Catalogue) -> None:
    """其他 and 总计 name a line and a column on the form itself; nothing else does."""
    labels = [line.label_zh for line in catalogue.lines] + [column.label_zh for column in catalogue.columns]
    assert {label for label in labels if labels.count(label) > 1} == {"其他", "总计"}


def test_prose_states_cells_of_the_form(catalogue: Catalogue) -> None:
    """Each phrase's column stands in the table of its line; the processing fee and sums of lines stand in no table."""
    columns = {table: {c for names in sets.values() for c in names} for table, sets in catalogue.column_sets.items()}
    phrases = [phrase for phrase in catalogue.prose_phrases if phrase.kind in ("figure", "none")]
    of_the_form = [phrase for phrase in phrases if phrase.line in catalogue.line_of]
    assert {phrase.line for phrase in phrases} - set(catalogue.line_of) == {
        phrase.phrase for phrase in catalogue.prose_phrases if phrase.kind == "line"
    }
    for phrase in of_the_form:
        assert phrase.column in columns[catalogue.line_of[phrase.line or ""].sub_table], phrase.phrase


def test_form_is_complete(catalogue: Catalogue) -> None:
    """The counts of the notices: 7 columns; 18 outcomes and one line for the others, or 21; 15 figures of reviews."""
    outcomes = [line for line in catalogue.lines if line.dimension == "outcome"]
    assert len(catalogue.column_sets["applications"][None]) == 7
    assert len([line for line in outcomes if line.form in (None, "2019")]) == 19
    assert len([line for line in outcomes if line.form in (None, "2021")]) == 21
    assert len(catalogue.lines_of_section(4)) * len(catalogue.column_sets["reviews"][None]) == 15


def test_outcomes_sum_has_every_outcome(catalogue: Catalogue) -> None:
    terms = {t.line for t in catalogue.identity_terms if t.identity == "outcomes_sum" and t.side == "right"}
    assert terms == {line.line for line in catalogue.lines if line.dimension == "outcome"}
