"""Superset's own shapes: datasets, metrics and charts as it exports them.

Belongs here: what is the same for every chart of a kind. Doesn't belong here: which charts there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

VERSION = "1.0.0"
COUNT, SHARE = ",d", ".1%"


def identifier(kind: str, name: str) -> str:
    """A uuid that is the same at every writing."""
    return str(uuid5(NAMESPACE_URL, f"gongkai/{kind}/{name}"))


@dataclass(frozen=True)
class Metric:
    """A sum or share with its name in both languages; ``expression`` is DuckDB's."""

    name: str
    expression: str
    label: str
    number_format: str = COUNT
    description: str = ""

    def record(self) -> dict[str, Any]:
        """As Superset's dataset has it."""
        return {
            "metric_name": self.name,
            "verbose_name": self.label,
            "metric_type": None,
            "expression": self.expression,
            "description": self.description or None,
            "d3format": self.number_format,
            "extra": {},
            "warning_text": None,
        }


@dataclass(frozen=True)
class Dataset:
    """A query over the marts with its metrics; ``labels`` names columns for people."""

    name: str
    metrics: Sequence[Metric]
    labels: Mapping[str, str]
    description: str = ""

    def record(self, sql: str, columns: Mapping[str, str], database: str) -> dict[str, Any]:
        """As Superset exports it; ``columns`` maps names to types, as the warehouse tells them."""
        return {
            "table_name": self.name,
            "main_dttm_col": None,
            "description": self.description,
            "default_endpoint": None,
            "offset": 0,
            "cache_timeout": None,
            "schema": "marts",
            "sql": sql,
            "params": None,
            "template_params": None,
            "filter_select_enabled": True,
            "fetch_values_predicate": None,
            "extra": None,
            "uuid": identifier("dataset", self.name),
            "metrics": [metric.record() for metric in self.metrics],
            "columns": [
                {
                    "column_name": column,
                    "verbose_name": self.labels.get(column, column),
                    "is_dttm": False,
                    "is_active": True,
                    "type": kind,
                    "groupby": True,
                    "filterable": True,
                    "expression": None,
                    "description": None,
                    "python_date_format": None,
                    "extra": {},
                }
                for column, kind in columns.items()
            ],
            "version": VERSION,
            "database_uuid": database,
        }


@dataclass(frozen=True)
class Chart:
    """A chart; ``file`` is its stable name, ``title`` what people read."""

    file: str
    title: str
    dataset: str
    kind: str
    params: Mapping[str, Any]
    description: str = ""

    @property
    def uuid(self) -> str:
        """The same at every writing."""
        return identifier("chart", self.file)

    def record(self) -> dict[str, Any]:
        """As Superset exports it."""
        return {
            "slice_name": self.title,
            "description": self.description or None,
            "certified_by": None,
            "certification_details": None,
            "viz_type": self.kind,
            "params": {"viz_type": self.kind, **self.params},
            "query_context": None,
            "cache_timeout": None,
            "uuid": self.uuid,
            "version": VERSION,
            "dataset_uuid": identifier("dataset", self.dataset),
        }


@dataclass(frozen=True)
class Placed:
    """A chart on a dashboard: width in twelfths, height in pixels."""

    chart: Chart
    width: int
    height: int


@dataclass(frozen=True)
class Filter:
    """A filter of a dashboard on a column of all its datasets.

    ``only`` is the value of a filter that always has exactly one; ``is_single`` filters begin with their first value.
    """

    column: str
    label: str
    dataset: str
    only: str | None = None
    is_single: bool = False


@dataclass(frozen=True)
class Dashboard:
    """A page: rows of charts under the notice of the warehouse and a guide."""

    file: str
    title: str
    guide: str
    filters: Sequence[Filter]
    rows: Sequence[Sequence[Placed]] = field(default_factory=tuple)
