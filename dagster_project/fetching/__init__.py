"""Fetching: documents from the sources that a file lists, politely, into the landing store.

Belongs here: the list of sources, the HTTP client and its manners, links, buckets, the log of attempts. Doesn't
belong here: how contents are kept (``dagster_project.landing``), when fetching is done
(``dagster_project.defs``), what a document says (``extract``). Nothing here knows Dagster or DuckDB.
"""
