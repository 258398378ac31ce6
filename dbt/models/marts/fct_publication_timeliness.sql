-- When each current report was first published, beside the day on which the Regulations want it.
with

reports as (
    select * from {{ ref('int_report_agencies') }}
    where report_year is not null
),

types as (
    select * from {{ ref('agency_types') }}
),

dated as (
    select
        reports.*,
        -- Article 31 of the Regulations of 2008 until the report of 2018, Article 49 of those of 2019 since then
        case
            when reports.report_year < 2019 then make_date(reports.report_year + 1, 3, 31)
            when types.deadline = '01-31' then make_date(reports.report_year + 1, 1, 31)
            when types.deadline = '03-31' then make_date(reports.report_year + 1, 3, 31)
        end as deadline
    from reports
    left join types on reports.agency_type = types.agency_type
)

select
    report_id,
    agency_id,
    report_year,
    reporting_scope,
    first_published_on,
    deadline,
    (first_published_on - deadline)::integer as days_late,
    case
        when first_published_on is null or deadline is null then 'unknown'
        when first_published_on <= deadline then 'on_time'
        else 'late'
    end as timeliness
from dated
