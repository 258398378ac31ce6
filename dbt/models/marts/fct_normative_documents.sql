with

sections as (
    select * from {{ ref('int_current_sections') }}
    where section = 2
),

figures as (
    select
        int_figures.report_id,
        int_figures.line,
        {{ count_measure('issued') }} as issued,
        {{ count_measure('repealed') }} as repealed,
        {{ count_measure('in_force') }} as in_force,
        {{ count_measure('newly_made') }} as newly_made,
        {{ count_measure('newly_disclosed') }} as newly_disclosed,
        {{ count_measure('total_disclosed') }} as total_disclosed,
        bool_or(int_figures.is_inferred) as is_inferred
    from {{ ref('int_figures') }} as int_figures
    inner join {{ ref('catalogue_lines') }} as lines on int_figures.line = lines.line
    where lines.dimension = 'document_type'
    group by int_figures.report_id, int_figures.line
)

select
    sections.report_id,
    sections.agency_id,
    sections.report_year,
    figures.line as document_type,
    figures.issued,
    figures.repealed,
    figures.in_force,
    figures.newly_made,
    figures.newly_disclosed,
    figures.total_disclosed,
    sections.reporting_scope,
    sections.is_consistent,
    figures.is_inferred
from figures
inner join sections on figures.report_id = sections.report_id
