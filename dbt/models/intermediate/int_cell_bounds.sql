-- The bounds of unknown cells, narrowed by the enforced identities that they stand in: an unknown outcome can't exceed
-- the processed applications less the other outcomes. Bounds that contradict each other say nothing.
with

cells as (
    select * from {{ ref('int_printed_bounds') }}
),

{{ identity_sides('cells') }},

narrowed as (
    select
        terms.report_id,
        terms.line,
        terms."column",
        max({{ least_by_identity('terms.most', '(terms.most is null)::int', 'terms.tolerance') }}) as least,
        min({{ most_by_identity('terms.least', 'terms.tolerance') }}) as most
    from terms
    inner join sides
        on
            terms.report_id = sides.report_id
            and terms.identity = sides.identity
            and terms.scope = sides.scope
            and terms.side = sides.side
    where terms.is_unknown and not terms.is_unexplained
    group by terms.report_id, terms.line, terms."column"
)

select
    cells.report_id,
    cells.line,
    cells."column",
    cells.is_unexplained,
    case
        when narrowed.most < narrowed.least then cells.least
        else greatest(cells.least, narrowed.least)
    end as least,
    if(narrowed.most >= greatest(cells.least, coalesce(narrowed.least, 0)), narrowed.most, cells.most) as most
from cells
left join narrowed
    on
        cells.report_id = narrowed.report_id
        and cells.line = narrowed.line
        and cells."column" = narrowed."column"
