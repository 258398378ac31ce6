"""Checks of the built tables."""
