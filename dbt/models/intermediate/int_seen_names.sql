-- The names under which each agency was seen, with its place and the years in which it published.
with

reports as (
    select * from {{ ref('int_agency_keys') }}
),

years as (
    select
        agency_id,
        min(report_year) as first_year,
        max(report_year) as last_year
    from reports
    group by agency_id
)

select distinct
    reports.agency_id,
    reports.clean_name,
    reports.organ_key,
    reports.key_kind,
    reports.agency_type,
    reports.site,
    coalesce(reports.lineage_code, reports.site) as place,
    coalesce(reports.township, '') || coalesce(reports.zone_key, '') as part,
    years.first_year,
    years.last_year
from reports
inner join years on reports.agency_id = years.agency_id
