with

types as (
    select * from {{ ref('agency_types') }}
)

select
    agency_type,
    label_zh,
    label_en,
    deadline,
    speaks_for_jurisdiction,
    sort_order::integer as sort_order
from types
