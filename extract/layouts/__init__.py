"""One module per format: each turns a document into the same stream of cells and knows nothing of the form."""

from extract.layouts.stream import PrintedCell

__all__ = ["PrintedCell"]
