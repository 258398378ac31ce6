-- Reports by number, and by which lines of the form they have: most reports have one of a few sets. What hangs on
-- the lines alone is worked out once for a set, of its first report.
with

applicable as not materialized (
    select * from {{ ref('int_applicable_lines') }}
),

lines as (
    select distinct line from applicable
),

-- a bit for each line: lists of names stay in memory, of a million reports gigabytes
bits as (
    select
        line,
        1::hugeint << (row_number() over (order by line))::hugeint as bit
    from lines
),

by_report as (
    select
        applicable.report_id,
        bit_or(bits.bit) as lines
    from applicable
    inner join bits on applicable.line = bits.line
    group by applicable.report_id
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
