with

terms as (
    select * from {{ ref('int_identity_terms') }}
    union all by name
    select * from {{ ref('int_identity_terms_across_years') }}
    union all by name
    select * from {{ ref('int_prose_terms') }}
),

notes as (
    select
        *,
        'prose_agrees' as identity
    from {{ ref('int_prose_notes') }}
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
        bool_or(printed_value is null and sign < 0) as can_fall
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
),

-- only failures are looked up in their source
failing_lines as (
    select
        terms.report_id,
        terms.identity,
        terms.scope,
        string_agg(distinct terms.source_line, ', ' order by terms.source_line) as source_lines
    from terms
    semi join results
        on
            terms.report_id = results.report_id
            and terms.identity = results.identity
            and terms.scope = results.scope
            and results.status = 'fail'
    group by terms.report_id, terms.identity, terms.scope
)

select
    results.report_id,
    results.compared_report_id,
    results.identity,
    results.scope,
    results.section::integer as section,
    results.status,
    case
        when compared_year is not null and compared_report_id is null
            then 'no report of ' || compared_year || ' is known'
        when status = 'pass' then 'both sides are ' || left_value::bigint
        when status = 'not_assessable' and unread_terms > 0
            then unread_terms || ' of ' || terms || ' terms were not read'
        when status = 'not_assessable' then unknown_terms || ' of ' || terms || ' terms are blank'
        else concat_ws(
            '; ',
            case
                when unknown_terms > 0
                    then 'no figures in place of the ' || unknown_terms || ' blank terms make it hold'
                else 'left minus right is ' || rtrim(rtrim(balance::varchar, '0'), '.')
            end,
            'the prose states the figure of ' || notes.equal_cells
        )
    end as explanation,
    -- whose error a failure is: of what was printed, or of how it was read
    case when status = 'fail' then if(is_clean, 'printed', 'reading') end as origin,
    failing_lines.source_lines,
    left_value::decimal(24, 6) as left_value,
    right_value::decimal(24, 6) as right_value,
    case when status != 'not_assessable' then balance::decimal(24, 6) end as difference,
    terms::integer as terms,
    unknown_terms::integer as unknown_terms,
    is_enforced,
    case when unread_terms = 0 then is_balanced end as holds_if_blank_is_zero
from results
left join failing_lines
    on
        results.report_id = failing_lines.report_id
        and results.identity = failing_lines.identity
        and results.scope = failing_lines.scope
left join notes
    on
        results.report_id = notes.report_id
        and results.scope = notes.scope
        and results.identity = notes.identity
