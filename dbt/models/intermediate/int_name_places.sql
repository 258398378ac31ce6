-- The divisions that a name, or a title, may begin with: all readings that use up most of it, and the rest of the name.
with recursive

names as (
    select distinct clean_name as name
    from {{ ref('int_agency_names') }}
    union
    select distinct title as name
    from {{ ref('int_agency_names') }}
),

zones as (
    select * from {{ ref('zones') }}
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
),

lineages as (
    select * from {{ ref('int_region_lineages') }}
),

read_exactly as (
    select
        name,
        rest,
        region_code
    from readings
    where region_code is not null
),

-- one letter of a long name misread: 宽城满族自冶县
read_with_a_slip as (
    select
        names.name,
        substr(names.name, length(variants.variant) + 1) as rest,
        variants.region_code
    from names
    anti join read_exactly on names.name = read_exactly.name
    inner join variants on left(names.name, 2) = variants.first_letters
    where
        variants.is_full
        and length(variants.variant) >= 5
        and {{ letters_that_differ('variants.variant', 'left(names.name, length(variants.variant))') }} = 1
),

-- a zone that is known by its name alone
read_as_zone as (
    select
        names.name,
        names.name as rest,
        zones.region_code
    from names
    anti join read_exactly on names.name = read_exactly.name
    inner join zones on starts_with(names.name, zones.zone_name)
)

select distinct
    readings.name,
    readings.rest,
    lineages.lineage_code
from (
    select * from read_exactly
    union all
    select * from read_with_a_slip
    union all
    select * from read_as_zone
) as readings
inner join lineages on readings.region_code = lineages.region_code
qualify length(readings.rest) = min(length(readings.rest)) over (partition by readings.name)
