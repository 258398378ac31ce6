-- Which divisions the name of each report's agency may begin with, and what the title and the site say to that.
with

names as (
    select * from {{ ref('int_agency_names') }}
),

places as (
    select * from {{ ref('int_name_places') }}
),

sites as (
    select * from {{ ref('int_site_regions') }}
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
),

candidates as (
    select
        names.*,
        places.rest,
        places.lineage_code,
        count(places.lineage_code) over (partition by names.report_id) as readings,
        of_title.lineage_code is not null as is_in_title,
        above.ancestor_code is not null as is_on_site
    from names
    left join places on names.clean_name = places.name
    left join places as of_title
        on names.title = of_title.name and places.lineage_code = of_title.lineage_code
    left join sites on names.site = sites.site
    left join ancestors as above
        on places.lineage_code = above.region_code and sites.lineage_code = above.ancestor_code
)

select
    report_id,
    any_value(coalesce(rest, clean_name)) as rest,
    max(readings) as readings,
    any_value(lineage_code) filter (where readings = 1) as by_name,
    any_value(lineage_code) filter (where is_in_title) as by_title,
    count(*) filter (where is_in_title) as in_title,
    any_value(lineage_code) filter (where is_on_site) as by_site,
    count(*) filter (where is_on_site) as on_site
from candidates
group by report_id
