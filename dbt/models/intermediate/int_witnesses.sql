-- What other places state of a cell: the prose of the report, and the reports of the years before and after.
with

prose_figures as (
    select * from {{ ref('stg_prose_figures') }}
    where unit = 'count'
),

pairs as (
    select * from {{ ref('int_consecutive_reports') }}
),

figures as not materialized (
    select * from {{ ref('int_figures') }}
    where printed_value is not null
),

-- identities of one figure of this year with one of the year before
links as (
    select
        identity,
        scope,
        any_value(line) filter (where year_offset = 0) as line,
        any_value("column") filter (where year_offset = 0) as "column",
        any_value(line) filter (where year_offset = -1) as previous_line,
        any_value("column") filter (where year_offset = -1) as previous_column
    from {{ ref('int_identity_scopes') }}
    where is_across_years
    group by identity, scope
    having count(*) = 2 and sum(year_offset) = -1 and sum(sign) = 0
)

select
    report_id,
    line,
    "column",
    'prose' as witness,
    printed_value as value
from prose_figures
union
select
    pairs.report_id,
    links.line,
    links."column",
    'last_year' as witness,
    figures.printed_value as value
from pairs
cross join links
inner join figures
    on
        pairs.previous_report_id = figures.report_id
        and links.previous_line = figures.line
        and links.previous_column = figures."column"
union
select
    pairs.previous_report_id as report_id,
    links.previous_line as line,
    links.previous_column as "column",
    'next_year' as witness,
    figures.printed_value as value
from pairs
cross join links
inner join figures
    on pairs.report_id = figures.report_id and links.line = figures.line and links."column" = figures."column"
