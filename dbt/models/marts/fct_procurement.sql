with

figures as (
    select * from {{ ref('int_section_2_figures') }}
    where line_dimension = 'procurement'
)

select
    report_id,
    agency_id,
    report_year,
    {{ count_measure('projects') }} as projects,
    {{ yuan_measure('amount') }} as amount_yuan,
    reporting_scope,
    is_consistent,
    bool_or(is_inferred) as is_inferred
from figures
group by report_id, agency_id, report_year, line, reporting_scope, is_consistent
