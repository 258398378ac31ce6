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

keys as (
    select * from {{ ref('int_agency_keys') }}
),

placed as (
    select
        reports.*,
        coalesce(keys.agency_id, 'unknown') as agency_id,
        coalesce(keys.key_kind != 'page', false) as has_place
    from reports
    left join keys on reports.report_id = keys.report_id
),

scoped as (
    select
        *,
        -- a copy that doesn't state its scope has the only one that the others state
        case
            when min(reporting_scope) over same_year = max(reporting_scope) over same_year
                then min(reporting_scope) over same_year
            else reporting_scope
        end as likely_scope
    from placed
    window same_year as (partition by agency_id, report_year)
),

keyed as (
    select
        scoped.* exclude (has_place, likely_scope),
        documents.observation_number,
        coalesce(cells_read.cells_read, 0) as cells_read,
        -- copies of one report share agency, year and scope; where these aren't known, only its bytes
        case
            when scoped.has_place and scoped.report_year is not null
                then concat_ws('|', scoped.agency_id, scoped.report_year, coalesce(scoped.likely_scope, ''))
            else scoped.content_sha256
        end as copy_key
    from scoped
    inner join documents on scoped.report_id = documents.report_id
    left join cells_read on scoped.report_id = cells_read.report_id
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
        -- a corrected copy is published later, the report is not
        min(published_on) over (partition by copy_key) as first_published_on,
        row_number() over (
            partition by copy_key
            order by
                is_superseded asc,
                tables_read desc,
                published_on desc nulls last,
                cells_read desc,
                observation_number desc,
                report_id asc
        ) as copy_rank
    from superseded
)

select
    * exclude (copy_rank),
    copy_rank = 1 and not is_superseded as is_current
from ranked
