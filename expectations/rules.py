"""The rules of a sound warehouse, as queries for the rows that break them; made from the catalogue.

Belongs here: the list of all rules, and the guards of the tables that they look at. Doesn't belong here:
the rules (``identity_rules``, ``fact_rules``, ``history_rules``), Great Expectations (``suites``) or Dagster's checks.

A rule is *ours* when only a fault of this project can break it: then nothing is published. It is
*theirs* when a publisher's figures can break it: then it is reported, and the figures stay as printed.
"""

from expectations import fact_rules, history_rules, identity_rules
from expectations.rule import Rule
from extract.catalogue.model import Catalogue

#: Columns that the rules of a table read: a NULL there would pass most expectations.
GUARDED_COLUMNS = {
    "identity_results": ("report_id", "identity", "scope", "status", "is_enforced"),
    "figure_sources": ("report_id", "line", "column", "figure", "source_line"),
    "dim_report": ("report_id", "quality_status", "is_current"),
    "remainders": ("report_id", "total", "known", "remainder"),
    "run_history": ("run_number", "reader_fingerprint"),
    "run_layouts": ("run_number", "layout"),
}
#: The rule under which the guards of a table report: that it has its rows, and no NULL where rules look.
GUARD = "rows_are_complete"
GUARD_DESCRIPTION = "The table has its rows, and no NULL where the rules look. / 表中行数齐全，规则所用列无空值。"


def rules(catalogue: Catalogue) -> tuple[Rule, ...]:
    """All rules: first ours, then one of theirs for each identity, enforced or reported."""
    enforced = [identity for identity in catalogue.identities if identity.is_enforced]
    return (
        identity_rules.every_identity_evaluated(catalogue, enforced),
        identity_rules.status_follows_sides(),
        identity_rules.known_terms_are_counted(catalogue, enforced),
        identity_rules.consistent_rows_hold(),
        identity_rules.quality_status_follows_results(),
        fact_rules.figures_trace_to_cells(catalogue),
        fact_rules.remainders_trace_to_totals(catalogue),
        fact_rules.totals_are_met(catalogue),
        fact_rules.leaf_sums_agree(catalogue),
        history_rules.recall_does_not_fall(),
        history_rules.failure_rates_do_not_double(),
        *(identity_rules.identity_holds(identity) for identity in catalogue.identities),
    )
