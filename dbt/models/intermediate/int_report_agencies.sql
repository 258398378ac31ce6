-- Each current report with its agency's type and place, and its division as it was called in the report's year.
with

reports as (
    select * from {{ ref('int_report_copies') }}
    where is_current
),

agencies as (
    select * from {{ ref('int_agencies') }}
),

regions as (
    select * from {{ ref('int_report_regions') }}
)

select
    reports.report_id,
    reports.agency_id,
    agencies.agency_type,
    agencies.admin_level,
    agencies.township,
    agencies.region_code,
    regions.region_code as region_code_of_year,
    reports.report_year,
    reports.reporting_scope,
    reports.first_published_on,
    reports.tables_read,
    reports.cells_read
from reports
left join agencies on reports.agency_id = agencies.agency_id
left join regions on reports.report_id = regions.report_id
