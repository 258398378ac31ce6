-- Measures of each agency's current reports: a row for each that is known.
with

counts as (
    unpivot marts.fct_report_rates
    on {measures}
    into name measure value figure
),

figures as (
    select
        report_id,
        agency_id,
        report_year,
        measure,
        figure
    from counts
    union all
    select
        report_id,
        agency_id,
        report_year,
        decision_type || '_decisions' as measure,
        decisions as figure
    from marts.fct_enforcement_decisions
    where decisions is not null
)

select
    figures.report_id,
    figures.report_year::varchar as year,
    {agency} as agency,
    agencies.province_name as province,
    {reports_scope} as scope,
    figures.measure,
    lpad(measures.sort_order::varchar, 2, '0') || ' ' || measures.label_zh || ' ' || measures.label_en as label,
    measures.unit,
    figures.figure::double as figure
from figures
inner join marts.dim_report as reports on figures.report_id = reports.report_id
inner join marts.dim_agency as agencies on figures.agency_id = agencies.agency_id
inner join marts.dim_measure as measures on figures.measure = measures.measure
