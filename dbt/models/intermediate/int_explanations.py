"""The smallest explanations of the tables that don't balance: the library does it, this only calls it."""


def model(dbt, session):
    """One row per report, explanation and cell, by ``expectations.localisation.EXPLANATION_SCHEMA``."""
    from expectations.localisation import localise

    explanations = localise(
        dbt.ref("int_localisation_terms").pl(),
        dbt.ref("int_localisation_cells").pl(),
        dbt.ref("int_witnesses").pl(),
    )
    return explanations.to_arrow()
