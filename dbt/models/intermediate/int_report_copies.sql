with

reports as (
    select * from {{ ref('stg_reports') }}
),

documents as (
    select * from {{ ref('stg_documents') }}
),

cells_read as (
    select
        report_id,
        count(*) filter (where reading = 'read') as cells_read
    from {{ ref('stg_cells') }}
    group by report_id
),

keyed as (
    select
        reports.*,
        documents.observation_number,
        coalesce(cells_read.cells_read, 0) as cells_read,
        coalesce('agency-' || left(md5(reports.agency_name), 12), 'unknown') as agency_id,
        -- Copies of one report share agency, year and scope. Where these aren't known they share only its bytes,
        -- and so where the name lacks its place: many a county has a 民政局.
        case
            when
                reports.report_year is not null
                and regexp_matches(reports.agency_name, '^[^省市县区州盟旗镇乡街].*?[省市县区州盟旗镇乡街]')
                and not starts_with(reports.agency_name, '城市')
                then concat_ws('|', reports.agency_name, reports.report_year, coalesce(reports.reporting_scope, ''))
            else reports.content_sha256
        end as copy_key
    from reports
    inner join documents on reports.report_id = documents.report_id
    left join cells_read on reports.report_id = cells_read.report_id
),

superseded as (
    select
        *,
        -- what a page said before its content was replaced is an older copy
        row_number() over (
            partition by source_uri, coalesce(agency_name, ''), coalesce(report_year, 0)
            order by observation_number desc, report_id asc
        ) > 1 as is_superseded
    from keyed
),

ranked as (
    select
        *,
        row_number() over (
            partition by copy_key
            order by
                is_superseded asc, published_on desc nulls last, cells_read desc, observation_number desc, report_id asc
        ) as copy_rank
    from superseded
)

select
    * exclude (copy_rank),
    copy_rank = 1 and not is_superseded as is_current
from ranked
