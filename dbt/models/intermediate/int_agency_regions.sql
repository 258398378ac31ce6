-- The division of each report's agency, and how it is known: by the name, the title, or the site; NULL where several
-- divisions remain.
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

levels as (
    select distinct
        region_code,
        level
    from {{ ref('regions') }}
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
),

told as (
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
),

-- a name without a place is the site's where the site is one division's, or where the name says of which level
of_sites as (
    select
        names.report_id,
        case
            when
                regexp_matches(
                    told.rest, '^[本我]?(?:[省市县区州盟旗]?(?:人民)?(?:政府|局|委|办))|'
                    || '^.{1,14}(?:局|厅|委|委员会|办公室|中心|办|院|站|所|馆|社|公司|大队)$|^.{1,6}(?:镇|乡|街道|苏木)'
                )
                and (
                    sites.is_only_division
                    or (levels.level = 'province' and told.rest like '省%')
                    or (levels.level = 'prefecture' and regexp_matches(told.rest, '^[市州盟]'))
                )
                -- 县民政局 on a city's site is some county's
                and not (levels.level != 'county' and regexp_matches(told.rest, '^[本我]?[县旗]'))
                and not regexp_matches(told.rest, '^.{2,8}[省市县区州盟旗](?:人民政府|.{2,14}(?:局|委|办|中心))')
                then sites.lineage_code
        end as lineage_code
    from names
    inner join told on names.report_id = told.report_id
    inner join sites on names.site = sites.site
    left join levels on sites.lineage_code = levels.region_code
)

select
    names.*,
    told.rest,
    told.readings,
    coalesce(
        told.by_name,
        case when told.in_title = 1 then told.by_title end,
        case when told.on_site = 1 then told.by_site end,
        case when told.readings = 0 then of_sites.lineage_code end
    ) as lineage_code,
    case
        when told.by_name is not null then 'name'
        when told.in_title = 1 then 'title'
        when told.on_site = 1 or (told.readings = 0 and of_sites.lineage_code is not null) then 'site'
        when told.readings > 1 then 'several'
        else 'none'
    end as known_by
from names
inner join told on names.report_id = told.report_id
left join of_sites on names.report_id = of_sites.report_id
