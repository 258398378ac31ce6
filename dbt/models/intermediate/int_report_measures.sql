-- Each measure of each current report that its form has: the sum of its parts where all of them are known.
with

reports as (
    select * from {{ ref('int_report_copies') }}
    where is_current
),

parts as (
    select * from {{ ref('int_measure_parts') }}
),

applicable as (
    select * from {{ ref('int_applicable_lines') }}
),

known as (
    select * from {{ ref('int_line_values') }}
),

wanted as (
    select
        reports.report_id,
        parts.measure,
        parts.line,
        parts."column",
        coalesce(bool_or(parts.form is null or parts.form = reports.form), false) as is_of_form
    from reports
    inner join applicable on reports.report_id = applicable.report_id
    inner join parts
        on
            applicable.line = parts.line
            and (parts.form is null or reports.form = parts.form or coalesce(reports.form, 'mixed') = 'mixed')
    -- a cell that both forms have is one part of a report that mixes them
    group by reports.report_id, parts.measure, parts.line, parts."column"
)

select
    wanted.report_id,
    wanted.measure,
    count(*) as parts,
    count(known.figure) as known_parts,
    case when count(*) = count(known.figure) then sum(known.figure) end as figure,
    -- no part is negative but for changes: what is known is the least that it can be
    sum(known.figure) as known_figure
from wanted
left join known
    on
        wanted.report_id = known.report_id
        and wanted.line = known.line
        and wanted."column" = known."column"
-- a report that mixes the forms has some of the cells of both
where known.report_id is not null or wanted.is_of_form
group by wanted.report_id, wanted.measure
