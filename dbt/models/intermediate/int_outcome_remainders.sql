-- Outcomes that are unknown under the printed total of （七）总计: by applicant where the whole gap is that
-- applicant's own, else once for the table. A gap that a line's own remainder holds already isn't counted again.
with

by_applicant as (
    select * from {{ ref('int_outcome_gaps') }}
),

processed as (
    select * from {{ ref('int_breakdowns') }}
    where line = 'processed' and column_dimension = 'total' and figure is not null
),

line_remainders as (
    select * from {{ ref('int_line_remainders') }}
    where line_dimension = 'outcome'
),

held as (
    select
        report_id,
        -- the facts leave a negative remainder out
        sum(greatest(remainder, 0)) as remainder
    from line_remainders
    group by report_id
),

by_table as (
    select
        by_applicant.report_id,
        'not_broken_down' as "column",
        (
            sum(greatest(coalesce(by_applicant.total, 0), by_applicant.known))
            + coalesce(any_value(held.remainder), 0)
        )::bigint as known,
        coalesce(sum(by_applicant.open_gaps) filter (where by_applicant.total is null), 0)::bigint as open_gaps,
        bool_or(by_applicant.is_inferred) as is_inferred
    from by_applicant
    left join held on by_applicant.report_id = held.report_id
    group by by_applicant.report_id
),

of_tables as (
    select
        by_table.*,
        processed.figure as total
    from by_table
    inner join processed on by_table.report_id = processed.report_id
    where by_table.open_gaps > 0
)

select
    report_id,
    'not_broken_down' as line,
    "column",
    total,
    known,
    total - known as remainder,
    open_gaps as unknown_leaves,
    is_inferred
from by_applicant
where total is not null
union all
select
    report_id,
    'not_broken_down' as line,
    "column",
    total,
    known,
    total - known as remainder,
    open_gaps as unknown_leaves,
    is_inferred
from of_tables
