"""What must hold of a built warehouse, as Great Expectations suites made from the catalogue.

Belongs here: the rules (``rules``), their suites (``suites``) and running
them on DuckDB (``validation``). Doesn't belong here: computing the sides of an
identity (``dbt``), or reading reports (``extract``).

The rules are light; ``suites`` and ``validation`` import Great Expectations, which takes seconds.
"""
