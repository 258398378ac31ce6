with

sections as (
    select * from {{ ref('int_current_sections') }}
    where section = 3
),

figures as (
    select * from {{ ref('int_leaves') }}
    where line_dimension = 'outcome'
)

select
    sections.report_id,
    sections.agency_id,
    sections.report_year,
    figures."column" as applicant_type,
    figures.line as outcome,
    figures.figure as applications,
    sections.reporting_scope,
    sections.is_consistent,
    figures.is_inferred
from figures
inner join sections on figures.report_id = sections.report_id
