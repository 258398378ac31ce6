"""``python -m bi.assets --warehouse FILE``: writes ``bi/superset``; column types are the warehouse's."""

import argparse
import shutil
from pathlib import Path
from typing import Any

import duckdb
import yaml

from bi.assets.datasets import DATASETS, query
from bi.assets.layout import record
from bi.assets.model import VERSION, identifier
from bi.assets.pages import DASHBOARDS
from bi.load import ASSETS, WAREHOUSE_PLACE

DATABASE = "gongkai"
#: The day of the format, not of the writing: the files must not differ for nothing.
TIMESTAMP = "2026-01-01T00:00:00+00:00"


class _Dumper(yaml.SafeDumper):
    """YAML that people can read: SQL as lines."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def assets(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Every asset by its path; duckdb.Error if a query doesn't run on this warehouse."""
    database = identifier("database", DATABASE)
    found: dict[str, dict[str, Any]] = {
        "metadata.yaml": {"version": VERSION, "type": "assets", "timestamp": TIMESTAMP},
        f"databases/{DATABASE}.yaml": {
            "database_name": "公开 Gongkai",
            "sqlalchemy_uri": WAREHOUSE_PLACE,
            "cache_timeout": None,
            "expose_in_sqllab": True,
            "allow_run_async": False,
            "allow_ctas": False,
            "allow_cvas": False,
            "allow_dml": False,
            "allow_file_upload": False,
            "extra": {"allows_virtual_table_explore": True},
            "uuid": database,
            "version": VERSION,
        },
    }
    for dataset in DATASETS:
        sql = query(dataset.name)
        described = connection.execute(f"describe {sql}").fetchall()
        found[f"datasets/{DATABASE}/{dataset.name}.yaml"] = dataset.record(
            sql, {column: kind for column, kind, *_ in described}, database
        )
    for dashboard in DASHBOARDS:
        found[f"dashboards/{dashboard.file}.yaml"] = record(dashboard)
        for placed in (placed for row in dashboard.rows for placed in row):
            found[f"charts/{placed.chart.file}.yaml"] = placed.chart.record()
    return found


def texts(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Every file's text by its path."""
    options: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": 120}
    return {path: yaml.dump(asset, Dumper=_Dumper, **options) for path, asset in assets(connection).items()}


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Write Superset's assets.")
    parser.add_argument("--warehouse", type=Path, required=True)
    with duckdb.connect(str(parser.parse_args().warehouse), read_only=True) as connection:
        written = texts(connection)
    shutil.rmtree(ASSETS, ignore_errors=True)
    for name, text in written.items():
        path = ASSETS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
