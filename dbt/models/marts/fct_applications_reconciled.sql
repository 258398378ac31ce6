with

cells as (
    select * from {{ ref('int_reconciled_cells') }}
    where section = 3
)

select * exclude (section) from cells
