with

identities as (
    select * from {{ ref('catalogue_identities') }}
)

select
    identity,
    label_zh,
    label_en,
    formula,
    formula_zh,
    legal_basis,
    legal_basis_zh,
    scope_dimension,
    sort_order::integer as sort_order,
    is_enforced as enforced
from identities
