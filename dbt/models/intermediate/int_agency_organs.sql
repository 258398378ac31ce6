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

worded as (
    select
        corrected.*,
        {{ reworded('corrected.organ', 'wordings.replacements') }} as organ_key,
        {{ reworded("coalesce(corrected.zone, '')", 'wordings.replacements') }} as zone_key
    from corrected
    cross join wordings
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
