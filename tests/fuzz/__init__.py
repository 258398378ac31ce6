"""Hostile documents: damaged at random (``make fuzz``), and written by hand (``tests.fuzz.hostile_documents``)."""
