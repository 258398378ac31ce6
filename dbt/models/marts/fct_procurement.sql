with

sections as (
    select * from {{ ref('int_current_sections') }}
    where section = 2
),

figures as (
    select
        int_figures.report_id,
        int_figures.line,
        {{ count_measure('projects') }} as projects,
        {{ yuan_measure('amount') }} as amount_yuan,
        bool_or(int_figures.is_inferred) as is_inferred
    from {{ ref('int_figures') }} as int_figures
    inner join {{ ref('catalogue_lines') }} as lines on int_figures.line = lines.line
    where lines.dimension = 'procurement'
    group by int_figures.report_id, int_figures.line
)

select
    sections.report_id,
    sections.agency_id,
    sections.report_year,
    figures.projects,
    figures.amount_yuan,
    sections.reporting_scope,
    sections.is_consistent,
    figures.is_inferred
from figures
inner join sections on figures.report_id = sections.report_id
