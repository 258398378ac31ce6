-- The measures with the least and the most that each can be: printed parts as they are, suspect ones as the
-- explanations have it, unknown ones by the identities that hold all parts of the measure between them. Aggregates are
-- made of this alone: two tables of all measures of all reports, joined, don't fit into memory.
with

measures as (
    select * from {{ ref('int_report_measures') }}
),

parts as (
    select distinct
        measure,
        line,
        "column"
    from {{ ref('int_measure_parts') }}
),

signed_measures as (
    -- changes may be below zero
    select distinct measure from parts
    where "column" = 'items_change'
),

cells as (
    select * from {{ ref('int_cell_bounds') }}
),

by_identity as (
    select * from {{ ref('int_measure_scopes') }}
),

bounded as (
    select
        measures.report_id,
        measures.measure,
        max(by_identity.least) as least,
        min(by_identity.most) as most
    from measures
    inner join by_identity
        on
            measures.report_id = by_identity.report_id
            and measures.measure = by_identity.measure
            and measures.parts = by_identity.parts
    group by measures.report_id, measures.measure
),

unexplained as (
    select distinct
        cells.report_id,
        parts.measure
    from cells
    inner join parts on cells.line = parts.line and cells."column" = parts."column"
    where cells.is_unexplained
)

select
    measures.*,
    case
        when signed_measures.measure is not null then measures.figure
        when bounded.most < bounded.least then coalesce(measures.known_figure, 0)
        -- a suspect figure is within its bounds: the print may yet be right, and the other cells wrong
        else least(measures.figure, coalesce(bounded.least, measures.known_figure, 0))
    end as lower_bound,
    case
        when unexplained.report_id is not null or bounded.most < bounded.least then null
        when bounded.most is not null then greatest(measures.figure, bounded.most)
        when bounded.report_id is not null then null
        else measures.figure
    end as upper_bound
from measures
left join signed_measures on measures.measure = signed_measures.measure
left join bounded on measures.report_id = bounded.report_id and measures.measure = bounded.measure
left join unexplained on measures.report_id = unexplained.report_id and measures.measure = unexplained.measure
