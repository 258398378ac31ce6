-- Cells whose change would make all enforced identities of a table hold, with what speaks for each.
select
    suspects.report_id,
    reports.report_year::varchar as year,
    {agency} as agency,
    agencies.province_name as province,
    {reports_scope} as scope,
    suspects.explanation_no,
    lines.label_zh || ' ' || lines.label_en as line_label,
    columns.label_zh || ' ' || columns.label_en as column_label,
    suspects.raw_text,
    suspects.printed::double as printed,
    suspects.proposed::double as proposed,
    suspects.source_line,
    suspects.evidence,
    case when suspects.is_tie then '多种可能 tie' else '唯一 single' end as certainty,
    reports.source_uri
from quality.suspect_cells as suspects
inner join marts.dim_report as reports on suspects.report_id = reports.report_id
inner join marts.dim_agency as agencies on reports.agency_id = agencies.agency_id
left join catalogue.catalogue_lines as lines on suspects.line = lines.line
left join (select distinct on ("column") * from catalogue.catalogue_columns) as columns
    on suspects."column" = columns."column"
where reports.is_current
