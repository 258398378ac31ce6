"""The models of dbt."""
