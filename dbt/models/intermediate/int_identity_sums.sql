{{ config(materialized='view') }}

-- Both sides of every identity within a report, for each scope that it applies to: printed values added up, and how
-- many terms have none. Terms are counted on the form; only what is printed is added, by numbers in place of codes.
with

sets as (
    select * from {{ ref('int_line_sets') }}
),

reports as (
    select * from sets
    where {{ in_part('report_number') }}
),

scopes as (
    select
        *,
        side = 'left' as is_left,
        dense_rank() over (order by identity, scope) as scope_number,
        dense_rank() over (order by line, "column") as cell
    from {{ ref('int_identity_scopes') }}
    where not is_across_years
),

cells as (
    select distinct
        cell,
        line,
        "column"
    from scopes
),

terms as (
    select
        sets.line_set,
        scopes.*
    from sets
    inner join {{ ref('int_applicable_lines') }} as applicable on sets.report_id = applicable.report_id
    inner join scopes on applicable.line = scopes.line
    where sets.is_first
),

wanted as (
    select
        line_set,
        scope_number,
        identity,
        scope,
        section,
        is_enforced,
        tolerance,
        count(*) as terms,
        count(*) filter (where sign > 0) as rising_terms
    from terms
    group by all
),

-- apart from the terms: who joins these with the reports first has a row for each term of each report
figures as materialized (
    select
        reports.report_number,
        reports.line_set,
        cells.cell,
        figures.printed_value,
        figures.is_clean,
        figures.reading in ('read', 'blank') as is_read
    from {{ ref('int_figures') }} as figures
    inner join reports on figures.report_id = reports.report_id
    inner join cells on figures.line = cells.line and figures."column" = cells."column"
),

printed as (
    select
        figures.report_number,
        terms.scope_number,
        sum(terms.weight * figures.printed_value) filter (where terms.is_left) as left_value,
        sum(terms.weight * figures.printed_value) filter (where not terms.is_left) as right_value,
        count(figures.printed_value) as terms,
        count(figures.printed_value) filter (where terms.sign > 0) as rising_terms,
        count(*) filter (where figures.is_read) as terms_read,
        bool_and(figures.is_clean) as is_clean
    from figures
    inner join terms on figures.line_set = terms.line_set and figures.cell = terms.cell
    group by figures.report_number, terms.scope_number
)

select
    reports.report_id,
    wanted.identity,
    wanted.scope,
    wanted.section,
    wanted.is_enforced,
    wanted.tolerance,
    printed.left_value,
    printed.right_value,
    coalesce(printed.is_clean, true) as is_clean,
    wanted.terms,
    wanted.terms - coalesce(printed.terms, 0) as unknown_terms,
    wanted.terms - coalesce(printed.terms_read, 0) as unread_terms,
    -- what an unknown term can do to the balance of left minus right: raise it or lower it
    wanted.rising_terms > coalesce(printed.rising_terms, 0) as can_rise,
    wanted.terms - wanted.rising_terms > coalesce(printed.terms - printed.rising_terms, 0) as can_fall
from reports
inner join wanted on reports.line_set = wanted.line_set
left join printed
    on reports.report_number = printed.report_number and wanted.scope_number = printed.scope_number
