-- Identities of current reports, each with the figures on both sides.
select
    results.report_id,
    reports.report_year::varchar as year,
    {agency} as agency,
    agencies.province_name as province,
    {reports_scope} as scope,
    results.identity,
    identities.label_zh || ' ' || identities.label_en as label,
    identities.formula_zh,
    case when identities.enforced then '强制 enforced' else '提示 reported' end as effect,
    identities.sort_order,
    coalesce(lines.label_zh, columns.label_zh, results.scope) as place,
    results.status,
    results.left_value::double as left_value,
    results.right_value::double as right_value,
    results.difference::double as difference,
    results.source_lines,
    reports.source_uri
from quality.identity_results as results
inner join marts.dim_identity as identities on results.identity = identities.identity
inner join marts.dim_report as reports on results.report_id = reports.report_id
inner join marts.dim_agency as agencies on reports.agency_id = agencies.agency_id
left join catalogue.catalogue_lines as lines on results.scope = lines.line
left join (select distinct on ("column") * from catalogue.catalogue_columns) as columns on results.scope = columns."column"
where reports.is_current
