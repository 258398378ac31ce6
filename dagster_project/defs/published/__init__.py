"""The file that readers open."""
