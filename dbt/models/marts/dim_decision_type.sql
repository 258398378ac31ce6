with

lines as (
    select * from {{ ref('catalogue_lines') }}
    where dimension = 'decision_type'
)

select
    line as decision_type,
    label_zh,
    label_en,
    sort_order::integer as sort_order
from lines
