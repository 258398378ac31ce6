-- Each current report of an agency that had published before, beside the report of the year before: NULL is a gap.
with

reports as (
    select
        *,
        -- a report that doesn't state its scope has the only one that the agency's others state
        coalesce(
            reporting_scope,
            case
                when min(reporting_scope) over agency = max(reporting_scope) over agency
                    then min(reporting_scope) over agency
            end, ''
        ) as likely_scope
    from {{ ref('int_report_copies') }}
    where is_current and agency_id != 'unknown' and report_year is not null
    window agency as (partition by agency_id)
),

one_a_year as (
    select *
    from reports
    qualify count(*) over (partition by agency_id, likely_scope, report_year) = 1
),

first_years as (
    select
        agency_id,
        likely_scope,
        min(report_year) as first_year
    from reports
    group by agency_id, likely_scope
)

select
    reports.report_id,
    reports.agency_id,
    reports.report_year,
    reports.form,
    previous.report_id as previous_report_id,
    previous.form as previous_form
from one_a_year as reports
inner join first_years
    on reports.agency_id = first_years.agency_id and reports.likely_scope = first_years.likely_scope
left join one_a_year as previous
    on
        reports.agency_id = previous.agency_id
        and reports.likely_scope = previous.likely_scope
        and reports.report_year - 1 = previous.report_year
where reports.report_year > first_years.first_year
