-- Section 2 of current reports cell by cell, with what every fact carries of its report.
with

sections as (
    select * from {{ ref('int_current_sections') }}
    where section = 2
),

figures as (
    select * from {{ ref('int_figures') }}
),

lines as (
    select * from {{ ref('catalogue_lines') }}
)

select
    sections.report_id,
    sections.agency_id,
    sections.report_year,
    sections.reporting_scope,
    sections.is_consistent,
    lines.dimension as line_dimension,
    figures.line,
    figures."column",
    figures.unit,
    figures.figure,
    figures.is_inferred
from figures
inner join sections on figures.report_id = sections.report_id and figures.section = sections.section
inner join lines on figures.line = lines.line
