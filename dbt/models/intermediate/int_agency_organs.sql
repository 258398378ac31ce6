-- The organ of each report's agency in one wording, and its type.
with

parts as (
    select * from {{ ref('int_agency_parts') }}
),

slips as (
    select * from {{ ref('int_agency_organ_slips') }}
),

types as (
    select * from {{ ref('int_agency_organ_types') }}
),

wordings as (
    select list(pattern || chr(31) || coalesce(replacement, '') order by wording_order) as replacements
    from {{ ref('organ_wordings') }}
),

corrected as (
    select
        parts.report_id,
        parts.township,
        parts.zone,
        coalesce(slips.intended, parts.organ) as organ,
        slips.intended is not null as is_corrected
    from parts
    left join slips
        on
            parts.place = slips.place
            and coalesce(parts.township, '') = slips.township
            and coalesce(parts.zone, '') = slips.zone
            and parts.organ = slips.organ
),

-- patterns cost the same for each text: once for all reports that have it
texts as (
    select organ as text from corrected
    union
    select zone as text from corrected
    where zone is not null
),

reworded as (
    select
        texts.text,
        {{ reworded('texts.text', 'wordings.replacements') }} as wording
    from texts
    cross join wordings
),

worded as (
    select
        corrected.*,
        organs.wording as organ_key,
        coalesce(zones.wording, '') as zone_key
    from corrected
    inner join reworded as organs on corrected.organ = organs.text
    left join reworded as zones on corrected.zone = zones.text
)

select
    worded.report_id,
    worded.township,
    worded.zone,
    worded.zone_key,
    worded.is_corrected,
    -- 某镇 and 某镇人民政府 are one; so are a division's bare name and its government
    coalesce(nullif(worded.organ_key, ''), '政府') as organ_key,
    coalesce(types.agency_type, 'other') as agency_type
from worded
left join types
    on coalesce(worded.township, '') || coalesce(worded.zone, '') || worded.organ = types.organ_text
