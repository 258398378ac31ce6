with

reports as (
    select * from {{ ref('int_report_copies') }}
),

regions as (
    select * from {{ ref('int_report_regions') }}
),

enforced as (
    select
        report_id,
        bool_and(is_consistent) as is_consistent
    from {{ ref('int_section_consistency') }}
    group by report_id
)

select
    reports.report_id,
    reports.agency_id,
    reports.agency_name,
    regions.region_code,
    reports.report_year,
    reports.form,
    reports.reporting_scope,
    reports.title,
    reports.index_number,
    reports.source_uri,
    reports.content_sha256,
    reports.layout,
    reports.script,
    case
        when enforced.is_consistent then 'consistent'
        when not enforced.is_consistent then 'inconsistent'
        else 'not_assessable'
    end as quality_status,
    reports.cells_read,
    reports.published_on,
    reports.signed_on,
    reports.tables_read,
    reports.is_current
from reports
inner join enforced on reports.report_id = enforced.report_id
left join regions on reports.report_id = regions.report_id
