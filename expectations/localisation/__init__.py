"""Which cells of a table that doesn't balance must be wrong: error localisation after Fellegi and Holt.

An *explanation* is a smallest set of cells whose change, to whole numbers that aren't negative, makes all
enforced identities of its table hold at once. Printed cells count; blanks may be anything that a count
can be. Where the smallest sets fall apart into *parts* that have nothing to do with each other, each part
is explained on its own.

Belongs here: terms and cells in, explanations out, as polars frames. Doesn't belong here: DuckDB, dbt,
Dagster, Great Expectations; judging an identity for the warehouse (``dbt``); any repair of a figure.
"""

from expectations.localisation.form_cells import cells_on_form, enforced_terms
from expectations.localisation.frames import EXPLANATION_SCHEMA, WITNESS_SCHEMA
from expectations.localisation.localise import Limits, localise

__all__ = ["EXPLANATION_SCHEMA", "WITNESS_SCHEMA", "Limits", "cells_on_form", "enforced_terms", "localise"]
