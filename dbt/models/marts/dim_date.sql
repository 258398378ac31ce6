-- The days that reports may be published on, and the years that they may be of: the time spine of the metrics.
with

days as (
    select unnest(generate_series(date '2008-01-01', date '2040-12-31', interval 1 day))::date as date_day
),

forms as (
    select * from {{ ref('catalogue_forms') }}
)

select
    days.date_day,
    year(days.date_day)::integer as year_number,
    month(days.date_day)::integer as month_number,
    forms.form
from days
left join forms
    on year(days.date_day) between forms.first_report_year and coalesce(forms.last_report_year, 9999)
