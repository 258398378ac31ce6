{{ config(materialized='view') }}

-- Every identity for every report and scope that it applies to: its two sides, what is unknown of them, and whether it
-- holds. In words it stands in quality.identity_results.
with

figures as (
    select * from {{ ref('int_figures') }}
),

scopes as (
    select * from {{ ref('int_identity_scopes') }}
    where not is_across_years
),

applicable as (
    select * from {{ ref('int_applicable_lines') }}
),

terms as (
    select * from {{ ref('int_identity_terms_across_years') }}
    union all by name
    select * from {{ ref('int_prose_terms') }}
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
),

-- only failures are looked up in their source; those of terms have their lines already
failing_terms as materialized (
    select
        results.report_id,
        results.identity,
        results.scope,
        scopes.line,
        scopes."column"
    from results
    inner join scopes on results.identity = scopes.identity and results.scope = scopes.scope
    semi join applicable on results.report_id = applicable.report_id and scopes.line = applicable.line
    where results.status = 'fail' and results.source_lines is null
),

failing_cells as (
    select figures.* from figures
    semi join failing_terms on figures.report_id = failing_terms.report_id
),

places as (
    select
        failing_terms.report_id,
        failing_terms.identity,
        failing_terms.scope,
        list(failing_cells.source_line) as source_lines
    from failing_cells
    inner join failing_terms
        on
            failing_cells.report_id = failing_terms.report_id
            and failing_cells.line = failing_terms.line
            and failing_cells."column" = failing_terms."column"
    group by failing_terms.report_id, failing_terms.identity, failing_terms.scope
)

select
    results.report_id,
    results.compared_report_id,
    results.compared_year,
    results.identity,
    results.scope,
    results.section,
    results.is_enforced,
    results.status,
    results.left_value,
    results.right_value,
    case when results.status != 'not_assessable' then results.balance end as difference,
    results.terms,
    results.unknown_terms,
    results.unread_terms,
    case when results.unread_terms = 0 then results.is_balanced end as holds_if_blank_is_zero,
    results.is_clean,
    case
        when results.status = 'fail'
            then nullif(
                array_to_string(
                    list_sort(list_distinct(coalesce(places.source_lines, results.source_lines))), ', '
                ),
                ''
            )
    end as source_lines
from results
left join places
    on
        results.report_id = places.report_id
        and results.identity = places.identity
        and results.scope = places.scope
