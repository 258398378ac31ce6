{{ config(materialized='view') }}

-- The leaves of sections 3 and 4 that are safe to sum: printed leaves, and the remainders that no leaf holds.
with

breakdowns as (
    select * from {{ ref('int_breakdowns') }}
    where column_dimension != 'total' and is_placed
),

remainders as (
    select * from {{ ref('remainders') }}
),

lines as (
    select * from {{ ref('catalogue_lines') }}
)

select
    report_id,
    line_dimension,
    line,
    "column",
    figure,
    is_inferred
from breakdowns
union all
select
    remainders.report_id,
    -- only outcomes have remainders over lines
    coalesce(lines.dimension, 'outcome') as line_dimension,
    remainders.line,
    remainders."column",
    case when not remainders.is_negative then remainders.remainder end as figure,
    remainders.is_inferred
from remainders
left join lines on remainders.line = lines.line
