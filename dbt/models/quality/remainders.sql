with

of_lines as (
    select * from {{ ref('int_line_remainders') }}
),

of_outcomes as (
    select * from {{ ref('int_outcome_remainders') }}
),

remainders as (
    select * exclude (line_dimension) from of_lines
    union all by name
    select * from of_outcomes
)

select
    report_id,
    line,
    "column",
    total::bigint as total,
    known::bigint as known,
    remainder::bigint as remainder,
    unknown_leaves::integer as unknown_leaves,
    remainder < 0 as is_negative,
    is_inferred
from remainders
