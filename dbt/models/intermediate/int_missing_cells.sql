-- How many cells the form of each report has, and how many of them are blank or were not read.
with

reports as (
    select * from {{ ref('stg_reports') }}
),

applicable as (
    select
        applicable.report_id,
        applicable.line,
        reports.form
    from {{ ref('int_applicable_lines') }} as applicable
    inner join reports on applicable.report_id = reports.report_id
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

printed as (
    select * from {{ ref('int_figures') }}
    where printed_value is not null
),

wanted as (
    select
        applicable.report_id,
        count(*) as form_cells
    from applicable
    inner join form_cells
        on applicable.line = form_cells.line and (form_cells.form is null or applicable.form = form_cells.form)
    group by applicable.report_id
),

known as (
    select
        printed.report_id,
        count(*) as known_cells
    from printed
    inner join applicable on printed.report_id = applicable.report_id and printed.line = applicable.line
    inner join form_cells
        on
            printed.line = form_cells.line
            and printed."column" = form_cells."column"
            and (form_cells.form is null or applicable.form = form_cells.form)
    group by printed.report_id
)

select
    wanted.report_id,
    wanted.form_cells,
    wanted.form_cells - coalesce(known.known_cells, 0) as missing_cells
from wanted
left join known on wanted.report_id = known.report_id
