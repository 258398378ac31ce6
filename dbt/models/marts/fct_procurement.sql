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
        {{ count_measure('projects') }} as projects,
        {{ yuan_measure('amount') }} as amount_yuan,
        bool_or(int_figures.is_inferred) as is_inferred
    from {{ ref('int_figures') }} as int_figures
    inner join {{ ref('catalogue_lines') }} as lines on int_figures.line = lines.line
    where lines.dimension = 'procurement'
    group by int_figures.report_id, int_figures.line
)

select
    {{ fact_keys() }},
    figures.projects,
    figures.amount_yuan,
    {{ fact_flags() }}
from figures
inner join reports on figures.report_id = reports.report_id
inner join consistency on figures.report_id = consistency.report_id
