-- The type of each organ that is printed, by the first rule that it fits, and in how many places it was seen.
with

organs as (
    select
        organ_text,
        count(distinct place) as places
    from (
        select
            place,
            coalesce(township, '') || coalesce(zone, '') || organ as organ_text
        from {{ ref('int_agency_parts') }}
    )
    group by organ_text
),

rules as (
    select * from {{ ref('agency_type_rules') }}
)

select
    organs.organ_text,
    any_value(organs.places) as places,
    coalesce(arg_min(rules.agency_type, rules.sort_order), 'other') as agency_type
from organs
left join rules on regexp_matches(organs.organ_text, rules.pattern)
group by organs.organ_text
