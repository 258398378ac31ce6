{{ config(meta={'in_parts': true}) }}

-- The identities' balances in words, and where those that fail stand in their documents.
with

reports as (
    select report_id from {{ ref('int_line_sets') }}
    where {{ in_part('report_number') }}
),

balances as (
    select balances.* from {{ ref('int_identity_balances') }} as balances
    semi join reports on balances.report_id = reports.report_id
),

notes as (
    select
        *,
        'prose_agrees' as identity
    from {{ ref('int_prose_notes') }}
),

places as (
    {{ lines_of_failures('balances') }}
)

select
    balances.report_id,
    balances.compared_report_id,
    balances.identity,
    balances.scope,
    balances.section::integer as section,
    balances.status,
    case
        when compared_year is not null and compared_report_id is null
            then 'no report of ' || compared_year || ' is known'
        -- in 64 bits where it fits: to divide 128 takes twenty times as long
        when status = 'pass'
            then 'both sides are ' || coalesce(try_cast(left_value as decimal(18, 6))::bigint, left_value::bigint)
        when status = 'not_assessable' and unread_terms > 0
            then unread_terms || ' of ' || terms || ' terms were not read'
        when status = 'not_assessable' then unknown_terms || ' of ' || terms || ' terms are blank'
        else concat_ws(
            '; ',
            case
                when unknown_terms > 0
                    then 'no figures in place of the ' || unknown_terms || ' blank terms make it hold'
                else 'left minus right is ' || rtrim(rtrim(difference::varchar, '0'), '.')
            end,
            'the prose states the figure of ' || notes.equal_cells
        )
    end as explanation,
    -- whose error a failure is: of what was printed, or of how it was read
    case when status = 'fail' then if(is_clean, 'printed', 'reading') end as origin,
    case
        when balances.status = 'fail'
            then nullif(
                array_to_string(
                    list_sort(list_distinct(coalesce(places.source_lines, balances.source_lines))), ', '
                ),
                ''
            )
    end as source_lines,
    left_value::decimal(24, 6) as left_value,
    right_value::decimal(24, 6) as right_value,
    difference::decimal(24, 6) as difference,
    terms::integer as terms,
    unknown_terms::integer as unknown_terms,
    is_enforced,
    holds_if_blank_is_zero
from balances
left join notes
    on
        balances.report_id = notes.report_id
        and balances.scope = notes.scope
        and balances.identity = notes.identity
left join places
    on
        balances.report_id = places.report_id
        and balances.identity = places.identity
        and balances.scope = places.scope
