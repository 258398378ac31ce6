-- The current tables that one explanation alone mends, whole: what is printed beside what the identities prove.
with

reports as (
    select * from {{ ref('int_report_copies') }}
    where is_current
),

cells as (
    select * from {{ ref('int_localisation_cells') }}
),

lines as (
    select
        *,
        -- each procedure of section 4 is a table by itself: no identity joins it with another
        if(dimension = 'procedure', line, sub_table) as balanced_table
    from {{ ref('catalogue_lines') }}
),

explanations as (
    select
        explanations.*,
        lines.balanced_table
    from {{ ref('int_explanations') }} as explanations
    inner join lines on explanations.line = lines.line
),

mended as (
    select
        report_id,
        balanced_table
    from explanations
    group by report_id, balanced_table
    having bool_and(not is_tie and search = 'complete' and proposed is not null)
)

select
    reports.report_id,
    reports.agency_id,
    reports.report_year,
    cells.section,
    cells.line,
    cells."column",
    explanations.identities,
    explanations.evidence,
    reports.reporting_scope,
    cells.printed_value::decimal(24, 6) as printed_value,
    coalesce(explanations.proposed, cells.printed_value)::bigint as reconciled_value,
    explanations.line is not null as is_changed,
    lines.role in ('leaf', 'subtotal') and cells."column" != 'total' as is_leaf
from mended
inner join reports on mended.report_id = reports.report_id
inner join lines on mended.balanced_table = lines.balanced_table
inner join cells on mended.report_id = cells.report_id and lines.line = cells.line
left join explanations
    on
        cells.report_id = explanations.report_id
        and cells.line = explanations.line
        and cells."column" = explanations."column"
