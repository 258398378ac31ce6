-- Rates of each agency's current reports, as dbt's metrics define them.
select
    rates.report_id,
    rates.report_year::varchar as year,
    {agency} as agency,
    agencies.province_name as province,
    {reports_scope} as scope,
    rates.granted_rate,
    rates.partially_granted_rate,
    rates.denied_rate,
    rates.not_held_rate,
    rates.rejected_rate,
    rates.carried_forward_share,
    rates.review_rate,
    rates.litigation_rate
from marts.fct_report_rates as rates
inner join marts.dim_agency as agencies on rates.agency_id = agencies.agency_id
inner join marts.dim_report as reports on rates.report_id = reports.report_id
