with

reports as (
    select * from {{ ref('int_report_copies') }}
    where is_current
),

consistency as (
    select * from {{ ref('int_section_consistency') }}
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
    {{ fact_keys() }},
    figures.line as document_type,
    figures.issued,
    figures.repealed,
    figures.in_force,
    figures.newly_made,
    figures.newly_disclosed,
    figures.total_disclosed,
    {{ fact_flags() }}
from figures
inner join reports on figures.report_id = reports.report_id
inner join consistency on figures.report_id = consistency.report_id
