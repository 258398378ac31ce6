-- Current reports: where each was found, when it was published, whether it balances.
select
    reports.report_id,
    reports.report_year::varchar as year,
    {agency} as agency,
    agencies.province_name as province,
    {reports_scope} as scope,
    reports.title,
    reports.source_uri,
    reports.form,
    reports.published_on::varchar as published_on,
    {quality} as quality,
    reports.tables_read,
    {timeliness} as timeliness,
    timeliness.days_late
from marts.dim_report as reports
inner join marts.dim_agency as agencies on reports.agency_id = agencies.agency_id
left join marts.fct_publication_timeliness as timeliness on reports.report_id = timeliness.report_id
where reports.is_current
