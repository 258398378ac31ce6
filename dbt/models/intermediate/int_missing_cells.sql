-- How many cells the form of each report has, and how many of them are blank or were not read.
with

reports as (
    select * from {{ ref('stg_reports') }}
),

applicable as (
    select * from {{ ref('int_applicable_lines') }}
),

lines as (
    select * from {{ ref('catalogue_lines') }}
),

columns as (
    select * from {{ ref('catalogue_sub_table_columns') }}
),

figures as (
    select * from {{ ref('int_figures') }}
)

select
    reports.report_id,
    count(*) as form_cells,
    count(*) filter (where figures.printed_value is null) as missing_cells
from reports
inner join applicable on reports.report_id = applicable.report_id
inner join lines on applicable.line = lines.line
inner join columns
    on
        lines.sub_table = columns.sub_table
        -- section 2 differs by form, and not every line of it is in both
        and (columns.form is null or reports.form = columns.form)
        and (columns.form is null or coalesce(lines.form, columns.form) = columns.form)
left join figures
    on
        reports.report_id = figures.report_id
        and applicable.line = figures.line
        and columns."column" = figures."column"
group by reports.report_id
