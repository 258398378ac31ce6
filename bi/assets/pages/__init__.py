"""The four dashboards: which charts stand where, under which titles.

Belongs here: questions and their places, a module for each page. Doesn't belong here: how a kind of chart looks
(``bi.assets.charts``), what a metric is (``bi.assets.datasets``).
"""

from bi.assets.pages.agency import AGENCY
from bi.assets.pages.enforcement import ENFORCEMENT
from bi.assets.pages.overview import OVERVIEW
from bi.assets.pages.quality import QUALITY

DASHBOARDS = (OVERVIEW, AGENCY, ENFORCEMENT, QUALITY)
