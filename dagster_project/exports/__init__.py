"""The published warehouse in other forms: PostgreSQL, files, and a page for people.

Belongs here: functions of the path of a published warehouse and of dbt's manifest; one module for each form. Doesn't
belong here: arguments and exit codes (``export_commands``), or descriptions, types and keys, which are dbt's.
"""
