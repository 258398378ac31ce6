with

columns as (
    select * from {{ ref('catalogue_columns') }}
    where dimension in ('review_result', 'remainder')
)

select
    "column" as review_result,
    label_zh,
    label_en,
    sort_order::integer as sort_order
from columns
