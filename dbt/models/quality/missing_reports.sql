-- Years without a report of an agency that had published one of the year before.
with

reports as (
    select * from {{ ref('int_report_agencies') }}
    where agency_id != 'unknown' and report_year is not null
),

published as (
    select
        agency_id,
        report_year,
        max(report_id) as report_id,
        -- the next year that the agency published for, and the last year that any agency did
        lead(report_year) over (partition by agency_id order by report_year) as next_year,
        max(report_year) over () as last_year
    from reports
    group by agency_id, report_year
)

select
    agency_id,
    report_year + 1 as report_year,
    report_id as last_report_id,
    next_year as published_again_in,
    coalesce(next_year, last_year + 1) - report_year - 1 as years_missing
from published
where coalesce(next_year, last_year + 1) > report_year + 1
