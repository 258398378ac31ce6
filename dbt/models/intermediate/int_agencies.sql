-- One row per agency: its latest name, type and division, from all its reports.
with

reports as (
    select * from {{ ref('int_agency_keys') }}
),

regions as (
    select * from {{ ref('regions') }}
),

latest as (
    select
        agency_id,
        first(agency_name order by coalesce(report_year, 0) desc, agency_name asc) as agency_name,
        any_value(lineage_code) as region_code,
        any_value(township) as township,
        first(zone order by coalesce(report_year, 0) desc, zone asc) filter (where zone is not null) as zone,
        bool_or(key_kind = 'central') as is_central,
        mode(agency_type order by agency_type) as agency_type
    from reports
    group by agency_id
),

named as (
    select
        region_code,
        arg_max(region_name, coalesce(valid_to, 9999)) as region_name,
        arg_max(province_name, coalesce(valid_to, 9999)) as province_name,
        arg_max(level, coalesce(valid_to, 9999)) as level
    from regions
    group by region_code
)

select
    latest.agency_id,
    latest.agency_name,
    latest.agency_type,
    latest.region_code,
    named.region_name,
    named.province_name,
    latest.township,
    latest.zone,
    case
        when latest.is_central then 'central'
        when latest.township is not null or latest.agency_type in ('township', 'subdistrict') then 'township'
        when latest.zone is not null then 'other'
        else named.level
    end as admin_level
from latest
left join named on latest.region_code = named.region_code
