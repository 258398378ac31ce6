with

figures as (
    select * from {{ ref('int_section_2_figures') }}
    where line_dimension = 'document_type'
)

select
    report_id,
    agency_id,
    report_year,
    line as document_type,
    {{ count_measure('issued') }} as issued,
    {{ count_measure('repealed') }} as repealed,
    {{ count_measure('in_force') }} as in_force,
    {{ count_measure('newly_made') }} as newly_made,
    {{ count_measure('newly_disclosed') }} as newly_disclosed,
    {{ count_measure('total_disclosed') }} as total_disclosed,
    reporting_scope,
    is_consistent,
    bool_or(is_inferred) as is_inferred
from figures
group by report_id, agency_id, report_year, line, reporting_scope, is_consistent
