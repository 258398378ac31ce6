-- What every fact carries of its report: one row per current report and section with tables.
with

reports as (
    select * from {{ ref('int_report_copies') }}
    where is_current
),

consistency as (
    select * from {{ ref('int_section_consistency') }}
)

select
    reports.report_id,
    consistency.section,
    reports.agency_id,
    reports.report_year,
    reports.reporting_scope,
    consistency.is_consistent
from reports
inner join consistency on reports.report_id = consistency.report_id
