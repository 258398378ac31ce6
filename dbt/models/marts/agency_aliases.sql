-- The names under which each agency was seen, the years, and how its division was known.
with

reports as (
    select * from {{ ref('int_agency_keys') }}
)

select
    agency_id,
    agency_name,
    min(report_year)::integer as first_report_year,
    max(report_year)::integer as last_report_year,
    count(*)::integer as reports,
    string_agg(distinct known_by, ', ' order by known_by) as region_known_by
from reports
group by agency_id, agency_name
