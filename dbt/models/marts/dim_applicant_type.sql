with

columns as (
    select * from {{ ref('catalogue_columns') }}
    where dimension in ('applicant_type', 'remainder')
)

select
    "column" as applicant_type,
    label_zh,
    label_en,
    sort_order::integer as sort_order
from columns
