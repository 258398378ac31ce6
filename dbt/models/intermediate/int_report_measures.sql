{{ config(meta={'in_parts': true}) }}

-- Each measure of each current report that its form has: the sum of its parts where all of them are known. What is
-- wanted hangs on the form and on the lines alone, so it is worked out once for all reports that share them.
with

reports as (
    select
        sets.report_id,
        sets.report_number,
        sets.line_set,
        copies.form,
        dense_rank() over (order by copies.form, sets.line_set) as form_number
    from {{ ref('int_line_sets') }} as sets
    inner join {{ ref('int_report_copies') }} as copies on sets.report_id = copies.report_id
    where copies.is_current and {{ in_part('sets.report_number') }}
),

parts as (
    select
        *,
        dense_rank() over (order by measure) as measure_number
    from {{ ref('int_measure_parts') }}
),

forms as (
    select distinct
        form_number,
        form,
        line_set
    from reports
),

form_lines as (
    select
        forms.form_number,
        forms.form,
        applicable.line
    from forms
    inner join {{ ref('int_line_sets') }} as sets on forms.line_set = sets.line_set and sets.is_first
    inner join {{ ref('int_applicable_lines') }} as applicable on sets.report_id = applicable.report_id
),

wanted as (
    select
        forms.form_number,
        parts.measure,
        parts.measure_number,
        parts.line,
        parts."column",
        coalesce(bool_or(parts.form is null or parts.form = forms.form), false) as is_of_form
    from form_lines as forms
    inner join parts
        on
            forms.line = parts.line
            and (parts.form is null or forms.form = parts.form or coalesce(forms.form, 'mixed') = 'mixed')
    -- a cell that both forms have is one part of a report that mixes them
    group by forms.form_number, parts.measure, parts.measure_number, parts.line, parts."column"
),

measures as (
    select
        form_number,
        measure,
        measure_number,
        count(*) filter (where is_of_form) as parts
    from wanted
    group by form_number, measure, measure_number
),

known as (
    select
        reports.report_number,
        wanted.measure_number,
        count(*) as known_parts,
        count(*) filter (where not wanted.is_of_form) as other_parts,
        sum(line_values.figure) as known_figure
    from {{ ref('int_line_values') }} as line_values
    inner join reports on line_values.report_id = reports.report_id
    inner join wanted
        on
            reports.form_number = wanted.form_number
            and line_values.line = wanted.line
            and line_values."column" = wanted."column"
    group by reports.report_number, wanted.measure_number
)

select
    reports.report_id,
    measures.measure,
    -- a report that mixes the forms has some of the cells of both
    measures.parts + coalesce(known.other_parts, 0) as parts,
    coalesce(known.known_parts, 0) as known_parts,
    case when measures.parts + known.other_parts = known.known_parts then known.known_figure end as figure,
    -- no part is negative but for changes: what is known is the least that it can be
    known.known_figure
from reports
inner join measures on reports.form_number = measures.form_number
left join known
    on reports.report_number = known.report_number and measures.measure_number = known.measure_number
where measures.parts + coalesce(known.other_parts, 0) > 0
