-- Totals included: a remainder in the facts traces to its total and its leaves.
with

reports as (
    select * from {{ ref('int_report_copies') }}
    where is_current
),

figures as (
    select * from {{ ref('int_figures') }}
    where figure is not null
)

select
    figures.report_id,
    figures.line,
    figures."column",
    figures.section::integer as section,
    reports.source_uri,
    figures.source_line::integer as source_line,
    figures.raw_text,
    figures.unit,
    figures.figure::decimal(24, 6) as figure,
    figures.is_inferred
from figures
inner join reports on figures.report_id = reports.report_id
