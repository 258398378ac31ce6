with

sections as (
    select * from {{ ref('int_current_sections') }}
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
    sections.report_id,
    sections.agency_id,
    sections.report_year,
    figures."column" as applicant_type,
    figures.new_received,
    figures.carried_in,
    figures.processed,
    figures.carried_forward,
    sections.reporting_scope,
    sections.is_consistent,
    figures.is_inferred
from figures
inner join sections on figures.report_id = sections.report_id
