"""What must hold of a built warehouse, as Great Expectations suites made from the catalogue.

Belongs here: the rules (``expectations.rules``), their suites (``expectations.suites``) and running
them on DuckDB (``expectations.validation``). Doesn't belong here: computing the sides of an
identity (``dbt``), or reading reports (``extract``).

Only ``expectations.rules`` is light; the others import Great Expectations, which takes seconds.
"""
