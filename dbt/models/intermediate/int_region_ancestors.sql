-- Every division with itself and all divisions above it, whenever it belonged to them.
with recursive

regions as (
    select distinct
        region_code,
        parent_code
    from {{ ref('regions') }}
),

closure as (
    select distinct
        region_code,
        region_code as ancestor_code,
        0 as steps
    from regions
    union all
    select
        closure.region_code,
        regions.parent_code as ancestor_code,
        closure.steps + 1 as steps
    from closure
    inner join regions on closure.ancestor_code = regions.region_code
    where regions.parent_code is not null and closure.steps < 5
)

select distinct
    region_code,
    ancestor_code
from closure
