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
    select * from {{ ref('int_leaves') }}
    where line_dimension = 'outcome'
)

select
    {{ fact_keys() }},
    figures."column" as applicant_type,
    figures.line as outcome,
    figures.figure as applications,
    {{ fact_flags() }}
from figures
inner join reports on figures.report_id = reports.report_id
inner join consistency on figures.report_id = consistency.report_id
