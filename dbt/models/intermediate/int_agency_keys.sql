-- Which agency each report is of. Two names are one agency where division and organ are the same; a name whose division
-- isn't known joins what is named the same on the same site, or tells a place of its own.
with

names as (
    select * from {{ ref('int_agency_regions') }}
),

organs as (
    select * from {{ ref('int_agency_organs') }}
),

central_organs as (
    select string_agg(pattern, '|' order by pattern) as pattern
    from {{ ref('central_organs') }}
),

kinds as (
    select
        names.*,
        organs.* exclude (report_id),
        case
            when names.lineage_code is not null then 'region'
            when names.known_by = 'none' and regexp_matches(organs.organ_key, central_organs.pattern) then 'central'
            when names.known_by = 'none' and names.is_on_web then 'site'
            when
                names.known_by = 'none'
                -- a place that no list has: 青石县水务局; but not 住房和城乡建设局, nor a township, whose name many have
                and regexp_matches(
                    regexp_replace(
                        names.clean_name, '城乡|城市|乡村|市场|社区|园区|开发区|新区|地区|市政|区域', '', 'g'
                    ),
                    '^[^省市县区州盟旗].*[省市县区州盟旗](.{2,})?$'
                ) then 'name'
            -- one of several divisions, or of a division that nothing tells: the page alone
            else 'page'
        end as key_kind
    from names
    inner join organs on names.report_id = organs.report_id
    cross join central_organs
),

keyed as (
    select
        *,
        concat_ws(
            '|',
            key_kind,
            case key_kind when 'region' then lineage_code when 'site' then site when 'page' then source_uri end,
            township,
            zone_key,
            organ_key
        ) as agency_key
    from kinds
)

select
    report_id,
    report_year,
    agency_name,
    clean_name,
    site,
    known_by,
    lineage_code,
    township,
    zone,
    zone_key,
    organ_key,
    is_corrected,
    agency_type,
    key_kind,
    'agency-' || left(md5(agency_key), 12) as agency_id
from keyed
