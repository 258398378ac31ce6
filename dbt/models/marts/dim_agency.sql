-- Reports that don't name their agency belong to the member `unknown`, so that joins lose nothing.
with

agencies as (
    select * from {{ ref('int_agencies') }}
)

select
    agency_id,
    agency_name,
    agency_type,
    region_code,
    region_name,
    province_name,
    township,
    zone,
    admin_level
from agencies
union all
select
    'unknown' as agency_id,
    null as agency_name,
    null as agency_type,
    null as region_code,
    null as region_name,
    null as province_name,
    null as township,
    null as zone,
    null as admin_level
