-- Every division with the code that its line of succession ends in: a county that became a district is one division.
-- A division that was merged into another ends with itself.
with recursive

renamed as (
    select * from {{ ref('region_successions') }}
    where kind != 'merged' and region_code != successor_code
),

chains as (
    select distinct
        region_code,
        region_code as lineage_code,
        0 as steps
    from {{ ref('regions') }}
    union all
    select
        chains.region_code,
        renamed.successor_code as lineage_code,
        chains.steps + 1 as steps
    from chains
    inner join renamed on chains.lineage_code = renamed.region_code
    where chains.steps < 10
)

select
    region_code,
    first(lineage_code order by steps desc, lineage_code asc) as lineage_code
from chains
group by region_code
