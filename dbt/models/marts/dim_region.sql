-- The divisions of GB/T 2260, abolished ones included: each code with its latest name.
with

regions as (
    select * from {{ ref('regions') }}
),

lineages as (
    select * from {{ ref('int_region_lineages') }}
),

iso_codes as (
    select * from {{ ref('region_iso_codes') }}
),

latest as (
    select *
    from regions
    qualify row_number() over (partition by region_code order by coalesce(valid_to, 9999) desc) = 1
)

select
    latest.region_code,
    latest.region_name,
    latest.parent_code,
    latest.province_name,
    latest.level as admin_level,
    latest.valid_from::integer as valid_from,
    latest.valid_to::integer as valid_to,
    lineages.lineage_code as current_region_code,
    iso_codes.iso_code
from latest
inner join lineages on latest.region_code = lineages.region_code
left join iso_codes on latest.region_code = iso_codes.region_code
