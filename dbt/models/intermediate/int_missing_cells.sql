-- How many cells the form of each report has, and how many of them are blank or were not read.
with

reports as (
    select
        reports.report_id,
        coalesce(reports.form, '') as form,
        sets.line_set
    from {{ ref('stg_reports') }} as reports
    inner join {{ ref('int_line_sets') }} as sets on reports.report_id = sets.report_id
),

form_cells as (
    select
        lines.line,
        columns."column",
        columns.form
    from {{ ref('catalogue_lines') }} as lines
    inner join {{ ref('catalogue_sub_table_columns') }} as columns
        on
            lines.sub_table = columns.sub_table
            -- section 2 differs by form, and not every line of it is in both
            and (columns.form is null or coalesce(lines.form, columns.form) = columns.form)
),

kinds as (
    select distinct
        line_set,
        form
    from reports
),

-- the cells of the form, for each set of lines
places as (
    select
        kinds.line_set,
        kinds.form,
        form_cells.line,
        form_cells."column"
    from kinds
    inner join {{ ref('int_line_sets') }} as sets on kinds.line_set = sets.line_set and sets.is_first
    inner join {{ ref('int_applicable_lines') }} as applicable on sets.report_id = applicable.report_id
    inner join form_cells on applicable.line = form_cells.line
    where form_cells.form is null or form_cells.form = kinds.form
),

printed as (
    select * from {{ ref('int_figures') }}
    where printed_value is not null
),

wanted as (
    select
        reports.report_id,
        count(*) as form_cells
    from reports
    inner join places on reports.line_set = places.line_set and reports.form = places.form
    group by reports.report_id
),

known as (
    select
        printed.report_id,
        count(places.line) as known_cells
    from printed
    inner join reports on printed.report_id = reports.report_id
    -- not an inner one, which would be joined with the reports first: all cells of all forms
    left join places
        on
            reports.line_set = places.line_set
            and reports.form = places.form
            and printed.line = places.line
            and printed."column" = places."column"
    group by printed.report_id
)

select
    wanted.report_id,
    wanted.form_cells,
    wanted.form_cells - coalesce(known.known_cells, 0) as missing_cells
from wanted
left join known on wanted.report_id = known.report_id
