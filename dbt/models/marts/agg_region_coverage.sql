-- Of the agencies that were ever seen in a region, how many have a report of the year, and what was read of it.
with

reports as (
    select * from {{ ref('int_report_agencies') }}
    where agency_id != 'unknown' and region_code is not null and report_year is not null
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
),

placed as (
    select
        ancestors.ancestor_code as region_code,
        reports.* exclude (region_code)
    from reports
    inner join ancestors on reports.region_code = ancestors.region_code
),

seen as (
    select
        region_code,
        count(distinct agency_id) as agencies_seen
    from placed
    group by region_code
),

by_year as (
    select
        region_code,
        report_year,
        count(distinct agency_id) as agencies_reporting,
        count(*) as reports,
        count(*) filter (where tables_read) as reports_read,
        count(*) filter (where reporting_scope is null) as reports_without_scope
    from placed
    group by region_code, report_year
)

select
    by_year.region_code,
    by_year.report_year,
    seen.agencies_seen::integer as agencies_seen,
    by_year.agencies_reporting::integer as agencies_reporting,
    by_year.reports::integer as reports,
    by_year.reports_read::integer as reports_read,
    by_year.reports_without_scope::integer as reports_without_scope,
    (by_year.agencies_reporting / seen.agencies_seen)::double as coverage
from by_year
inner join seen on by_year.region_code = seen.region_code
