-- Reports by number, and by which lines of the form they have: most reports have one of a few sets. What hangs on
-- the lines alone is worked out once for a set, of its first report.
with

by_report as (
    select
        report_id,
        string_agg(line, ' ' order by line) as lines
    from {{ ref('int_applicable_lines') }}
    group by report_id
),

sets as (
    select
        lines,
        min(report_id) as first_report_id,
        row_number() over (order by lines) as line_set
    from by_report
    group by lines
)

select
    by_report.report_id,
    row_number() over (order by by_report.report_id)::integer as report_number,
    sets.line_set::integer as line_set,
    by_report.report_id = sets.first_report_id as is_first
from by_report
inner join sets on by_report.lines = sets.lines
