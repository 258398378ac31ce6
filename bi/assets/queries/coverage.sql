-- Of the agencies that were ever seen in a province, how many have a report of the year.
select
    coverage.report_year::varchar as year,
    regions.province_name as province,
    regions.iso_code,
    coverage.agencies_seen,
    coverage.agencies_reporting,
    coverage.reports,
    coverage.reports_read,
    coverage.reports_without_scope
from marts.agg_region_coverage as coverage
inner join marts.dim_region as regions on coverage.region_code = regions.region_code
where regions.admin_level = 'province'
