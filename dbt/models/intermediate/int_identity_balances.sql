{{ config(materialized='view') }}

-- Every identity for every report and scope that it applies to: its two sides, what is unknown of them, and whether it
-- holds. In words it stands in quality.identity_results.
with

reports as (
    select report_id from {{ ref('int_line_sets') }}
    where {{ in_part('report_number') }}
),

all_terms as (
    select * from {{ ref('int_identity_terms_across_years') }}
    union all by name
    select * from {{ ref('int_prose_terms') }}
),

terms as (
    select all_terms.* from all_terms
    semi join reports on all_terms.report_id = reports.report_id
),

sides as (
    select * from {{ ref('int_identity_sums') }}
    union all by name
    select
        report_id,
        compared_report_id,
        compared_year,
        identity,
        scope,
        section,
        is_enforced,
        tolerance,
        sum(weight * printed_value) filter (where side = 'left') as left_value,
        sum(weight * printed_value) filter (where side = 'right') as right_value,
        bool_and(is_clean) as is_clean,
        count(*) as terms,
        count(*) filter (where printed_value is null) as unknown_terms,
        count(*) filter (where not is_read) as unread_terms,
        bool_or(printed_value is null and sign > 0) as can_rise,
        bool_or(printed_value is null and sign < 0) as can_fall,
        list(source_line) as source_lines
    from terms
    group by all
),

judged as (
    select
        *,
        coalesce(left_value, 0) - coalesce(right_value, 0) as balance,
        abs(coalesce(left_value, 0) - coalesce(right_value, 0)) <= tolerance as is_balanced
    from sides
),

results as (
    select
        *,
        case
            when unknown_terms = 0 and is_balanced then 'pass'
            when unknown_terms = 0 then 'fail'
            -- whether a whole number in place of the blanks could make it hold
            when
                balance = floor(balance)
                and (can_rise or balance >= -tolerance)
                and (can_fall or balance <= tolerance) then 'not_assessable'
            else 'fail'
        end as status
    from judged
)

select
    report_id,
    compared_report_id,
    compared_year,
    identity,
    scope,
    section,
    is_enforced,
    status,
    left_value,
    right_value,
    case when status != 'not_assessable' then balance end as difference,
    terms,
    unknown_terms,
    unread_terms,
    case when unread_terms = 0 then is_balanced end as holds_if_blank_is_zero,
    is_clean,
    source_lines
from results
