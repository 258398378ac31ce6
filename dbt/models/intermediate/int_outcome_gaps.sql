-- For each applicant the outcomes that are known, and the gaps: those that a line's own remainder holds, and the open
-- ones.
with

outcomes as (
    select * from {{ ref('int_breakdowns') }}
    where line_dimension = 'outcome'
),

processed as (
    select * from {{ ref('int_breakdowns') }}
    where line = 'processed' and figure is not null
),

line_remainders as (
    select * from {{ ref('int_line_remainders') }}
    where line_dimension = 'outcome'
),

gaps as (
    select
        outcomes.report_id,
        outcomes."column",
        coalesce(sum(outcomes.figure), 0)::bigint as known,
        count(*) filter (where outcomes.figure is null and line_remainders.line is null) as open_gaps,
        count(*) filter (where outcomes.figure is null and line_remainders.line is not null) as held_gaps,
        bool_or(outcomes.is_inferred) as is_inferred
    from outcomes
    left join line_remainders
        on outcomes.report_id = line_remainders.report_id and outcomes.line = line_remainders.line
    where outcomes.column_dimension != 'total'
    group by outcomes.report_id, outcomes."column"
)

select
    gaps.report_id,
    gaps."column",
    gaps.known,
    gaps.open_gaps,
    gaps.is_inferred,
    -- the total that says how much the gaps hold, where they are this applicant's alone
    case when gaps.held_gaps = 0 and gaps.open_gaps > 0 then processed.figure end as total
from gaps
left join processed on gaps.report_id = processed.report_id and gaps."column" = processed."column"
