-- All cells of the tables in which an enforced identity fails, blanks included: the localisation's input.
with

scopes as (
    select * from {{ ref('int_identity_scopes') }}
    where is_enforced and not is_across_years
),

form_cells as (
    select distinct
        section,
        line,
        "column"
    from scopes
),

applicable as (
    select * from {{ ref('int_applicable_lines') }}
),

consistency as (
    select * from {{ ref('int_section_consistency') }}
    where not is_consistent
),

figures as (
    select * from {{ ref('int_figures') }}
)

select
    consistency.report_id,
    form_cells.section,
    form_cells.line,
    form_cells."column",
    figures.printed_value
from consistency
inner join form_cells on consistency.section = form_cells.section
inner join applicable on consistency.report_id = applicable.report_id and form_cells.line = applicable.line
left join figures
    on
        consistency.report_id = figures.report_id
        and form_cells.line = figures.line
        and form_cells."column" = figures."column"
