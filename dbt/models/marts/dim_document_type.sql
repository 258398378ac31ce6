with

lines as (
    select * from {{ ref('catalogue_lines') }}
    where dimension = 'document_type'
)

select
    line as document_type,
    label_zh,
    label_en,
    sort_order::integer as sort_order
from lines
