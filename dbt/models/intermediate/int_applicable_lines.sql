-- Which lines of the form a report has: 其他处理 is one line in some reports and three in others.
with

reports as (
    select * from {{ ref('stg_reports') }}
),

form_lines as (
    select * from {{ ref('catalogue_lines') }}
    where role != 'heading'
),

subtotal_lines as (
    select * from form_lines
    where role = 'subtotal'
),

lines as (
    select
        form_lines.*,
        -- the subtotal that a line is, or is a part of
        subtotal_lines.line as subtotal
    from form_lines
    left join subtotal_lines on subtotal_lines.line in (form_lines.line, form_lines.parent_line)
),

lines_of_subtotals as (
    select line from lines
    where subtotal is not null
),

printed_lines as (
    select
        report_id,
        line,
        bool_or(reading != 'blank') as has_figures
    from {{ ref('stg_cells') }}
    where line in (select line from lines_of_subtotals)
    group by report_id, line
),

subtotals as (
    select
        reports.report_id,
        subtotal.line as subtotal,
        coalesce(bool_or(own.has_figures), false) as is_printed,
        coalesce(bool_or(part.has_figures), false) as are_parts_printed,
        any_value(subtotal.form = reports.form) as is_of_form
    from reports
    cross join subtotal_lines as subtotal
    inner join form_lines as parts on subtotal.line = parts.parent_line
    left join printed_lines as own on reports.report_id = own.report_id and subtotal.line = own.line
    left join printed_lines as part on reports.report_id = part.report_id and parts.line = part.line
    group by reports.report_id, subtotal.line
),

choices as (
    select
        report_id,
        subtotal,
        -- parts win where they are printed; unprinted, the form's version decides
        not are_parts_printed and (is_printed or coalesce(is_of_form, false)) as is_one_line
    from subtotals
)

select
    reports.report_id,
    lines.line
from reports
cross join lines
left join choices on reports.report_id = choices.report_id and lines.subtotal = choices.subtotal
where choices.subtotal is null or (choices.subtotal = lines.line) = choices.is_one_line
