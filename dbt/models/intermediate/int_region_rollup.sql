-- Which reports add up to a region's figures: own-organ reports for all divisions above, a jurisdiction's for itself.
with

reports as (
    select * from {{ ref('int_rollup_reports') }}
    where region_code is not null
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
)

select
    ancestors.ancestor_code as region_code,
    reports.report_year,
    reports.reporting_scope,
    reports.report_id,
    reports.agency_id,
    reports.is_scope_assumed
from reports
inner join ancestors on reports.region_code = ancestors.region_code
where
    reports.reporting_scope = 'own_organ'
    or (ancestors.region_code = ancestors.ancestor_code and reports.admin_level != 'township')
