-- Measures of provinces: each row holds the divisions below it, and no two rows of a scope overlap.
select
    figures.report_year::varchar as year,
    regions.province_name as province,
    regions.iso_code,
    {figures_scope} as scope,
    figures.measure,
    measures.label_zh || ' ' || measures.label_en as label,
    measures.unit,
    measures.is_additive_over_years,
    measures.sort_order,
    figures.figure::double as figure,
    figures.reports,
    figures.reports_known
from marts.agg_region_years as figures
inner join marts.dim_region as regions on figures.region_code = regions.region_code
inner join marts.dim_measure as measures on figures.measure = measures.measure
where regions.admin_level = 'province'
