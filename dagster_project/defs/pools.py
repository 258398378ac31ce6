"""What runs of one instance share: pools, and how often a run is tried again.

Belongs here: names and numbers that assets and jobs share. Doesn't belong here: the pools' limits, which are the
instance's (``dagster.yaml``: one run of each), or the lock that also knows the command line (``defs.resources``).
"""

#: What writes the build database or the landing store, or reads what a run has built so far.
WRITING = "warehouse"
#: What asks sources.
FETCHING = "sources"

#: For jobs: a run whose process died begins anew, from its first step, as another build may have come between. A step
#: that failed isn't tried again: it would fail the same way, and what may pass has a policy of its own.
RETRIES = {
    "dagster/max_retries": "2",
    "dagster/retry_strategy": "ALL_STEPS",
    "dagster/retry_on_asset_or_op_failure": "false",
}
