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

years as (
    select unnest(generate_series(min(report_year), max(report_year)))::integer as report_year
    from reports
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
    seen.region_code,
    years.report_year,
    seen.agencies_seen::integer as agencies_seen,
    coalesce(by_year.agencies_reporting, 0)::integer as agencies_reporting,
    coalesce(by_year.reports, 0)::integer as reports,
    coalesce(by_year.reports_read, 0)::integer as reports_read,
    coalesce(by_year.reports_without_scope, 0)::integer as reports_without_scope,
    (coalesce(by_year.agencies_reporting, 0) / seen.agencies_seen)::double as coverage
from seen
cross join years
left join by_year
    on seen.region_code = by_year.region_code and years.report_year = by_year.report_year
