with

sections as (
    select * from {{ ref('int_current_sections') }}
    where section = 4
),

figures as (
    select * from {{ ref('int_leaves') }}
    where line_dimension = 'procedure'
)

select
    sections.report_id,
    sections.agency_id,
    sections.report_year,
    figures.line as procedure,
    figures."column" as review_result,
    figures.figure as cases,
    sections.reporting_scope,
    sections.is_consistent,
    figures.is_inferred
from figures
inner join sections on figures.report_id = sections.report_id
