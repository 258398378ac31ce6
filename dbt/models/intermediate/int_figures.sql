with

cells as (
    select * from {{ ref('stg_cells') }}
),

placed as (
    select * from cells
    where line is not null and "column" is not null
)

select
    report_id,
    cell_number,
    section,
    line,
    "column",
    unit,
    reading,
    raw_text,
    source_line,
    printed_value,
    figure,
    is_inferred
from placed
