-- How divisions are written in names: in full, by their aliases, or without the last word of the name.
with

regions as (
    select * from {{ ref('regions') }}
),

aliases as (
    select * from {{ ref('region_aliases') }}
),

shortened as (
    select
        region_name as name,
        region_code,
        level
    from regions
    union
    select
        aliases.alias as name,
        aliases.region_code,
        regions.level
    from aliases
    inner join regions on aliases.region_code = regions.region_code
    where aliases.kind = 'ethnic_name_left_out'
),

written as (
    select
        region_name as variant,
        region_code,
        level,
        true as is_full
    from regions
    union all
    select
        aliases.alias as variant,
        aliases.region_code,
        any_value(regions.level) as level,
        true as is_full
    from aliases
    inner join regions on aliases.region_code = regions.region_code
    group by aliases.alias, aliases.region_code
    union all
    select
        regexp_replace(shortened.name, '(?:省|市|县|旗|地区|区|盟|自治州|州)$', '') as variant,
        shortened.region_code,
        shortened.level,
        false as is_full
    from shortened
    where length(regexp_replace(shortened.name, '(?:省|市|县|旗|地区|区|盟|自治州|州)$', '')) >= 2
),

counted as (
    select
        *,
        count(distinct region_code) over (partition by variant) as namesakes,
        count(distinct region_code) filter (where level != 'county') over (partition by variant) as large_namesakes
    from written
)

select
    variant,
    region_code,
    bool_or(is_full) as is_full,
    left(variant, 2) as first_letters,
    -- a bare name says which division only below another one, or where no other is called so: 承德 is a city and a county
    bool_or(
        is_full
        or (level = 'province' and large_namesakes = 1)
        or (level = 'prefecture' and namesakes = 1)
    ) as stands_alone
from counted
group by variant, region_code
