"""Invented reports over all provinces and years, for dashboards to have something to show.

``python -m bi.demonstration --reports DIR`` writes them as one shard that ``gongkai build`` reads like any other.
Belongs here: who reports, with which figures, in which words. Doesn't belong here: labels of the form (the catalogue
has them), reading, building. Every title, agency and address says that it is invented.
"""
