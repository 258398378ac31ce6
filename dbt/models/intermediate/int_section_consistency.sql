-- TRUE: an enforced identity of the section could be assessed and none fails. FALSE: one fails. NULL: none could be.
with

reports as (
    select * from {{ ref('stg_reports') }}
),

sections as (
    select * from {{ ref('catalogue_sections') }}
    where kind = 'table'
),

results as (
    select * from {{ ref('identity_results') }}
    where is_enforced and status != 'not_assessable'
)

select
    reports.report_id,
    sections.section,
    bool_and(results.status = 'pass') as is_consistent
from reports
cross join sections
left join results on reports.report_id = results.report_id and sections.section = results.section
group by reports.report_id, sections.section
