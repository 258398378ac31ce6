-- The cells that each measure is the sum of, by version of the form.
with

parts as (
    select * from {{ ref('measure_parts') }}
),

lines as (
    select * from {{ ref('catalogue_lines') }}
),

columns as (
    select * from {{ ref('catalogue_sub_table_columns') }}
)

select
    parts.measure,
    parts.line,
    parts."column",
    -- other_all and its parts stand in either form: the report's applicable lines say which
    columns.form
from parts
inner join lines on parts.line = lines.line
inner join columns
    on
        lines.sub_table = columns.sub_table
        and parts."column" = columns."column"
        and (columns.form is null or columns.form = coalesce(lines.form, columns.form))
