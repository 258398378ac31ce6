-- The division of each report's agency by the code that was in force in the report's year.
with

reports as (
    select * from {{ ref('int_agency_keys') }}
    where lineage_code is not null
),

lineages as (
    select * from {{ ref('int_region_lineages') }}
),

regions as (
    select * from {{ ref('regions') }}
)

select
    reports.report_id,
    coalesce(max(regions.region_code), any_value(reports.lineage_code)) as region_code
from reports
inner join lineages on reports.lineage_code = lineages.lineage_code
left join regions
    on
        lineages.region_code = regions.region_code
        and reports.report_year between coalesce(regions.valid_from, 0) and coalesce(regions.valid_to, 9999)
group by reports.report_id
