with

lines as (
    select * from {{ ref('catalogue_lines') }}
    where dimension = 'procedure'
)

select
    line as procedure,
    label_zh,
    label_en,
    sort_order::integer as sort_order
from lines
