-- For each line with a printed total and blanks among its leaves: what the total leaves for them.
with

breakdowns as (
    select * from {{ ref('int_breakdowns') }}
),

by_line as (
    select
        report_id,
        line,
        line_dimension,
        max(figure) filter (where column_dimension = 'total') as total,
        coalesce(sum(figure) filter (where column_dimension != 'total'), 0)::bigint as known,
        count(*) filter (where column_dimension != 'total' and figure is null) as unknown_leaves,
        bool_or(is_inferred) as is_inferred
    from breakdowns
    group by all
)

select
    report_id,
    line,
    line_dimension,
    'not_broken_down' as "column",
    total,
    known,
    total - known as remainder,
    unknown_leaves,
    is_inferred
from by_line
where total is not null and unknown_leaves > 0
