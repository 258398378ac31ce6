-- Sections 3 and 4 of current reports, cell by cell as the form has them: leaf columns beside their line's total.
with

reports as (
    select * from {{ ref('int_report_copies') }}
    where is_current
),

applicable as (
    select * from {{ ref('int_applicable_lines') }}
),

figures as (
    select * from {{ ref('int_figures') }}
),

lines as (
    select * from {{ ref('catalogue_lines') }}
),

columns as (
    select
        sub_table_columns.sub_table,
        columns."column",
        columns.dimension
    from {{ ref('catalogue_sub_table_columns') }} as sub_table_columns
    inner join {{ ref('catalogue_columns') }} as columns on sub_table_columns."column" = columns."column"
    where sub_table_columns.form is null
),

tables_found as (
    select distinct
        figures.report_id,
        lines.sub_table
    from figures
    inner join lines on figures.line = lines.line
)

select
    reports.report_id,
    lines.line,
    lines.sub_table,
    lines.dimension as line_dimension,
    columns."column",
    columns.dimension as column_dimension,
    {{ count_of('figures.figure', 'figures.unit') }} as figure,
    coalesce(figures.is_inferred, false) as is_inferred,
    figures.report_id is not null as is_placed
from reports
inner join applicable on reports.report_id = applicable.report_id
inner join lines on applicable.line = lines.line
inner join columns on lines.sub_table = columns.sub_table
inner join tables_found on reports.report_id = tables_found.report_id and lines.sub_table = tables_found.sub_table
left join figures
    on reports.report_id = figures.report_id and lines.line = figures.line and columns."column" = figures."column"
