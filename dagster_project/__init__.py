"""Wiring and scheduling: the assets, their checks, the job, and the command line.

Belongs here: files and databases, and the order of the steps. Doesn't belong here: reading reports
(``extract``), the warehouse model (``dbt``), the rules of the checks (``expectations``).
"""
