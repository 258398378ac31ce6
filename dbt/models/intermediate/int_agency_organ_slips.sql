-- Organs with one letter misread: the one organ of the same division that is that letter away, where the letter
-- stands in no organ's name. 财攻局 is 财政局; 水税局 may be 水务局 or 税务局, and stays as it is.
with

organs as (
    select distinct
        place,
        coalesce(township, '') as township,
        coalesce(zone, '') as zone,
        organ
    from {{ ref('int_agency_parts') }}
    where length(organ) >= 3
),

types as (
    select * from {{ ref('int_agency_organ_types') }}
),

words as (
    select pattern as word from {{ ref('agency_type_rules') }}
    union all
    select pattern || coalesce(replacement, '') as word from {{ ref('organ_wordings') }}
    union all
    select label_zh as word from {{ ref('agency_types') }}
),

letters as (
    select distinct unnest(string_split(word, '')) as letter
    from words
),

pairs as (
    select
        read_so.*,
        others.organ as intended,
        list_filter(
            list_zip(string_split(read_so.organ, ''), string_split(others.organ, '')), pair -> pair[1] != pair[2]
        ) as differences
    from organs as read_so
    inner join organs as others
        on
            read_so.place = others.place
            and read_so.township = others.township
            and read_so.zone = others.zone
            and length(read_so.organ) = length(others.organ)
    inner join types on others.organ = types.organ_text and types.agency_type != 'other'
)

select
    pairs.place,
    pairs.township,
    pairs.zone,
    pairs.organ,
    any_value(pairs.intended) as intended
from pairs
anti join letters on pairs.differences[1][1] = letters.letter
where len(pairs.differences) = 1 and not regexp_matches(pairs.differences[1][1], '[0-9东西南北]')
group by pairs.place, pairs.township, pairs.zone, pairs.organ
having count(*) = 1
