-- The parts of a measure together, within each enforced identity that they are terms of: two blanks under one total
-- share what it leaves. What the print gives for certain, no identity moves.
with

parts as (
    select distinct
        measure,
        line,
        "column"
    from {{ ref('int_measure_parts') }}
),

cells as (
    select * from {{ ref('int_cell_bounds') }}
),

{{ identity_sides('cells') }},

in_scopes as (
    select
        terms.report_id,
        parts.measure,
        terms.identity,
        terms.scope,
        terms.side,
        terms.tolerance,
        count(*) as parts,
        count(*) - count(terms.most) as unbounded,
        sum(terms.least) as least,
        sum(terms.most) as known_most
    from terms
    inner join parts on terms.line = parts.line and terms."column" = parts."column"
    where not terms.is_unexplained
    group by all
),

narrowed as (
    select
        in_scopes.*,
        {{ least_by_identity('in_scopes.known_most', 'in_scopes.unbounded', 'in_scopes.tolerance') }}
            as least_by_identity,
        {{ most_by_identity('in_scopes.least', 'in_scopes.tolerance') }} as most_by_identity,
        in_scopes.unbounded = 0 and in_scopes.least = in_scopes.known_most as is_certain
    from in_scopes
    inner join sides
        on
            in_scopes.report_id = sides.report_id
            and in_scopes.identity = sides.identity
            and in_scopes.scope = sides.scope
            and in_scopes.side = sides.side
),

by_scope as (
    select
        report_id,
        measure,
        identity,
        parts,
        if(is_certain, least, greatest(least, least_by_identity)) as least,
        case
            when is_certain then known_most
            else least(case when unbounded = 0 then known_most end, most_by_identity)
        end as most
    from narrowed
)

select
    report_id,
    measure,
    identity,
    sum(parts) as parts,
    sum(least) as least,
    case when count(*) = count(most) then sum(most) end as most
from by_scope
group by report_id, measure, identity
