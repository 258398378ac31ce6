"""Dashboards: Superset's assets as code, what starts it, and a warehouse of invented reports to look at."""
