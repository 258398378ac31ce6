with

figures as (
    select * from {{ ref('int_section_2_figures') }}
    where line_dimension = 'decision_type'
)

select
    report_id,
    agency_id,
    report_year,
    line as decision_type,
    {{ count_measure('decisions') }} as decisions,
    {{ count_measure('items_prior_year') }} as items_prior_year,
    {{ count_measure('items_change') }} as items_change,
    reporting_scope,
    is_consistent,
    bool_or(is_inferred) as is_inferred
from figures
group by report_id, agency_id, report_year, line, reporting_scope, is_consistent
