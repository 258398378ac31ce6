-- Agencies that may be one, and are kept apart: the name doesn't tell which division's organ it is, one letter
-- differs, or one ended before another of its type began.
with

names as (
    select * from {{ ref('int_seen_names') }}
),

agencies as (
    select distinct on (agency_id) *
    from names
    order by agency_id, clean_name
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

one_letter as (
    select
        agency_id,
        candidate_agency_id,
        'one letter differs' as reason
    from {{ ref('int_agencies_one_letter_apart') }}
),

succeeding as (
    select
        agencies.agency_id,
        others.agency_id as candidate_agency_id,
        'same type, years apart' as reason
    from agencies
    inner join agencies as others
        on
            agencies.place = others.place
            and agencies.part = others.part
            and agencies.agency_type = others.agency_type
            and agencies.agency_id != others.agency_id
            and agencies.last_year < others.first_year
    where agencies.agency_type not in ('other', 'township', 'subdistrict')
),

pairs as (
    select
        agency_id,
        candidate_agency_id,
        'division not told' as reason
    from untold
    union all
    select * from one_letter
    union all
    select * from succeeding
)

select
    coalesce(least(agency_id, candidate_agency_id), agency_id) as agency_id,
    if(candidate_agency_id is null, null, greatest(agency_id, candidate_agency_id)) as candidate_agency_id,
    string_agg(distinct reason, '; ' order by reason) as reason
from pairs
group by all
