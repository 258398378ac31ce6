{{ config(materialized='view') }}

-- One row per report, identity within a report, scope and term: the printed value, never an inferred one.
with

scopes as (
    select * from {{ ref('int_identity_scopes') }}
    where not is_across_years
),

applicable as (
    select * from {{ ref('int_applicable_lines') }}
),

figures as (
    select * from {{ ref('int_figures') }}
)

select
    applicable.report_id,
    scopes.identity,
    scopes.section,
    scopes.scope,
    scopes.is_enforced,
    scopes.tolerance,
    scopes.side,
    scopes.weight,
    scopes.line,
    scopes."column",
    figures.printed_value,
    figures.source_line,
    coalesce(figures.is_clean, true) as is_clean,
    coalesce(figures.reading in ('read', 'blank'), false) as is_read,
    scopes.sign
from scopes
inner join applicable on scopes.line = applicable.line
left join figures
    on
        applicable.report_id = figures.report_id
        and scopes.line = figures.line
        and scopes."column" = figures."column"
