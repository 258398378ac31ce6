"""Hostile documents: damaged at random (``make fuzz``), and written by hand (``tests.extract.test_hostile``)."""
