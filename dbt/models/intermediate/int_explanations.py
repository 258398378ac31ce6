"""The smallest explanations of the tables that don't balance: the library does it, this hands it some reports at a time."""


def model(dbt, session):
    """One row per report, explanation and cell, by ``expectations.localisation.EXPLANATION_SCHEMA``."""
    import polars as pl

    from expectations.localisation import EXPLANATION_SCHEMA, localise

    terms = dbt.ref("int_localisation_terms").pl()
    cells, witnesses = dbt.ref("int_localisation_cells"), dbt.ref("int_witnesses")
    together = int(dbt.config.meta_get("reports_together"))
    explanations = [EXPLANATION_SCHEMA.to_frame()]
    for some in cells.project("report_id").distinct().order("report_id").pl().iter_slices(together):
        reports = session.from_arrow(some.to_arrow())
        of_reports = (rows.join(reports, "report_id", how="semi").pl() for rows in (cells, witnesses))
        explanations.append(localise(terms, *of_reports))
    return pl.concat(explanations).to_arrow()
