{#- CTEs that hold figures within the enforced identities: `terms` are the cells of a relation with `report_id`, `line`,
    `"column"`, `least` and `most` (NULL: no upper bound) in each identity that they are a term of; `sides` are the left
    (sign above 0) and the right of each identity, each beside what stands across. Weights are 1 in all enforced
    identities; a test holds them to it. -#}
{% macro identity_sides(cells) -%}
terms as (
    select
        cells.*,
        scopes.identity,
        scopes.scope,
        scopes.tolerance,
        sign(scopes.sign) as side
    from {{ cells }} as cells
    inner join {{ ref('int_identity_scopes') }} as scopes
        on cells.line = scopes.line and cells."column" = scopes."column"
    where scopes.is_enforced and not scopes.is_across_years
),

sums as (
    select
        report_id,
        identity,
        scope,
        side,
        sum(least) as least,
        sum(most) as known_most,
        count(*) - count(most) as unbounded
    from terms
    group by report_id, identity, scope, side
),

sides as (
    select
        own.*,
        across.least as least_across,
        across.known_most as known_most_across,
        across.unbounded as unbounded_across
    from sums as own
    inner join sums as across
        on
            own.report_id = across.report_id
            and own.identity = across.identity
            and own.scope = across.scope
            and own.side = -across.side
)
{%- endmacro %}

{#- The most that some terms of a side can be, whose least sum is `least`: what stands across less the rest of the side.
    NULL where a term across has no upper bound. -#}
{% macro most_by_identity(least, tolerance) -%}
    case
        when sides.unbounded_across = 0
            then sides.known_most_across + {{ tolerance }} - (sides.least - {{ least }})
    end
{%- endmacro %}

{#- The least that some terms of a side can be, of which `unbounded` have no upper bound and the others add up to `most`. -#}
{% macro least_by_identity(most, unbounded, tolerance) -%}
    case
        when sides.unbounded = {{ unbounded }}
            then sides.least_across - {{ tolerance }} - (coalesce(sides.known_most, 0) - coalesce({{ most }}, 0))
    end
{%- endmacro %}
