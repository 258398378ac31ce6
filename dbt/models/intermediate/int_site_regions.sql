-- Whose site it is: the division of most names on it that tell theirs, or a division above all of them.
with

names as (
    select distinct
        site,
        clean_name
    from {{ ref('int_agency_names') }}
),

places as (
    select
        name,
        any_value(lineage_code) as lineage_code
    from {{ ref('int_name_places') }}
    group by name
    having count(*) = 1
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
),

named as (
    select
        names.site,
        places.lineage_code,
        count(*) as names,
        sum(count(*)) over (partition by names.site) as names_of_site
    from names
    inner join places on names.clean_name = places.name
    group by names.site, places.lineage_code
),

above as (
    select
        tops.site,
        tops.lineage_code,
        any_value(tops.names) as names,
        any_value(tops.names_of_site) as names_of_site,
        sum(others.names) as names_below
    from named as tops
    inner join named as others on tops.site = others.site
    inner join ancestors
        on others.lineage_code = ancestors.region_code and tops.lineage_code = ancestors.ancestor_code
    group by tops.site, tops.lineage_code
)

select
    site,
    lineage_code,
    -- one name among many may be misread, or another agency's
    names >= 0.8 * names_of_site as is_only_division
from above
where names_below >= 0.8 * names_of_site
qualify
    row_number() over (
        partition by site order by names >= 0.8 * names_of_site desc, names_below desc, lineage_code asc
    ) = 1
