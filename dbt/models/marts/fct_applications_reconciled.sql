with

cells as (
    select * from {{ ref('int_reconciled_cells') }}
    where section = 3
)

select
    report_id,
    agency_id,
    report_year,
    line,
    "column",
    identities,
    evidence,
    reporting_scope,
    printed_value::decimal(24, 6) as printed_value,
    reconciled_value::bigint as reconciled_value,
    is_changed,
    is_leaf
from cells
