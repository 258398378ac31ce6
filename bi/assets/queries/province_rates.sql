-- Rates of provinces as dbt's metrics define them: shares are of the sums, never sums or means of shares.
select
    rates.report_year::varchar as year,
    regions.province_name as province,
    regions.iso_code,
    {rates_scope} as scope,
    rates.rate,
    metrics.label,
    metrics.sort_order,
    rates.numerator::double as numerator,
    rates.denominator::double as denominator,
    rates.reports_known
from marts.agg_region_year_rates as rates
inner join marts.dim_region as regions on rates.region_code = regions.region_code
inner join (values {rates}) as metrics (rate, label, sort_order) on rates.rate = metrics.rate
where regions.admin_level = 'province'
