"""The results of the suites as one page that people can read without a network.

Belongs here: what the page says (``contents``) and how it looks (``page``, ``validation.html.j2``). Doesn't belong
here: judging (``expectations.validation``), or where the page lies (``dagster_project``).
"""

from expectations.validation_page.contents import read_contents
from expectations.validation_page.page import render

__all__ = ["read_contents", "render"]
