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
),

-- patterns cost the same for each name: once for all reports that have it
names as (
    select distinct bare_name from written
),

cleaned as (
    select
        names.bare_name,
        {{ reworded('names.bare_name', 'wordings.replacements') }} as clean_name
    from names
    cross join wordings
)

select
    written.* exclude (bare_name),
    written.source_uri like 'http%' as is_on_web,
    cleaned.clean_name
from written
inner join cleaned on written.bare_name = cleaned.bare_name
