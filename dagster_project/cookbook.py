"""Pages whose queries stand beside their results on the sample reports: the cookbook and both READMEs.

``python -m dagster_project.cookbook`` builds the samples and writes the results anew; a test keeps them current.
Belongs here: finding a page's queries and writing what they give. Doesn't belong here: the queries, which the
pages themselves hold.
"""

import re
import tempfile
from pathlib import Path

import duckdb

from dagster_project.metadata import markdown_table
from dagster_project.settings import PROJECT_DIRECTORY, SAMPLE_REPORTS, Settings

COOKBOOK = PROJECT_DIRECTORY / "docs" / "cookbook.md"
PAGES = (COOKBOOK, PROJECT_DIRECTORY / "README.md", PROJECT_DIRECTORY / "README.zh-CN.md")

#: A query, and the table of its result where there is one already.
_QUERY = re.compile(r"```sql\n(?P<query>.*?)```\n(?:\n(?:(?:\|[^\n]*\n)+|no rows\n))?", re.DOTALL)
_QUESTION = re.compile(r"^## (?P<question>.*?)\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def queries(page: str) -> dict[str, str]:
    """The query of each question of a page: of each heading of the second level that has one."""
    sections = ((found["question"], _QUERY.search(found[0])) for found in _QUESTION.finditer(page))
    return {question: query["query"] for question, query in sections if query}


def with_results(page: str, connection: duckdb.DuckDBPyConnection) -> str:
    """The page with the result that each of its queries gives now, as a Markdown table behind it.

    Raises:
        duckdb.Error: a query doesn't run on this warehouse.

    """
    return _QUERY.sub(lambda found: f"```sql\n{found['query']}```\n\n{_result(found['query'], connection)}\n", page)


def _result(query: str, connection: duckdb.DuckDBPyConnection) -> str:
    relation = connection.sql(query)
    return markdown_table([dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()])


def main() -> None:
    """Build the sample reports in a folder of their own, and write every page."""
    from dagster_project.build import build

    with tempfile.TemporaryDirectory() as folder:
        warehouse = Path(folder) / "samples.duckdb"
        build(Settings((SAMPLE_REPORTS,), warehouse))
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            for page in PAGES:
                page.write_text(with_results(page.read_text(encoding="utf-8"), connection), encoding="utf-8")


if __name__ == "__main__":
    main()
