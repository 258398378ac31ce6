"""What the dashboards are made of, written as Superset's YAML into ``bi/superset`` by ``python -m bi.assets``.

Belongs here: datasets, metrics, charts, filters and their places. Doesn't belong here: addresses and notices of one
warehouse (``bi.load``), the definitions of measures and rates (dbt has them).
"""
