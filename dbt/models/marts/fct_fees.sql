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
        {{ yuan_measure('amount') }} as amount_yuan,
        {{ count_measure('items_prior_year') }} as items_prior_year,
        {{ count_measure('items_change') }} as items_change,
        bool_or(int_figures.is_inferred) as is_inferred
    from {{ ref('int_figures') }} as int_figures
    inner join {{ ref('catalogue_lines') }} as lines on int_figures.line = lines.line
    where lines.dimension = 'fees'
    group by int_figures.report_id, int_figures.line
)

select
    {{ fact_keys() }},
    figures.amount_yuan,
    figures.items_prior_year,
    figures.items_change,
    {{ fact_flags() }}
from figures
inner join reports on figures.report_id = reports.report_id
inner join consistency on figures.report_id = consistency.report_id
