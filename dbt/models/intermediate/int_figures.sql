{{ config(materialized='view') }}

with

cells as (
    select * from {{ ref('stg_cells') }}
),

reports as (
    select * from {{ ref('stg_reports') }}
),

placed as (
    select
        cells.*,
        -- a label was near-missed, the line comes from the form's order, or only spaces told the columns
        cells.label_distance = 0
        and coalesce(cells.inference, '') != 'form_order'
        and coalesce(reports.layout, '') != 'spaced' as is_clean
    from cells
    inner join reports on cells.report_id = reports.report_id
    where cells.line is not null and cells."column" is not null
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
    is_inferred,
    is_clean
from placed
