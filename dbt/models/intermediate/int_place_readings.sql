-- Names and titles read from the left: each division that they may begin with, and below it the next; at first none.
with recursive

names as (
    select distinct clean_name as name
    from {{ ref('int_agency_names') }}
    union
    select distinct title as name
    from {{ ref('int_agency_names') }}
),

variants as (
    select * from {{ ref('int_region_variants') }}
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
),

readings as (
    select
        name,
        name as rest,
        null::varchar as region_code,
        0 as steps
    from names
    union all
    select
        readings.name,
        substr(readings.rest, length(variants.variant) + 1) as rest,
        variants.region_code,
        readings.steps + 1 as steps
    from readings
    inner join variants
        on
            left(readings.rest, 2) = variants.first_letters
            and starts_with(readings.rest, variants.variant)
    left join ancestors
        on variants.region_code = ancestors.region_code and readings.region_code = ancestors.ancestor_code
    where
        readings.steps < 4
        and (readings.region_code is null or ancestors.region_code != ancestors.ancestor_code)
        and (variants.stands_alone or readings.steps > 0)
        -- 城关 in 城关镇 is no 城关区, 西湖 in 西湖街道 no 西湖区
        and (
            variants.is_full
            or not regexp_matches(substr(readings.rest, length(variants.variant) + 1), '^(?:[省市县区州盟旗镇乡村]|街道|新区|开发区)')
        )
)

select
    name,
    rest,
    region_code
from readings
