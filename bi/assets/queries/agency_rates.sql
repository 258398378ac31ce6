-- Rates of each agency's current reports, as dbt's metrics define them: a row for each rate that is known.
with

rates as (
    unpivot marts.fct_report_rates
    on columns('_(rate|share)$')
    into name rate value rate_value
)

select
    rates.report_id,
    rates.report_year::varchar as year,
    {agency} as agency,
    agencies.province_name as province,
    {reports_scope} as scope,
    rates.rate,
    metrics.label,
    rates.rate_value
from rates
inner join marts.dim_agency as agencies on rates.agency_id = agencies.agency_id
inner join marts.dim_report as reports on rates.report_id = reports.report_id
inner join (values {rates}) as metrics (rate, label, sort_order) on rates.rate = metrics.rate
