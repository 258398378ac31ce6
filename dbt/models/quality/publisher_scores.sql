-- How well the figures of each agency's reports of a year stand up, so that publishers can be ranked.
with

reports as (
    select * from {{ ref('int_report_agencies') }}
    where report_year is not null
),

results as (
    select * from {{ ref('identity_results') }}
    where is_enforced and status != 'not_assessable'
),

located as (
    select * from {{ ref('int_located_failures') }}
),

identities as (
    select
        results.report_id,
        count(*) as assessed,
        count(*) filter (where results.status = 'pass') as passed,
        count(*) filter (where results.status = 'fail') as failed,
        count(*) filter (where results.origin = 'printed') as failed_as_printed,
        count(*) filter (where results.origin = 'reading') as failed_by_reading,
        count(*) filter (where results.status = 'fail' and located.report_id is not null) as located
    from results
    left join located
        on
            results.report_id = located.report_id
            and results.identity = located.identity
            and results.scope = located.scope
    group by results.report_id
),

cells as (
    select * from {{ ref('int_missing_cells') }}
)

select
    reports.agency_id,
    reports.report_year,
    count(*)::integer as reports,
    coalesce(sum(identities.assessed), 0)::integer as identities_assessed,
    coalesce(sum(identities.passed), 0)::integer as identities_passed,
    coalesce(sum(identities.failed), 0)::integer as identities_failed,
    coalesce(sum(identities.failed_as_printed), 0)::integer as failed_as_printed,
    coalesce(sum(identities.failed_by_reading), 0)::integer as failed_by_reading,
    coalesce(sum(identities.located), 0)::integer as failures_located,
    sum(cells.form_cells)::integer as form_cells,
    sum(cells.missing_cells)::integer as missing_cells,
    (sum(identities.passed) / nullif(sum(identities.assessed), 0))::double as pass_share,
    (sum(cells.missing_cells) / nullif(sum(cells.form_cells), 0))::double as missing_share
from reports
left join identities on reports.report_id = identities.report_id
left join cells on reports.report_id = cells.report_id
group by reports.agency_id, reports.report_year
