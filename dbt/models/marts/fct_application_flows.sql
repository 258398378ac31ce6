with

reports as (
    select * from {{ ref('int_report_copies') }}
    where is_current
),

consistency as (
    select * from {{ ref('int_section_consistency') }}
    where section = 3
),

figures as (
    select
        report_id,
        "column",
        max(figure) filter (where line = 'new_received') as new_received,
        max(figure) filter (where line = 'carried_in') as carried_in,
        max(figure) filter (where line = 'processed') as processed,
        max(figure) filter (where line = 'carried_forward') as carried_forward,
        bool_or(is_inferred) as is_inferred
    from {{ ref('int_leaves') }}
    where line_dimension = 'flow'
    group by report_id, "column"
)

select
    {{ fact_keys() }},
    figures."column" as applicant_type,
    figures.new_received,
    figures.carried_in,
    figures.processed,
    figures.carried_forward,
    {{ fact_flags() }}
from figures
inner join reports on figures.report_id = reports.report_id
inner join consistency on figures.report_id = consistency.report_id
