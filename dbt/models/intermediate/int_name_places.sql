-- The divisions that a name, or a title, may begin with: all readings that use up most of it, and the rest of the name.
with

readings as (
    select * from {{ ref('int_place_readings') }}
),

zones as (
    select * from {{ ref('zones') }}
),

variants as (
    select * from {{ ref('int_region_variants') }}
),

lineages as (
    select * from {{ ref('int_region_lineages') }}
),

names as (
    select distinct name
    from readings
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
),

found as (
    select * from read_exactly
    union all
    select * from read_with_a_slip
    union all
    select * from read_as_zone
)

select distinct
    found.name,
    found.rest,
    lineages.lineage_code
from found
inner join lineages on found.region_code = lineages.region_code
qualify length(found.rest) = min(length(found.rest)) over (partition by found.name)
