-- Measures of each agency's current reports, with what they were in the year before.
select
    changes.report_id,
    changes.report_year::varchar as year,
    {agency} as agency,
    agencies.province_name as province,
    {reports_scope} as scope,
    lpad(measures.sort_order::varchar, 2, '0') || ' ' || measures.label_zh || ' ' || measures.label_en as label,
    measures.unit,
    changes.measure,
    changes.figure::double as figure,
    changes.previous_figure::double as previous_figure,
    changes.change::double as change
from marts.agg_year_changes as changes
inner join marts.dim_report as reports on changes.report_id = reports.report_id
inner join marts.dim_agency as agencies on changes.agency_id = agencies.agency_id
inner join marts.dim_measure as measures on changes.measure = measures.measure
