-- The counts that rates are made of, and the rates as the metrics define them: NULL where a part is unknown or the
-- denominator is 0.
with

reports as (
    select * from {{ ref('int_report_agencies') }}
),

consistency as (
    select
        report_id,
        bool_and(is_consistent) as is_consistent
    from {{ ref('int_section_consistency') }}
    group by report_id
),

measures as (
    select * from {{ ref('int_report_measures') }}
),

by_report as (
    {{ measures_by_report('measures') }}
)

select
    reports.report_id,
    reports.agency_id,
    reports.region_code_of_year as region_code,
    reports.report_year,
    make_date(reports.report_year, 12, 31) as report_period,
    reports.reporting_scope,
    by_report.* exclude (report_id),
    consistency.is_consistent
from reports
inner join consistency on reports.report_id = consistency.report_id
left join by_report on reports.report_id = by_report.report_id
