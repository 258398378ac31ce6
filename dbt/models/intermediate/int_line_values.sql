-- What is known of each cell of a current report: a printed or inferred figure, or a total whose leaves are all known.
with

reports as (
    select report_id from {{ ref('int_report_copies') }}
    where is_current
),

breakdowns as not materialized (
    select * from {{ ref('int_breakdowns') }}
),

section_2 as (
    select * from {{ ref('int_figures') }}
    where section = 2 and figure is not null and unit in ('count', 'yuan')
),

totals as (
    select
        report_id,
        line,
        'total' as "column",
        coalesce(
            max(figure) filter (where column_dimension = 'total'),
            case
                when count(*) filter (where column_dimension != 'total' and figure is null) = 0
                    then sum(figure) filter (where column_dimension != 'total')
            end
        ) as figure
    from breakdowns
    group by report_id, line
)

select
    section_2.report_id,
    section_2.line,
    section_2."column",
    section_2.figure
from section_2
inner join reports on section_2.report_id = reports.report_id
union all
select * from totals
where figure is not null
union all
select
    report_id,
    line,
    "column",
    figure
from breakdowns
where line_dimension = 'procedure' and column_dimension != 'total' and figure is not null
