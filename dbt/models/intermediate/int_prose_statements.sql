-- What the prose says of the table, each figure once: a cell, or several that it counts together.
with

stated as (
    select
        report_id,
        line,
        "column",
        unit,
        printed_value,
        min(source_line) as source_line,
        any_value(raw_text order by source_line) as raw_text
    from {{ ref('stg_prose_figures') }}
    group by report_id, line, "column", unit, printed_value
),

parts as (
    select
        measure as line,
        line as part,
        "column"
    from {{ ref('measure_parts') }}
    union
    -- 其他处理 is one line or three
    select
        parent_line as line,
        line as part,
        'total' as "column"
    from {{ ref('catalogue_lines') }}
    where parent_line in (
        select line from {{ ref('catalogue_lines') }}
        where role = 'subtotal'
    )
),

applicable as (
    select * from {{ ref('int_applicable_lines') }}
),

numbered as (
    select
        *,
        row_number() over (partition by report_id, line, "column" order by source_line, printed_value) as statement
    from stated
)

select
    numbered.report_id,
    -- a second figure for the same cell is a scope of its own
    numbered.line || '.' || numbered."column"
    || case when numbered.statement > 1 then '#' || numbered.statement else '' end as scope,
    numbered.unit,
    numbered.printed_value,
    numbered.source_line,
    numbered.raw_text,
    applicable.line,
    coalesce(parts."column", numbered."column") as "column"
from numbered
left join parts on numbered.line = parts.line
inner join applicable
    on numbered.report_id = applicable.report_id and coalesce(parts.part, numbered.line) = applicable.line
