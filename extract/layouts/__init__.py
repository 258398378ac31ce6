"""One module per format: each turns a document into the same stream of cells and knows nothing of the form."""

from extract.layouts.stream import SourceCell

__all__ = ["SourceCell"]
