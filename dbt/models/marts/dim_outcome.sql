with

lines as (
    select * from {{ ref('catalogue_lines') }}
    where dimension = 'outcome'
),

remainder as (
    select * from {{ ref('catalogue_columns') }}
    where dimension = 'remainder'
)

select
    line as outcome,
    outcome_category,
    label_zh,
    label_en,
    legal_basis,
    sort_order::integer as sort_order
from lines
union all
select
    "column" as outcome,
    null as outcome_category,
    label_zh,
    label_en,
    null as legal_basis,
    sort_order::integer as sort_order
from remainder
