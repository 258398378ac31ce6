-- The division of each report's agency, and how it is known: by the name, the title, or the site; NULL where several
-- divisions remain.
with

names as (
    select * from {{ ref('int_agency_names') }}
),

told as (
    select * from {{ ref('int_agency_readings') }}
),

sites as (
    select * from {{ ref('int_site_regions') }}
),

levels as (
    select distinct
        region_code,
        level
    from {{ ref('regions') }}
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
