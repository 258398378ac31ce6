-- A single cell of the table that prints what the prose states of several: the prose may have taken it for their sum.
with

statements as (
    select * from {{ ref('int_prose_statements') }}
),

figures as (
    select * from {{ ref('int_figures') }}
    where printed_value > 0
)

select
    statements.report_id,
    statements.scope,
    string_agg(distinct figures.line || '.' || figures."column", ', ' order by figures.line || '.' || figures."column")
        as equal_cells
from statements
inner join figures
    on
        statements.report_id = figures.report_id
        and statements.line = figures.line
        and statements.printed_value = figures.printed_value
        and statements."column" != figures."column"
group by statements.report_id, statements.scope
