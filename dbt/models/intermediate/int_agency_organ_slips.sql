-- Organs with one letter misread: the one organ of the same division that it is a letter away from, which is known
-- elsewhere. 财攻局 is 财政局; 水税局 may be 水务局 or 税务局, and stays.
with

organs as (
    select distinct
        place,
        township,
        zone,
        organ
    from {{ ref('int_agency_parts') }}
    where length(organ) >= 3
),

types as (
    select * from {{ ref('int_agency_organ_types') }}
    where agency_type not in ('township', 'development_zone')
),

slips as (
    select
        read_so.place,
        read_so.township,
        read_so.zone,
        read_so.organ,
        others.organ as intended
    from organs as read_so
    inner join organs as others
        on
            read_so.place = others.place
            and read_so.township is not distinct from others.township
            and read_so.zone is not distinct from others.zone
            and length(read_so.organ) = length(others.organ)
            and (left(read_so.organ, 1) = left(others.organ, 1) or right(read_so.organ, 2) = right(others.organ, 2))
    inner join types as own on read_so.organ = own.organ_text
    inner join types as meant on others.organ = meant.organ_text
    where
        {{ letters_that_differ('read_so.organ', 'others.organ') }} = 1
        and meant.agency_type != 'other'
        and (
            own.agency_type = 'other'
            or (length(read_so.organ) >= 6 and own.places = 1 and meant.places > 1)
        )
        and not regexp_matches(read_so.organ, '[0-9一二三四五六七八九十东西南北]')
)

select
    place,
    township,
    zone,
    organ,
    any_value(intended) as intended
from slips
group by place, township, zone, organ
having count(*) = 1
