-- Agencies of one place or site that begin alike and whose names, or organs, are one letter apart: without that letter
-- both read the same. To compare each name with each other one would take the square of the time.
with

names as (
    select * from {{ ref('int_seen_names') }}
),

surroundings as (
    select
        *,
        'place' as near_by,
        place as near
    from names
    union all
    select
        *,
        'site' as near_by,
        site as near
    from names
),

spellings as (
    select
        *,
        'name' as kind,
        clean_name as spelling
    from surroundings
    union all
    select
        *,
        'organ of ' || part as kind,
        organ_key as spelling
    from surroundings
),

comparable as (
    select distinct
        agency_id,
        spelling,
        length(clean_name) as name_length,
        -- what two have in common: where they are, what is spelt, and how their names begin
        row(near_by, near, kind, left(clean_name, 1)) as shared
    from spellings
    where near is not null and kind is not null
),

shortened as (
    select
        comparable.*,
        letters.letter,
        left(comparable.spelling, letters.letter - 1) || substr(comparable.spelling, letters.letter + 1) as rest
    from comparable
    cross join unnest(range(1, length(comparable.spelling) + 1)) as letters (letter)
),

apart as (
    -- one letter differs
    select
        shortened.agency_id,
        others.agency_id as candidate_agency_id
    from shortened
    inner join shortened as others
        on
            shortened.shared = others.shared
            and shortened.letter = others.letter
            and shortened.rest = others.rest
            and shortened.spelling != others.spelling
    where abs(shortened.name_length - others.name_length) <= 1
    union all
    -- one has a letter more
    select
        shortened.agency_id,
        comparable.agency_id as candidate_agency_id
    from shortened
    inner join comparable
        on
            shortened.shared = comparable.shared
            and shortened.rest = comparable.spelling
    where abs(shortened.name_length - comparable.name_length) <= 1
)

select distinct
    least(agency_id, candidate_agency_id) as agency_id,
    greatest(agency_id, candidate_agency_id) as candidate_agency_id
from apart
where agency_id != candidate_agency_id
