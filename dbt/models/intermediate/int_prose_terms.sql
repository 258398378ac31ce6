-- The prose's figures as an identity: what it states, and the cells that it speaks of; a blank total by its leaves.
with

statements as (
    select * from {{ ref('int_prose_statements') }}
),

lines as (
    select * from {{ ref('catalogue_lines') }}
),

sub_tables as (
    select * from {{ ref('catalogue_sub_tables') }}
),

columns as (
    select distinct
        sub_table,
        "column"
    from {{ ref('catalogue_sub_table_columns') }}
),

figures as not materialized (
    select figures.* from {{ ref('int_figures') }} as figures
    semi join statements on figures.report_id = statements.report_id and figures.line = statements.line
),

identity as (
    select * from {{ ref('catalogue_identities') }}
    where scope_axis = 'cell'
),

named as (
    select
        statements.*,
        lines.sub_table,
        sub_tables.section,
        figures.printed_value is null and statements."column" = 'total' as is_broken_down
    from statements
    inner join lines on statements.line = lines.line
    inner join sub_tables on lines.sub_table = sub_tables.sub_table
    left join figures
        on
            statements.report_id = figures.report_id
            and statements.line = figures.line
            and statements."column" = figures."column"
),

cells as (
    select
        named.* exclude ("column"),
        columns."column"
    from named
    inner join columns
        on
            named.sub_table = columns.sub_table
            and if(named.is_broken_down, columns."column" != 'total', named."column" = columns."column")
),

terms as (
    select distinct
        report_id,
        scope,
        section,
        'left' as side,
        1 as sign,
        printed_value,
        true as is_read,
        source_line,
        true as is_clean
    from named
    union all
    select
        cells.report_id,
        cells.scope,
        cells.section,
        'right' as side,
        -1 as sign,
        -- money whose unit stands nowhere doesn't compare
        case when figures.unit = cells.unit then figures.printed_value end as printed_value,
        coalesce(figures.reading in ('read', 'blank'), false) as is_read,
        figures.source_line,
        coalesce(figures.is_clean, true) as is_clean
    from cells
    left join figures
        on
            cells.report_id = figures.report_id
            and cells.line = figures.line
            and cells."column" = figures."column"
)

select
    terms.*,
    identity.identity,
    identity.is_enforced,
    identity.tolerance,
    1 as weight
from terms
cross join identity
