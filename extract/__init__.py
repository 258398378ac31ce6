"""Reading annual reports on government information disclosure: bytes and a catalogue in, rows out.

Belongs here: everything that turns one document into its header, its printed cells or a reason for
refusal. Doesn't belong here: directories and the landing store (``dagster_project``), the warehouse
model (``dbt``), judging identities (``expectations``). Nothing here opens a file of the project:
the catalogue is handed in.
"""

from extract.catalogue import Catalogue, CatalogueError, load_catalogue
from extract.documents import Cell, Document, Rejection, Report
from extract.reader import ReportReader

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Cell",
    "Document",
    "Rejection",
    "Report",
    "ReportReader",
    "load_catalogue",
]
