-- One row per report, identity that compares it with the year before, scope and term: printed values of both.
with

pairs as (
    select * from {{ ref('int_consecutive_reports') }}
),

scopes as (
    select * from {{ ref('int_identity_scopes') }}
    where is_across_years
),

figures as (
    select figures.* from {{ ref('int_figures') }} as figures
    semi join scopes on figures.line = scopes.line and figures."column" = scopes."column"
),

wanted as (
    select
        pairs.report_id,
        pairs.previous_report_id as compared_report_id,
        pairs.report_year - 1 as compared_year,
        if(scopes.year_offset = 0, pairs.report_id, pairs.previous_report_id) as term_report_id,
        scopes.* exclude (form, is_across_years, year_offset)
    from pairs
    inner join scopes
        on
            scopes.form is null
            -- last year's report has the cells, too, or is a gap
            or (pairs.form = scopes.form and scopes.form = coalesce(pairs.previous_form, scopes.form))
)

select
    wanted.* exclude (term_report_id),
    figures.printed_value,
    figures.source_line,
    coalesce(figures.is_clean, true) as is_clean,
    coalesce(figures.reading in ('read', 'blank'), false) as is_read
from wanted
left join figures
    on
        wanted.term_report_id = figures.report_id
        and wanted.line = figures.line
        and wanted."column" = figures."column"
