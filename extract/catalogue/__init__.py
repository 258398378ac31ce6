"""The catalogue of the statutory form as typed data: its records, and the loader of its seeds."""

from extract.catalogue.loader import CatalogueError, load_catalogue
from extract.catalogue.model import Catalogue

__all__ = ["Catalogue", "CatalogueError", "load_catalogue"]
