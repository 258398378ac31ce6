-- Sections 3 and 4 of current reports, cell by cell as the form has them: leaf columns beside their line's total.
with

reports as (
    select sets.*
    from {{ ref('int_line_sets') }} as sets
    inner join {{ ref('int_report_copies') }} as copies on sets.report_id = copies.report_id
    where copies.is_current
),

figures as (
    select * from {{ ref('int_figures') }}
),

lines as (
    select * from {{ ref('catalogue_lines') }}
),

-- the cells of the form
places as (
    select
        lines.line,
        lines.sub_table,
        lines.dimension as line_dimension,
        sub_table_columns."column",
        columns.dimension as column_dimension,
        row_number() over (order by lines.line, sub_table_columns."column") as place
    from lines
    inner join {{ ref('catalogue_sub_table_columns') }} as sub_table_columns
        on lines.sub_table = sub_table_columns.sub_table and sub_table_columns.form is null
    inner join {{ ref('catalogue_columns') }} as columns on sub_table_columns."column" = columns."column"
),

places_of_sets as (
    select
        sets.line_set,
        places.*
    from {{ ref('int_line_sets') }} as sets
    inner join {{ ref('int_applicable_lines') }} as applicable on sets.report_id = applicable.report_id
    inner join places on applicable.line = places.line
    where sets.is_first
),

-- one number for report, line and column: millions of cells are joined by it in a third of the time
printed as (
    select
        reports.report_number::bigint * 10000 + places.place as cell,
        figures.is_inferred,
        {{ count_of('figures.figure', 'figures.unit') }} as figure
    from figures
    inner join reports on figures.report_id = reports.report_id
    inner join places on figures.line = places.line and figures."column" = places."column"
),

tables_found as materialized (
    select distinct
        reports.report_id,
        reports.report_number::bigint as report_number,
        reports.line_set,
        lines.sub_table
    from figures
    inner join reports on figures.report_id = reports.report_id
    inner join lines on figures.line = lines.line
)

select
    tables_found.report_id,
    places.line,
    places.sub_table,
    places.line_dimension,
    places."column",
    places.column_dimension,
    printed.figure,
    coalesce(printed.is_inferred, false) as is_inferred,
    printed.cell is not null as is_placed
from tables_found
inner join places_of_sets as places
    on tables_found.line_set = places.line_set and tables_found.sub_table = places.sub_table
left join printed on tables_found.report_number * 10000 + places.place = printed.cell
