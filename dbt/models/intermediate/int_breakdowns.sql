-- Sections 3 and 4 of current reports, cell by cell as the form has them: leaf columns beside their line's total.
with

reports as (
    select sets.*
    from {{ ref('int_line_sets') }} as sets
    inner join {{ ref('int_report_copies') }} as copies on sets.report_id = copies.report_id
    where copies.is_current
),

figures as not materialized (
    select * from {{ ref('int_figures') }}
),

lines as (
    select * from {{ ref('catalogue_lines') }}
),

-- the cells of the form, for each set of lines
places as (
    select
        sets.line_set,
        lines.line,
        lines.sub_table,
        lines.dimension as line_dimension,
        sub_table_columns."column",
        columns.dimension as column_dimension
    from {{ ref('int_line_sets') }} as sets
    inner join {{ ref('int_applicable_lines') }} as applicable on sets.report_id = applicable.report_id
    inner join lines on applicable.line = lines.line
    inner join {{ ref('catalogue_sub_table_columns') }} as sub_table_columns
        on lines.sub_table = sub_table_columns.sub_table and sub_table_columns.form is null
    inner join {{ ref('catalogue_columns') }} as columns on sub_table_columns."column" = columns."column"
    where sets.is_first
),

printed as (
    select
        reports.report_id,
        places.* exclude (line_set),
        {{ count_of('figures.figure', 'figures.unit') }} as figure,
        coalesce(figures.is_inferred, false) as is_inferred,
        true as is_placed
    from figures
    inner join reports on figures.report_id = reports.report_id
    inner join places
        on
            reports.line_set = places.line_set
            and figures.line = places.line
            and figures."column" = places."column"
),

tables_found as (
    select
        reports.report_id,
        reports.line_set,
        lines.sub_table,
        count(places.line) as printed_places
    from figures
    inner join reports on figures.report_id = reports.report_id
    inner join lines on figures.line = lines.line
    left join places
        on
            reports.line_set = places.line_set
            and figures.line = places.line
            and figures."column" = places."column"
    group by reports.report_id, reports.line_set, lines.sub_table
),

wanted as (
    select
        line_set,
        sub_table,
        count(*) as places
    from places
    group by line_set, sub_table
),

-- the cells of all reports beside all that are printed don't fit into memory, and most tables have all of theirs
tables_with_gaps as (
    select tables_found.*
    from tables_found
    inner join wanted
        on tables_found.line_set = wanted.line_set and tables_found.sub_table = wanted.sub_table
    where tables_found.printed_places < wanted.places
),

figures_beside_gaps as (
    select figures.* from figures
    semi join tables_with_gaps on figures.report_id = tables_with_gaps.report_id
),

gaps as (
    select
        tables_with_gaps.report_id,
        places.* exclude (line_set),
        null as figure,
        false as is_inferred,
        false as is_placed
    from tables_with_gaps
    inner join places
        on tables_with_gaps.line_set = places.line_set and tables_with_gaps.sub_table = places.sub_table
    anti join figures_beside_gaps as figures
        on
            tables_with_gaps.report_id = figures.report_id
            and places.line = figures.line
            and places."column" = figures."column"
)

select * from printed
union all
select * from gaps
