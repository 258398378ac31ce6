-- An agency is its printed name so far; reports that don't name theirs belong to the member `unknown`.
with

reports as (
    select * from {{ ref('int_report_copies') }}
),

agencies as (
    select
        agency_id,
        any_value(agency_name) as agency_name
    from reports
    where agency_name is not null
    group by agency_id
    union all
    select
        'unknown' as agency_id,
        null as agency_name
)

select
    agency_id,
    agency_name,
    null::varchar as agency_type,
    null::varchar as region_code,
    null::varchar as region_name,
    null::varchar as province_name,
    null::varchar as admin_level
from agencies
