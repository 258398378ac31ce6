-- The name that each report prints, in the form in which names are matched, with the site that it stands on.
with

reports as (
    select * from {{ ref('stg_reports') }}
    where agency_name is not null
),

wordings as (
    select list(pattern || chr(31) || coalesce(replacement, '') order by wording_order) as replacements
    from {{ ref('name_wordings') }}
),

written as (
    select
        report_id,
        report_year,
        agency_name,
        source_uri,
        {{ without_spaces('agency_name') }} as bare_name,
        {{ without_spaces("coalesce(title, '')") }} as title,
        -- a site of the web, or the folder that files lie in
        coalesce(
            nullif(regexp_extract(lower(source_uri), '^https?://(?:www\.)?([^/:]+)', 1), ''),
            regexp_extract(source_uri, '^(.*)/[^/]*$', 1)
        ) as site
    from reports
)

select
    written.* exclude (bare_name),
    written.source_uri like 'http%' as is_on_web,
    {{ reworded('written.bare_name', 'wordings.replacements') }} as clean_name
from written
cross join wordings
