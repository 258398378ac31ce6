{{ config(materialized='view') }}

-- Every identity for every report and scope that it applies to: its two sides, what is unknown of them, and whether it
-- holds. In words it stands in quality.identity_results.
with

terms as (
    select * from {{ ref('int_identity_terms') }}
    union all by name
    select * from {{ ref('int_identity_terms_across_years') }}
    union all by name
    select * from {{ ref('int_prose_terms') }}
),

sides as (
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
        coalesce(sum(sign * printed_value), 0) as balance,
        bool_and(is_clean) as is_clean,
        count(*) as terms,
        count(*) filter (where printed_value is null) as unknown_terms,
        count(*) filter (where not is_read) as unread_terms,
        -- what an unknown term can do to the balance of left minus right: raise it or lower it
        bool_or(printed_value is null and sign > 0) as can_rise,
        bool_or(printed_value is null and sign < 0) as can_fall,
        list(source_line) as source_lines
    from terms
    group by all
),

judged as (
    select
        *,
        abs(balance) <= tolerance as is_balanced,
        balance = floor(balance)
        and (can_rise or balance >= -tolerance)
        and (can_fall or balance <= tolerance) as can_hold
    from sides
),

results as (
    select
        *,
        case
            when unknown_terms = 0 and is_balanced then 'pass'
            when unknown_terms = 0 or not can_hold then 'fail'
            else 'not_assessable'
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
    -- only failures are looked up in their source
    case
        when status = 'fail' then nullif(array_to_string(list_sort(list_distinct(source_lines)), ', '), '')
    end as source_lines
from results
