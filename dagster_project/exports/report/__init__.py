"""One page that summarises a warehouse for people who run nothing: it opens without a network.

Belongs here: what the page says (``contents``), its pictures (``charts``) and how it looks (``page``,
``report.html.j2``). Doesn't belong here: the results of the checks in full (``expectations.validation_page``).
"""

from dagster_project.exports.report.contents import read_contents
from dagster_project.exports.report.page import render, write_report

__all__ = ["read_contents", "render", "write_report"]
