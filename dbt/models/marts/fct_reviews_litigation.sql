with

reports as (
    select * from {{ ref('int_report_copies') }}
    where is_current
),

consistency as (
    select * from {{ ref('int_section_consistency') }}
    where section = 4
),

figures as (
    select * from {{ ref('int_leaves') }}
    where line_dimension = 'procedure'
)

select
    {{ fact_keys() }},
    figures.line as procedure,
    figures."column" as review_result,
    figures.figure as cases,
    {{ fact_flags() }}
from figures
inner join reports on figures.report_id = reports.report_id
inner join consistency on figures.report_id = consistency.report_id
