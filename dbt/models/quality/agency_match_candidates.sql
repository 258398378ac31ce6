-- Agencies that may be one, and are kept apart: the name doesn't tell which division's organ it is, one letter differs, or
-- one ended where another of its type began.
with

reports as (
    select * from {{ ref('int_agency_keys') }}
),

agencies as (
    select
        agency_id,
        any_value(key_kind) as key_kind,
        any_value(coalesce(lineage_code, site)) as place,
        any_value(organ_key) as organ_key,
        any_value(coalesce(township, '') || coalesce(zone_key, '')) as part,
        any_value(agency_type) as agency_type,
        any_value(clean_name) as clean_name,
        min(report_year) as first_year,
        max(report_year) as last_year
    from reports
    group by agency_id
),

untold as (
    select distinct
        pages.agency_id,
        case
            when count(others.agency_id) over (partition by pages.agency_id) <= {{ var('most_candidates') }}
                then others.agency_id
        end as candidate_agency_id
    from agencies as pages
    left join agencies as others
        on
            pages.organ_key = others.organ_key
            and pages.part = others.part
            and pages.agency_id != others.agency_id
    where pages.key_kind = 'page'
),

alike as (
    select
        agencies.agency_id,
        others.agency_id as candidate_agency_id,
        if(
            {{ differ_by_one_letter('agencies.clean_name', 'others.clean_name') }},
            'one letter differs', 'same type, years apart'
        ) as reason
    from agencies
    inner join agencies as others
        on agencies.place = others.place and agencies.part = others.part and agencies.agency_id < others.agency_id
    where
        {{ differ_by_one_letter('agencies.clean_name', 'others.clean_name') }}
        or (
            agencies.agency_type = others.agency_type
            and agencies.agency_type not in ('other', 'township')
            and (agencies.last_year < others.first_year or others.last_year < agencies.first_year)
        )
),

pairs as (
    select
        agency_id,
        candidate_agency_id,
        'division not told' as reason
    from untold
    union all
    select * from alike
)

select
    coalesce(least(agency_id, candidate_agency_id), agency_id) as agency_id,
    if(candidate_agency_id is null, null, greatest(agency_id, candidate_agency_id)) as candidate_agency_id,
    string_agg(distinct reason, '; ' order by reason) as reason
from pairs
group by all
